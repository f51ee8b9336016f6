package dev.homeport.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.election.ClusterElection;
import dev.homeport.testkit.net.TcpProxy;
import dev.homeport.testkit.zookeeper.NextWrite;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.Versioned;
import dev.homeport.topology.zk.ZnodePaths;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leadership changes hands while the former leader's verdict is on its way. */
@Timeout(120)
final class VerdictHandOverIT {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir Path directory;
    private final NextWrite writes = new NextWrite();
    private ZooKeeperServer zookeeper;
    private TcpProxy network;
    private ZooKeeperFleet former;
    private ZooKeeperFleet next;

    @BeforeEach
    void start() throws Exception {
        zookeeper = ZooKeeperServer.start(directory.resolve("zookeeper"));
        network = TcpProxy.to(zookeeper.port(), writes.translation());
        former = open(network.port());
        next = open(zookeeper.port());
        var cluster =
                new ClusterDefinition(
                        C1,
                        Family.MARIADB,
                        List.of(new Instance(new InstanceId("db1"), "127.0.0.1", 3306)),
                        ClusterDefinition.DEFAULT_WEIGHT,
                        Capacity.UNLIMITED,
                        Map.of(),
                        BackendLink.DEFAULT);
        await().atMost(PATIENCE)
                .ignoreException(TopologyException.class)
                .until(() -> next.writer().putCluster(cluster, OptionalInt.empty()) != null);
    }

    @AfterEach
    void stop() {
        former.close();
        next.close();
        network.close();
        zookeeper.close();
    }

    @Test
    void theFormerLeadersWriteIsRefused() throws Exception {
        try (var first = election(former, "a1");
                var second = election(next, "a2")) {
            // Given
            first.start(() -> {});
            await().atMost(PATIENCE).until(first::isLeader);
            second.start(() -> {});
            String leader = first.leaderZnode().orElseThrow();
            Versioned<Verdict> standing =
                    former.verdicts().publish(C1, verdict("at first", 1), Versioned.ABSENT, leader);
            assertThat(standing.version()).isZero();

            // When its next one is held up on the way, and it is replaced meanwhile
            var held = new CountDownLatch(1);
            writes.then(
                    () -> {
                        network.blackHole();
                        held.countDown();
                    });
            var late =
                    CompletableFuture.supplyAsync(
                            () -> publish(verdict("too late", 2), standing.version(), leader));
            Optional<Reason> answer = late.join();
            await().atMost(PATIENCE).until(second::isLeader);
            Versioned<Optional<Verdict>> found = next.verdicts().read(C1);
            Versioned<Verdict> written =
                    next.verdicts()
                            .publish(
                                    C1,
                                    verdict("by the new leader", 3),
                                    found.version(),
                                    second.leaderZnode().orElseThrow());

            // And what the network has held arrives after all
            network.heal();
            await().atMost(PATIENCE)
                    .until(() -> former.source().status().connection() == Connection.CONNECTED);

            // Then
            assertThat(held.getCount()).as("it was on its way").isZero();
            assertThat(answer).contains(Reason.UNAVAILABLE);
            assertThat(first.isLeader()).isFalse();
            Versioned<Optional<Verdict>> after = former.verdicts().read(C1);
            assertThat(after.version()).isEqualTo(written.version());
            assertThat(after.value()).contains(written.value());
            assertThatThrownBy(
                            () ->
                                    former.verdicts()
                                            .publish(
                                                    C1,
                                                    verdict("as if nothing was", 4),
                                                    after.version(),
                                                    leader))
                    .isInstanceOfSatisfying(
                            TopologyException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                    .hasMessageContaining("no longer the leader");
        }
    }

    private Optional<Reason> publish(Verdict verdict, int version, String leader) {
        try {
            former.verdicts().publish(C1, verdict, version, leader);
            return Optional.empty();
        } catch (TopologyException e) {
            return Optional.of(e.reason());
        }
    }

    private static ClusterElection election(ZooKeeperFleet fleet, String agent) {
        return new ClusterElection(fleet.client(), ZnodePaths.election(C1), new AgentId(agent));
    }

    private static Verdict verdict(String reason, long epoch) {
        return new Verdict(
                Health.HEALTHY,
                Optional.of(new InstanceId("db1")),
                List.of(),
                epoch,
                reason,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static ZooKeeperFleet open(int port) throws Exception {
        return ZooKeeperFleet.open(
                new ZooKeeperConfig(
                        "127.0.0.1:" + port + "/homeport",
                        Optional.empty(),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(2)),
                Optional.empty(),
                Clock.systemUTC());
    }
}
