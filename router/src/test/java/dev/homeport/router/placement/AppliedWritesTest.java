package dev.homeport.router.placement;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.topology.Health;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AppliedWritesTest {
    private final FakeFleet fleet = FakeFleet.empty();
    private final AppliedWrites applied = new AppliedWrites(fleet);

    @Test
    void knowsAtOnceWhatIsInThePicture() {
        assertThat(applied.await(1, Duration.ZERO)).isTrue();
    }

    @Test
    void givesUpOnWhatDoesNotCome() {
        assertThat(applied.await(2, Duration.ofMillis(1))).isFalse();
    }

    @Test
    void wakesUpWhenThePictureHasIt() throws Exception {
        // Given
        CompletableFuture<Boolean> waiting =
                supplyAsync(() -> applied.await(2, Duration.ofMinutes(1)));

        // When
        fleet.with("c1", Health.HEALTHY);

        // Then
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }
}
