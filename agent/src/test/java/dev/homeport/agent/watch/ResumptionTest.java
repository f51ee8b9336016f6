package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.topology.Family;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ResumptionTest {
    private static final Instant T0 = Instant.parse("2026-11-14T12:00:00Z");

    private final Resumption resumption = new Resumption(WatchPolicy.DEFAULT);

    private static GtidPosition position(int sequence) {
        return GtidPosition.parse(Family.MARIADB, "0-1-" + sequence).orElseThrow();
    }

    @Test
    void goesBackThreeWindows() {
        // Given
        resumption.begin(position(0), T0);

        // When
        for (int second = 1; second <= 1000; second++) {
            resumption.reached(position(second), T0.plusSeconds(second));
        }

        // Then
        assertThat(resumption.position(List.of(), Optional.empty())).contains(position(820));
    }

    @Test
    void goesBackToItsBeginningAtFirst() {
        // Given
        resumption.begin(position(5), T0);

        // When
        resumption.reached(position(9), T0.plusSeconds(100));

        // Then
        assertThat(resumption.position(List.of(), Optional.empty())).contains(position(5));
    }

    @Test
    void goesBackToWhatIsStillAStandIn() {
        // Given
        resumption.begin(position(0), T0);
        for (int second = 1; second <= 1000; second++) {
            resumption.reached(position(second), T0.plusSeconds(second));
        }

        // Then
        assertThat(resumption.position(List.of(), Optional.of(position(17))))
                .contains(position(17));
    }
}
