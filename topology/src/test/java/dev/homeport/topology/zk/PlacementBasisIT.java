package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.C2;
import static dev.homeport.topology.zk.Records.C3;
import static dev.homeport.topology.zk.Records.cluster;
import static dev.homeport.topology.zk.Records.healthy;
import static dev.homeport.topology.zk.Records.intent;
import static dev.homeport.topology.zk.Records.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.Intent;
import dev.homeport.topology.TopologyException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A placement is decided by all that was acknowledged to anybody before it was asked for. */
class PlacementBasisIT {
    private static final List<ClusterId> CLUSTERS = List.of(C1, C2, C3);
    private static final int ACTS = 400;
    private static final long SEED = 20261129;

    private final Random random = new Random(SEED);
    private final Map<ClusterId, Intent> intents = new TreeMap<>();
    private final Set<ClusterId> observed = new HashSet<>();
    private TestEnsemble ensemble;
    private ZooKeeperFleet other;

    @BeforeEach
    void startZooKeeper() throws Exception {
        ensemble = new TestEnsemble();
        other = ensemble.open();
        awaitConnection(other);
        ensemble.awaitParents();
        for (ClusterId id : CLUSTERS) {
            other.writer().putCluster(cluster(id), OptionalInt.empty());
            intents.put(id, Intent.ACTIVE);
            ensemble.operator()
                    .create(
                            ZnodePaths.verdict(id),
                            VerdictCodec.ZNODE.write(healthy(id, 1)),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT);
        }
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        ensemble.close();
    }

    @Test
    void whatWasAcknowledgedElsewhereCountsAtOnce() throws Exception {
        // Given
        ZooKeeperFleet router = ensemble.open();
        awaitConnection(router);
        Map<String, Integer> outcomes = new TreeMap<>();

        for (int i = 0; i < ACTS; i++) {
            // When
            String act = act(router);
            Placed placed = router.writer().place(project("p" + i), Optional.empty());

            // Then
            String after = "act " + i + " of seed " + SEED + ": " + act;
            Set<ClusterId> fit = fit();
            if (fit.isEmpty()) {
                assertThat(placed).as(after).isInstanceOf(Placed.NoneAvailable.class);
            } else {
                assertThat(placed).as(after).isInstanceOf(Placed.Created.class);
                assertThat(fit).as(after).contains(((Placed.Created) placed).placement().home());
            }
            outcomes.merge(placed.getClass().getSimpleName(), 1, Integer::sum);
        }
        assertThat(outcomes).containsOnlyKeys("Created", "NoneAvailable");
    }

    /** Active ones that are known to be healthy, else active ones. */
    private Set<ClusterId> fit() {
        Set<ClusterId> active =
                CLUSTERS.stream()
                        .filter(id -> intents.get(id) == Intent.ACTIVE)
                        .collect(Collectors.toSet());
        Set<ClusterId> healthy =
                active.stream().filter(observed::contains).collect(Collectors.toSet());
        return healthy.isEmpty() ? active : healthy;
    }

    private String act(ZooKeeperFleet router) throws Exception {
        ClusterId id = CLUSTERS.get(random.nextInt(CLUSTERS.size()));
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> changeIntent(id);
            case 3 -> editIntent(id);
            case 4, 5 -> toggleAgent(id);
            case 6 -> random.nextInt(5) == 0 ? loseSession(router) : "nothing";
            default -> "nothing";
        };
    }

    private Intent another(ClusterId id) {
        // More often open than not, or nothing is ever placed.
        Intent next = random.nextInt(5) < 2 ? Intent.ACTIVE : Intent.CORDONED;
        intents.put(id, next);
        return next;
    }

    private String changeIntent(ClusterId id) throws TopologyException {
        Intent next = another(id);
        other.writer().changeIntent(id, old -> intent(next));
        return id + " " + next;
    }

    private String editIntent(ClusterId id) throws Exception {
        Intent next = another(id);
        ensemble.set(
                ZnodePaths.intent(id),
                "{\"v\":1,\"intent\":\"%s\"}"
                        .formatted(next == Intent.ACTIVE ? "active" : "cordoned"));
        return id + " by hand " + next;
    }

    private String toggleAgent(ClusterId id) throws Exception {
        String path = ZnodePaths.health(id) + "/a1";
        if (observed.remove(id)) {
            ensemble.operator().delete(path, -1);
            return id + " without agent";
        }
        makeParent(id);
        ensemble.operator()
                .create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        observed.add(id);
        return id + " with agent";
    }

    private void makeParent(ClusterId id) throws Exception {
        try {
            ensemble.operator()
                    .create(
                            ZnodePaths.health(id),
                            new byte[0],
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
            // Left by the one before.
        }
    }

    private static String loseSession(ZooKeeperFleet router) throws Exception {
        router.client().getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
        return "session lost";
    }

    private static void awaitConnection(ZooKeeperFleet fleet) {
        await().until(() -> fleet.source().status().connection() == Connection.CONNECTED);
    }
}
