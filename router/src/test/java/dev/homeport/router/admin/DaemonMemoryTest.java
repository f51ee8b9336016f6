package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.topology.RouterId;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DaemonMemoryTest {
    private static final RouterId R1 = new RouterId("r1");

    private final FakeFleet fleet =
            FakeFleet.empty()
                    .withRouter(FakeFleet.report("r1", 1, 0))
                    .withRouter(FakeFleet.report("r2", 1, 0));

    /** The end of the range: such clocks begin anywhere. */
    private long nanos = Long.MAX_VALUE - 1;

    private final TestClock clock = new TestClock();
    private final DaemonMemory memory = DaemonMemory.of(fleet, clock, () -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void forgetsARouterThatHasBeenGoneForTenMinutes() {
        // Given
        fleet.withoutRouter("r1");
        assertThat(memory.notHeardOf()).containsOnlyKeys(R1);

        // When
        pass(DaemonMemory.MEMORY);
        Set<RouterId> until = memory.notHeardOf().keySet();
        pass(Duration.ofNanos(1));
        Set<RouterId> after = memory.notHeardOf().keySet();

        // Then
        assertThat(until).containsExactly(R1);
        assertThat(after).isEmpty();
    }

    @Test
    void aRouterThatCameBackIsHeardOf() {
        // Given
        fleet.withoutRouter("r1");
        assertThat(memory.notHeardOf()).containsOnlyKeys(R1);

        // When
        fleet.withRouter(FakeFleet.report("r1", 1, 0));

        // Then
        assertThat(memory.notHeardOf()).isEmpty();
    }
}
