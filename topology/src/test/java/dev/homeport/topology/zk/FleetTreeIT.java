package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.C2;
import static dev.homeport.topology.zk.Records.NOON;
import static dev.homeport.topology.zk.Records.cluster;
import static dev.homeport.topology.zk.Records.guard;
import static dev.homeport.topology.zk.Records.healthy;
import static dev.homeport.topology.zk.Records.incident;
import static dev.homeport.topology.zk.Records.intent;
import static dev.homeport.topology.zk.Records.on;
import static dev.homeport.topology.zk.Records.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTreeIT {
    private static final ProjectId P42 = project("p42");

    @TempDir private Path directory;
    private Path file;
    private TestEnsemble ensemble;

    @BeforeEach
    void startZooKeeperAndFileAFleet() throws Exception {
        ensemble = new TestEnsemble();
        file = directory.resolve("fleet.snapshot");
        new SnapshotFile(file).write(fleet());
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        ensemble.close();
    }

    @Test
    void noClusterStandsBeforeEverythingElseDoes() throws Exception {
        // When
        FleetTree.Restored restored = restore();

        // Then
        assertThat(restored).isEqualTo(new FleetTree.Restored(9, 0, List.of()));
        List<String> restoredFirst =
                List.of(
                        "/intents/c2",
                        "/verdicts/c1",
                        "/verdicts/c2",
                        "/placement-policy",
                        "/guard",
                        "/incidents/i1",
                        ZnodePaths.bucketOf(P42));
        for (String path : restoredFirst) {
            assertThat(madeIn(path))
                    .as(path)
                    .isLessThan(Math.min(madeIn("/clusters/c1"), madeIn("/clusters/c2")));
        }
        assertThat(ensemble.operator().exists("/intents/c1", false)).isNull();
    }

    @Test
    void whoLooksOnWithoutAPictureHasTheWholeOfItAfterwards() throws Exception {
        // Given
        ZooKeeperFleet router = ensemble.open();
        await().until(() -> !router.source().status().rejected().isEmpty());
        assertThatThrownBy(() -> router.writer().place(neighbour(), Optional.of(C1)))
                .isInstanceOf(TopologyException.class);

        // When
        restore();

        // Then
        await().until(() -> router.source().current().isPresent());
        await().until(() -> router.source().status().rejected().isEmpty());
        FleetSnapshot picture = router.source().current().orElseThrow();
        assertThat(picture.clusters()).isEqualTo(fleet().clusters());
        assertThat(picture.policy()).isEqualTo(fleet().policy());
        assertThat(picture.incidents()).isEqualTo(fleet().incidents());
        router.writer().place(neighbour(), Optional.of(C1));
        await().until(() -> router.source().current().orElseThrow().placements().size() == 2);
    }

    @Test
    void whatStandsThereOtherwiseIsNamedAndLeft() throws Exception {
        // Given
        restore();
        ensemble.set("/intents/c2", "{\"v\":1,\"intent\":\"active\"}");
        ensemble.set(ZnodePaths.bucketOf(P42), "{\"v\":1,\"projects\":{}}");
        ensemble.set("/guard", "{nonsense");
        // The same, as a person writes it.
        String definition =
                new String(
                        ensemble.operator().getData("/clusters/c1", false, null),
                        StandardCharsets.UTF_8);
        ensemble.set("/clusters/c1", definition.replace(",", " ,\n "));
        // The file has it as active, for which no znode is made.
        create("/intents/c1", "{\"v\":1,\"intent\":\"offline\"}");

        // When
        FleetTree.Restored restored = restore();

        // Then
        assertThat(restored.created()).isZero();
        assertThat(restored.kept()).isEqualTo(6);
        assertThat(restored.different())
                .containsExactlyInAnyOrder(
                        "intents/c1",
                        "intents/c2",
                        "guard",
                        ZnodePaths.shown(ZnodePaths.bucketOf(P42)));
        assertThat(ensemble.operator().getData("/guard", false, null))
                .isEqualTo(Records.utf8("{nonsense"));
    }

    @Test
    void whatGoesWhileAclsAreSetIsPassedOver() throws Exception {
        // Given
        ensemble.open().writer().putCluster(cluster(C1), OptionalInt.empty());
        // The parents are made beside.
        await().until(() -> ensemble.operator().exists(ZnodePaths.AUDIT, false) != null);
        List<String> entries = IntStream.range(0, 500).mapToObj(ZnodePaths::auditEntry).toList();
        for (String entry : entries) {
            create(entry, "{}");
        }

        // When
        int znodes;
        try (FleetTree tree = FleetTree.open(ensemble.config(Optional.empty()));
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<?> trimming =
                    executor.submit(
                            () -> {
                                for (String entry : entries) {
                                    ensemble.operator().delete(entry, -1);
                                }
                                return null;
                            });
            znodes = tree.applyAcls();
            trimming.get();
        }

        // Then
        assertThat(znodes).isGreaterThan(ZnodePaths.PARENTS.size());
    }

    private FleetTree.Restored restore() throws Exception {
        try (FleetTree tree = FleetTree.open(ensemble.config(Optional.empty()))) {
            return tree.restore(file);
        }
    }

    private long madeIn(String path) throws Exception {
        return ensemble.operator().exists(path, false).getCzxid();
    }

    private void create(String path, String json) throws Exception {
        ensemble.operator()
                .create(
                        path,
                        Records.utf8(json),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT);
    }

    /** A project that has to stand in the same bucket. */
    private static ProjectId neighbour() {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> new ProjectId("tenant-" + i))
                .filter(one -> Buckets.of(one) == Buckets.of(P42))
                .findFirst()
                .orElseThrow();
    }

    private static FleetSnapshot fleet() {
        return new FleetSnapshot(
                Map.of(
                        C1,
                        new ClusterSnapshot(cluster(C1), ClusterIntent.ACTIVE, healthy(C1, 4)),
                        C2,
                        new ClusterSnapshot(cluster(C2), intent(Intent.OFFLINE), healthy(C2, 9))),
                PlacementMap.EMPTY.withBucket(Buckets.of(P42), Map.of(P42, on(C1))),
                new PlacementPolicy(List.of(C2), List.of(C1), PlacementPolicy.DEFAULT_PROVISION),
                new GuardState(guard(), List.of(), List.of()),
                List.of(incident("i1", C1, IncidentLimit.ALERT, P42)),
                7,
                NOON);
    }
}
