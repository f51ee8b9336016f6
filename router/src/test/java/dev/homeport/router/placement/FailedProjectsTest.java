package dev.homeport.router.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ProjectId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FailedProjectsTest {
    private static final ProjectId P1 = new ProjectId("p1");
    private static final ProjectId P2 = new ProjectId("p2");

    private long nanos = Long.MAX_VALUE - 1; // the clock may begin anywhere, and run over
    private final FailedProjects failed = new FailedProjects(() -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void eachFailureInARowDoublesThePause() {
        // When
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            failed.failed(P1, "no answer", false);
            Duration pause = failed.pause(P1).orElseThrow().left();
            pauses.add(pause);
            pass(pause);
        }
        // Then
        assertThat(pauses)
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(failed.pause(P1)).isEmpty();
    }

    @Test
    void whatTryingAgainDoesNotHelpHasTheLongPauseAtOnce() {
        // When
        failed.failed(P1, "is not empty", true);
        pass(Duration.ofSeconds(20));
        // Then
        assertThat(failed.pause(P1))
                .contains(new FailedProjects.Pause("is not empty", Duration.ofSeconds(40)));
    }

    @Test
    void oneProjectsPauseIsNoOtherProjects() {
        // When
        failed.failed(P1, "no answer", false);
        // Then
        assertThat(failed.pause(P2)).isEmpty();
    }

    @Test
    void whatWasForgottenBeginsWithTheShortestPause() {
        // Given
        failed.failed(P1, "is not empty", true);
        failed.forget(P1);
        // When
        failed.failed(P1, "no answer", false);
        // Then
        assertThat(failed.pause(P1).orElseThrow().left()).isEqualTo(FailedProjects.SHORTEST_PAUSE);
    }

    @Test
    void remembersNoMoreThanItMay() {
        // When
        for (int i = 0; i <= FailedProjects.MOST_PROJECTS; i++) {
            failed.failed(new ProjectId("p" + i), "no answer", false);
        }
        // Then
        assertThat(failed.pause(new ProjectId("p0"))).isEmpty();
        assertThat(failed.pause(new ProjectId("p1"))).isPresent();
    }
}
