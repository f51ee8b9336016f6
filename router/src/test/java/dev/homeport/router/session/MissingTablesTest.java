package dev.homeport.router.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingTablesTest {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final ProjectId P1 = new ProjectId("p1");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final MissingTables missing = new MissingTables(meters, clock);

    @Test
    void countsByProjectAndCluster() {
        // When
        missing.told(C1, P1);
        missing.told(C1, P1);
        missing.told(C1, new ProjectId("p2"));
        missing.told(new ClusterId("c2"), P1);

        // Then
        assertThat(missing.of(C1)).isEqualTo(Map.of(P1, 2, new ProjectId("p2"), 1));
        assertThat(missing.of(new ClusterId("c3"))).isEmpty();
        assertThat(meters.get("router.errors.missing.table").counter().count()).isEqualTo(4);
    }

    @Test
    void theWindowSlidesInSteps() {
        // Given
        missing.told(C1, P1);
        now = now.plus(MissingTables.STEP);
        missing.told(C1, P1);
        missing.told(C1, P1);

        // Then
        now = now.plus(MissingTables.WINDOW).minus(MissingTables.STEP).minusMillis(1);
        assertThat(missing.of(C1)).containsEntry(P1, 3);
        now = now.plusMillis(1);
        assertThat(missing.of(C1)).containsEntry(P1, 2);
        now = now.plus(MissingTables.STEP);
        assertThat(missing.of(C1)).isEmpty();
        missing.told(C1, P1);
        assertThat(missing.of(C1)).containsEntry(P1, 1);
    }

    @Test
    void aClockThatIsPutBackLosesNothing() {
        // Given
        missing.told(C1, P1);

        // When
        now = now.minus(Duration.ofHours(1));
        missing.told(C1, P1);

        // Then
        assertThat(missing.of(C1)).containsEntry(P1, 2);
    }

    @Test
    void projectsBeyondTheLimitAreCountedWhenOthersHearOfNoneAnyMore() {
        // Given
        for (int i = 0; i < MissingTables.MOST_PROJECTS; i++) {
            missing.told(C1, new ProjectId("p" + i));
        }

        // When
        missing.told(C1, new ProjectId("late"));
        Map<ProjectId, Integer> full = missing.of(C1);
        now = now.plus(MissingTables.WINDOW);
        missing.told(C1, new ProjectId("late"));

        // Then
        assertThat(full).hasSize(MissingTables.MOST_PROJECTS);
        assertThat(full).doesNotContainKey(new ProjectId("late"));
        assertThat(missing.of(C1)).isEqualTo(Map.of(new ProjectId("late"), 1));
    }
}
