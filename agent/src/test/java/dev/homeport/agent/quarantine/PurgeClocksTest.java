package dev.homeport.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.agent.quarantine.ClockReadings.Witness;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class PurgeClocksTest {
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration JUMP = Duration.ofHours(73);

    private Instant set = START;
    private long nanos = Long.MAX_VALUE - 1;
    private final Clock wall = ((InstantSource) () -> set).withZone(ZoneOffset.UTC);
    private final PurgeClocks clocks = new PurgeClocks(wall, () -> START, () -> nanos);

    @Test
    void whoeverSetsTheMachinesClockDoesNotMoveTheAgentsOwn() throws Exception {
        // Given
        Duration passed = Duration.ofMinutes(5);
        nanos += passed.toNanos();

        // When
        set = START.plus(JUMP);
        ClockReadings ahead = clocks.read(START.plus(JUMP));
        set = START.minus(JUMP);
        ClockReadings behind = clocks.read(START);

        // Then
        assertThat(ahead.times())
                .containsEntry(Witness.AGENT, START.plus(JUMP))
                .containsEntry(Witness.AGENT_SINCE_START, START.plus(passed))
                .containsEntry(Witness.INSTANCE, START.plus(JUMP))
                .containsEntry(Witness.ZOOKEEPER, START);
        assertThat(behind.times())
                .containsEntry(Witness.AGENT, START.minus(JUMP))
                .containsEntry(Witness.AGENT_SINCE_START, START.plus(passed));
    }

    @Test
    void withoutZooKeeperNobodyKnowsTheTime() {
        var alone =
                new PurgeClocks(
                        wall,
                        () -> {
                            throw new TopologyException(Reason.UNAVAILABLE, "ZooKeeper is away");
                        });
        assertThatThrownBy(() -> alone.read(START)).isInstanceOf(TopologyException.class);
    }
}
