package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TopologyException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EnsembleClockIT {
    private static final ClusterId C1 = new ClusterId("c1");

    private TestEnsemble ensemble;

    @BeforeEach
    void startZooKeeper() throws Exception {
        ensemble = new TestEnsemble();
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        ensemble.close();
    }

    @Test
    void saysWhatTimeItIsForTheLeaderAndAsksForItOnceAMinuteOnly() throws Exception {
        // Given
        EnsembleClock clock = ensemble.open().clock(C1);

        // When
        Instant before = Instant.now();
        Instant first = clock.now();
        Instant second = clock.now();
        Stat stat = ensemble.operator().exists("/watch/c1.clock", false);

        // Then
        Instant stamped = Instant.ofEpochMilli(stat.getMtime());
        assertThat(stamped).isAfterOrEqualTo(before.minusMillis(1));
        assertThat(first).isBetween(stamped, Instant.now());
        assertThat(second).isBetween(first, Instant.now());
        assertThat(stat.getVersion()).isEqualTo(1);
    }

    @Test
    void asksAgainAfterAMinute() throws Exception {
        // Given
        var passed = new AtomicLong();
        EnsembleClock clock = ensemble.open().clock(C1, passed::get);
        Instant first = clock.now();

        // When
        passed.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        Instant carriedOn = clock.now();
        passed.addAndGet(1);
        Instant askedFor = clock.now();
        Stat stat = ensemble.operator().exists("/watch/c1.clock", false);

        // Then
        assertThat(carriedOn).isEqualTo(first.plus(Duration.ofMinutes(1)).minusNanos(1));
        assertThat(askedFor).isEqualTo(Instant.ofEpochMilli(stat.getMtime()));
        assertThat(stat.getVersion()).isEqualTo(2);
    }

    @Test
    void saysNothingWithoutZooKeeper() throws Exception {
        // Given
        EnsembleClock clock = ensemble.open().clock(C1);
        ensemble.stop();

        // Then
        assertThatThrownBy(clock::now)
                .isInstanceOfSatisfying(
                        TopologyException.class,
                        e ->
                                assertThat(e.reason())
                                        .isEqualTo(TopologyException.Reason.UNAVAILABLE));
    }

    @Test
    void goesOnAfterSomebodyHasEmptiedTheChroot() throws Exception {
        // Given
        ZooKeeperFleet fleet = ensemble.open();
        fleet.clock(C1).now();
        ensemble.awaitParents();
        ensemble.emptyChroot();

        // When
        Instant again = fleet.clock(C1).now();

        // Then
        assertThat(again).isBefore(Instant.now().plusMillis(1));
        assertThat(ensemble.operator().exists("/watch/c1.clock", false)).isNotNull();
    }
}
