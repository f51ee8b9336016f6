package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.C2;
import static dev.homeport.topology.zk.Records.C3;
import static dev.homeport.topology.zk.Records.NOON;
import static dev.homeport.topology.zk.Records.cluster;
import static dev.homeport.topology.zk.Records.healthy;
import static dev.homeport.topology.zk.Records.intent;
import static dev.homeport.topology.zk.Records.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooKeeperFleetIT {
    private static final ProjectId P42 = project("p42");

    @TempDir Path directory;
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
    void acknowledgedWritesReachEveryRouterInOrder() throws Exception {
        // Given
        ZooKeeperFleet writer = openWithClusters(C1, C2);
        ZooKeeperFleet router = ensemble.open();
        awaitClusters(router, C1, C2);
        var seen = new ConcurrentLinkedQueue<Long>();
        router.source().onChange((before, after) -> seen.add(after.zxid()));

        // When
        Written<ClusterIntent> written =
                writer.writer().changeIntent(C1, old -> intent(Intent.OFFLINE));

        // Then
        await().until(() -> picture(router).zxid() >= written.zxid());
        assertThat(intentOf(router, C1)).isEqualTo(Intent.OFFLINE);
        assertThat(intentOf(router, C2)).isEqualTo(Intent.ACTIVE);
        assertThat(List.copyOf(seen)).isSorted();
        assertThat(router.source().status().connection()).isEqualTo(Connection.CONNECTED);
    }

    @Test
    void anEditByHandIsAppliedAndABadOneIsKeptOut() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);

        // When
        ensemble.set("/intents/c1", "{\"v\":1,\"intent\":\"cordoned\"}");
        await().until(() -> intentOf(fleet, C1) == Intent.CORDONED);
        ensemble.set("/intents/c1", "{\"v\":1,\"intent\":\"ofline\"}");
        await().until(() -> !rejected(fleet).isEmpty());

        // Then
        assertThat(intentOf(fleet, C1)).isEqualTo(Intent.CORDONED);
        assertThat(rejected(fleet))
                .singleElement()
                .satisfies(
                        edit -> {
                            assertThat(edit.znode()).isEqualTo("intents/c1");
                            assertThat(edit.field()).isEqualTo("intent");
                            assertThat(edit.suggestion()).contains("offline");
                        });
        ensemble.set("/intents/c1", "{\"v\":1,\"intent\":\"offline\"}");
        await().until(() -> intentOf(fleet, C1) == Intent.OFFLINE && rejected(fleet).isEmpty());
    }

    @Test
    void anEmptiedChrootChangesNothing() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1, C2);
        fleet.writer().place(P42, Optional.of(C1));
        fleet.writer().changeIntent(C2, old -> intent(Intent.OFFLINE));
        await().until(() -> intentOf(fleet, C2) == Intent.OFFLINE);
        await().until(() -> picture(fleet).placements().size() == 1);

        // When
        ensemble.emptyChroot();
        await().until(() -> rules(fleet).contains("all clusters are gone; they stay in force"));
        await().until(() -> rules(fleet).stream().anyMatch(rule -> rule.contains("together")));

        // Then
        assertThat(picture(fleet).clusters()).containsOnlyKeys(C1, C2);
        assertThat(intentOf(fleet, C2)).isEqualTo(Intent.OFFLINE);
        assertThat(picture(fleet).placements().find(P42)).isPresent();
    }

    @Test
    void aRemovedClusterWithResidentsStaysInForce() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1, C2);
        fleet.writer().place(P42, Optional.of(C1));
        await().until(() -> picture(fleet).placements().size() == 1);

        // When
        ensemble.deleteAll("/clusters/c1");

        // Then
        await().until(() -> rules(fleet).contains("is gone, but is the home of 1 projects"));
        assertThat(picture(fleet).clusters()).containsOnlyKeys(C1, C2);
    }

    @Test
    void whatChangedWhileTheSessionWasLostIsAppliedAfterwards() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1, C2);
        awaitClusters(fleet, C1, C2);
        long session = fleet.client().getZookeeperClient().getZooKeeper().getSessionId();

        // When
        fleet.client().getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
        ensemble.set("/intents/c1", "{\"v\":1,\"intent\":\"offline\"}");
        ensemble.deleteAll("/clusters/c2");

        // Then
        await().until(() -> intentOf(fleet, C1) == Intent.OFFLINE);
        awaitClusters(fleet, C1);
        assertThat(fleet.client().getZookeeperClient().getZooKeeper().getSessionId())
                .isNotEqualTo(session);
        ensemble.set("/intents/c1", "{\"v\":1,\"intent\":\"active\"}");
        await().until(() -> intentOf(fleet, C1) == Intent.ACTIVE);
    }

    @Test
    void whileZooKeeperIsAwayThePictureStandsAndNothingIsWritten() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);

        // When
        ensemble.stop();
        await().until(
                        () ->
                                fleet.source().status().connection() == Connection.SUSPENDED
                                        || fleet.source().status().connection() == Connection.LOST);
        var thrown =
                assertThatThrownBy(
                        () -> fleet.writer().changeIntent(C1, old -> intent(Intent.OFFLINE)));

        // Then
        thrown.isInstanceOfSatisfying(
                TopologyException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        assertThat(intentOf(fleet, C1)).isEqualTo(Intent.ACTIVE);
        ensemble.restart();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> fleet.source().status().connection() == Connection.CONNECTED);
        fleet.writer().changeIntent(C1, old -> intent(Intent.CORDONED));
        await().until(() -> intentOf(fleet, C1) == Intent.CORDONED);
    }

    @Test
    void startsFromTheSnapshotFileWithoutZooKeeper() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        ZooKeeperFleet before = ensemble.open(Optional.empty(), Optional.of(file));
        before.writer().putCluster(cluster(C1), OptionalInt.empty());
        before.writer().place(P42, Optional.empty());
        await().until(
                        () ->
                                before.source()
                                        .current()
                                        .filter(fleet -> fleet.placements().size() == 1)
                                        .isPresent());
        before.close();
        ensemble.stop();

        // When
        ZooKeeperFleet fleet = ensemble.open(Optional.empty(), Optional.of(file));

        // Then
        assertThat(picture(fleet).placements().find(P42)).map(Placement::home).contains(C1);
        assertThat(fleet.source().status().fromFile()).isTrue();
        assertThat(fleet.source().status().connection()).isEqualTo(Connection.NEVER);
        ensemble.restart();
        await().atMost(Duration.ofSeconds(30)).until(() -> !fleet.source().status().fromFile());
        assertThat(picture(fleet).clusters()).containsOnlyKeys(C1);
    }

    @Test
    void aFileOfAnotherEnsembleDoesNotGoAwayWhenTheNewOneIsEmpty() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        ZooKeeperFleet before = ensemble.open(Optional.empty(), Optional.of(file));
        before.writer().putCluster(cluster(C1), OptionalInt.empty());
        awaitClusters(before, C1);
        before.close();
        ensemble.emptyChroot();

        // When
        ZooKeeperFleet fleet = ensemble.open(Optional.empty(), Optional.of(file));

        // Then
        await().until(() -> !fleet.source().status().fromFile());
        assertThat(picture(fleet).clusters()).containsOnlyKeys(C1);
        assertThat(rules(fleet)).contains("all clusters are gone; they stay in force");
    }

    @Test
    void aDamagedSnapshotFileIsNamedAndReplaced() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        Files.writeString(file, "not a picture");

        // When
        ZooKeeperFleet fleet = ensemble.open(Optional.empty(), Optional.of(file));

        // Then
        assertThat(fleet.source().status().snapshotFileError().orElseThrow())
                .contains("damaged or cut short");
        fleet.writer().putCluster(cluster(C1), OptionalInt.empty());
        await().until(() -> fleet.source().status().snapshotFileError().isEmpty());
        assertThat(new SnapshotFile(file).read()).isPresent();
    }

    @Test
    void aFullDiskIsShownAndServingGoesOn() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        Path temporary = directory.resolve("fleet.snapshot.tmp");
        Files.createSymbolicLink(temporary, Path.of("/dev/full"));
        ZooKeeperFleet fleet = ensemble.open(Optional.empty(), Optional.of(file));

        // When
        fleet.writer().putCluster(cluster(C1), OptionalInt.empty());
        await().until(() -> fleet.source().status().snapshotFileError().isPresent());
        fleet.writer().changeIntent(C1, old -> intent(Intent.OFFLINE));
        await().until(() -> intentOf(fleet, C1) == Intent.OFFLINE);

        // Then
        assertThat(fleet.source().status().snapshotFileError().orElseThrow())
                .contains("No space left");
        Files.delete(temporary);
        await().until(() -> fleet.source().status().snapshotFileError().isEmpty());
        assertThat(file).exists();
    }

    @Test
    void withoutAnyClusterThereIsNoPictureAndTheStatusSaysWhy() throws Exception {
        // Given an empty ensemble

        // When
        ZooKeeperFleet fleet = ensemble.open();

        // Then
        await().until(() -> rules(fleet).contains("there is no cluster that can be used"));
        assertThat(fleet.source().current()).isEmpty();
    }

    @Test
    void projectsArePlacedOnceAndNeverOnAClusterThatWasCordonedBefore() throws Exception {
        // Given
        ZooKeeperFleet first = openWithClusters(C1, C2);
        ZooKeeperFleet second = ensemble.open();
        awaitClusters(second, C1, C2);
        List<ProjectId> projects = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            projects.add(project("new-" + i));
        }
        var cordoned = new CountDownLatch(30);
        List<Callable<Placed>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ZooKeeperFleet fleet = i % 2 == 0 ? first : second;
            ProjectId project = projects.get(i / 5);
            calls.add(
                    () -> {
                        Placed placed = fleet.writer().place(project, Optional.empty());
                        cordoned.countDown();
                        return placed;
                    });
        }

        // When
        List<Placed> results = new ArrayList<>();
        Written<ClusterIntent> cordon;
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Future<Placed>> futures = calls.stream().map(executor::submit).toList();
            assertThat(cordoned.await(30, TimeUnit.SECONDS)).isTrue();
            cordon = first.writer().changeIntent(C1, old -> intent(Intent.CORDONED));
            for (Future<Placed> future : futures) {
                results.add(future.get());
            }
        }

        // Then
        List<Placed.Created> created =
                results.stream()
                        .filter(Placed.Created.class::isInstance)
                        .map(Placed.Created.class::cast)
                        .toList();
        assertThat(created).hasSize(20);
        assertThat(results).noneMatch(Placed.NoneAvailable.class::isInstance);
        assertThat(created)
                .filteredOn(one -> one.placement().home().equals(C1))
                .allMatch(one -> one.zxid() < cordon.zxid());
        await().until(() -> picture(second).placements().size() == 20);
        assertThat(created).anyMatch(one -> one.placement().home().equals(C2));
    }

    @Test
    void whatComesTogetherInOneBucketIsWrittenTogetherAndEachGetsItsOwnAnswer() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);
        List<ProjectId> projects = projectsOfBucket(Buckets.of(P42), 60);
        List<Callable<Placed>> calls = new ArrayList<>();
        for (ProjectId project : projects) {
            // Each twice: the second has to be told of the first, which may not be written yet.
            calls.add(() -> fleet.writer().place(project, Optional.empty()));
            calls.add(() -> fleet.writer().place(project, Optional.empty()));
        }
        calls.add(() -> fleet.writer().place(project("other"), Optional.of(C3)));

        // When
        List<Placed> results = new ArrayList<>();
        int failed = 0;
        try (ExecutorService executor = Executors.newFixedThreadPool(calls.size())) {
            for (Future<Placed> future : executor.invokeAll(calls)) {
                try {
                    results.add(future.get());
                } catch (ExecutionException e) {
                    failed++;
                }
            }
        }

        // Then
        assertThat(failed).isEqualTo(1);
        assertThat(results).filteredOn(Placed.Created.class::isInstance).hasSize(projects.size());
        assertThat(results).filteredOn(Placed.Existing.class::isInstance).hasSize(projects.size());
        Stat bucket = ensemble.operator().exists(ZnodePaths.bucketOf(P42), false);
        assertThat(bucket.getVersion()).isLessThan(projects.size() / 2);
        await().until(() -> picture(fleet).placements().residents(C1) == projects.size());
    }

    private static List<ProjectId> projectsOfBucket(int bucket, int many) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> new ProjectId("tenant-" + i))
                .filter(one -> Buckets.of(one) == bucket)
                .limit(many)
                .toList();
    }

    @Test
    void placingSaysWhyItCannot() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);
        fleet.writer().changeIntent(C1, old -> intent(Intent.CORDONED));

        // When
        Placed nowhere = fleet.writer().place(P42, Optional.empty());
        var wanted = assertThatThrownBy(() -> fleet.writer().place(P42, Optional.of(C1)));
        var unknown = assertThatThrownBy(() -> fleet.writer().place(P42, Optional.of(C3)));

        // Then
        assertThat(nowhere).isInstanceOf(Placed.NoneAvailable.class);
        wanted.hasMessage("c1 is not fit: its intent is cordoned")
                .hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        unknown.hasFieldOrPropertyWithValue("reason", Reason.NOT_FOUND);
    }

    @Test
    void aBucketThatCannotBeReadIsNotWrittenOver() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);
        fleet.writer().place(P42, Optional.empty());
        await().until(() -> picture(fleet).placements().size() == 1);

        // When
        ensemble.set("/projects/f24", "{");
        var thrown =
                assertThatThrownBy(
                        () -> fleet.writer().place(project("same-bucket-2155"), Optional.empty()));
        ensemble.set("/projects/f24", "{\"v\":1,\"projects\":{}}");
        var again = assertThatThrownBy(() -> fleet.writer().place(P42, Optional.empty()));

        // Then
        thrown.hasMessageContaining("projects/f24 must be mended first")
                .hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        again.hasMessageContaining("p42 lives on c1, but its record is gone")
                .hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
    }

    @Test
    void placementsAreChangedUnderTheirVersion() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1, C2);
        fleet.writer().place(P42, Optional.of(C1));

        // When
        Written<Placement> serving =
                fleet.writer()
                        .changePlacement(P42, old -> old.in(ProjectState.SERVING, NOON, "made"));
        var refused =
                assertThatThrownBy(
                        () ->
                                fleet.writer()
                                        .changePlacement(
                                                P42,
                                                old -> {
                                                    throw new IllegalStateException("no");
                                                }));
        var unknown =
                assertThatThrownBy(() -> fleet.writer().changePlacement(project("p1"), old -> old));

        // Then
        await().until(() -> picture(fleet).zxid() >= serving.zxid());
        assertThat(picture(fleet).placements().find(P42)).contains(serving.value());
        refused.hasMessage("no").hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        unknown.hasFieldOrPropertyWithValue("reason", Reason.NOT_FOUND);
    }

    @Test
    void aClusterIsDeletedOnlyWhenNothingNamesIt() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1, C2, C3);
        fleet.writer().place(P42, Optional.of(C1));
        fleet.writer()
                .putPolicy(
                        new PlacementPolicy(
                                List.of(C1, C2), List.of(), PlacementPolicy.DEFAULT_PROVISION));

        // When
        var resident = assertThatThrownBy(() -> fleet.writer().deleteCluster(C1));
        var named = assertThatThrownBy(() -> fleet.writer().deleteCluster(C2));
        fleet.writer().deleteCluster(C3);

        // Then
        resident.hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        named.hasMessageContaining("placement-policy names cluster c2");
        awaitClusters(fleet, C1, C2);
        assertThat(rejected(fleet)).isEmpty();
        assertThat(intentOf(fleet, C1)).isEqualTo(Intent.ACTIVE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPolicyThatComesWhileTheBucketsAreReadKeepsItsCluster(boolean isThereAPolicy)
            throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1, C3);
        if (isThereAPolicy) {
            fleet.writer().putPolicy(preferring(C1));
        }
        fillBuckets(3000);
        var isClosed = new CountDownLatch(1);
        ensemble.operator().getData("/intents/c3", event -> isClosed.countDown(), null);

        // When
        boolean isDeleted;
        boolean isNamed;
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Boolean> naming =
                    executor.submit(
                            () -> {
                                isClosed.await();
                                return isDone(() -> fleet.writer().putPolicy(preferring(C3)));
                            });
            isDeleted = isDone(() -> fleet.writer().deleteCluster(C3));
            isNamed = naming.get();
        }

        // Then
        assertThat(isNamed).isNotEqualTo(isDeleted);
        awaitClusters(fleet, isDeleted ? new ClusterId[] {C1} : new ClusterId[] {C1, C3});
        await().until(() -> rejected(fleet).isEmpty());
        assertThat(intentOf(fleet, isDeleted ? C1 : C3)).isEqualTo(Intent.ACTIVE);
    }

    private static PlacementPolicy preferring(ClusterId cluster) {
        return new PlacementPolicy(List.of(cluster), List.of(), PlacementPolicy.DEFAULT_PROVISION);
    }

    private interface Act {
        void run() throws TopologyException;
    }

    private static boolean isDone(Act act) {
        try {
            act.run();
            return true;
        } catch (TopologyException e) {
            return false;
        }
    }

    /** With nothing in them: it is the reading that takes time. */
    private void fillBuckets(int many) throws Exception {
        List<Op> creations =
                IntStream.range(0, many)
                        .mapToObj(
                                bucket ->
                                        Op.create(
                                                ZnodePaths.bucket(bucket),
                                                Records.utf8("{\"v\":1,\"projects\":{}}"),
                                                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                                                CreateMode.PERSISTENT))
                        .toList();
        for (int from = 0; from < many; from += 500) {
            ensemble.operator().multi(creations.subList(from, Math.min(from + 500, many)));
        }
    }

    @Test
    void wrongWritesAreRefusedWithAReason() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);

        // When
        var policy =
                assertThatThrownBy(
                        () ->
                                fleet.writer()
                                        .putPolicy(
                                                new PlacementPolicy(
                                                        List.of(C3),
                                                        List.of(),
                                                        PlacementPolicy.DEFAULT_PROVISION)));
        var stale =
                assertThatThrownBy(() -> fleet.writer().putCluster(cluster(C1), OptionalInt.of(7)));
        var unknown =
                assertThatThrownBy(
                        () -> fleet.writer().changeIntent(C3, old -> intent(Intent.OFFLINE)));

        // Then
        policy.hasFieldOrPropertyWithValue("reason", Reason.INVALID);
        stale.hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        unknown.hasFieldOrPropertyWithValue("reason", Reason.NOT_FOUND);
    }

    @Test
    void verdictsAreWrittenByTheLeaderOnly() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);
        ZooKeeper operator = ensemble.operator();
        operator.create(
                "/election/c1", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        String leader =
                operator.create(
                        "/election/c1/latch-",
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL_SEQUENTIAL);
        Versioned<Optional<Verdict>> none = fleet.verdicts().read(C1);

        // When
        Versioned<Verdict> first =
                fleet.verdicts().publish(C1, healthy(C1, 1), none.version(), leader);
        Versioned<Verdict> second =
                fleet.verdicts().publish(C1, healthy(C1, 2), first.version(), leader);
        var stale =
                assertThatThrownBy(
                        () ->
                                fleet.verdicts()
                                        .publish(C1, healthy(C1, 3), first.version(), leader));
        operator.delete(leader, -1);
        var deposed =
                assertThatThrownBy(
                        () ->
                                fleet.verdicts()
                                        .publish(C1, healthy(C1, 3), second.version(), leader));

        // Then
        assertThat(none.version()).isEqualTo(Versioned.ABSENT);
        stale.hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        deposed.hasMessageContaining("no longer the leader");
        assertThat(fleet.verdicts().read(C1).value()).contains(healthy(C1, 2));
        await().until(() -> picture(fleet).cluster(C1).orElseThrow().verdict().epoch() == 2);
    }

    @Test
    void daemonsAreRegisteredAndRegisterAgainAfterTheirSessionWasLost() throws Exception {
        // Given
        ZooKeeperFleet watcher = openWithClusters(C1);
        ZooKeeperFleet fleet = ensemble.open();
        RouterPublisher router = fleet.routerPublisher(new RouterId("r1"));
        AgentPublisher agent = fleet.agentPublisher(C1, new AgentId("a1"));

        // When
        router.publish(router(1));
        agent.publish(agent());
        await().until(
                        () ->
                                watcher.reports().routers().size() == 1
                                        && watcher.reports().agents().containsKey(C1));
        fleet.client().getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
        for (int zxid = 2; zxid <= 50; zxid++) {
            router.publish(router(zxid));
        }

        // Then
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                watcher.reports()
                                        .routers()
                                        .getOrDefault(new RouterId("r1"), router(0))
                                        .equals(router(50)));
        await().until(() -> isOwnedBy(fleet, "/routers/r1") && isOwnedBy(fleet, "/health/c1/a1"));
        assertThat(watcher.reports().agents().get(C1).get(new AgentId("a1"))).isEqualTo(agent());
        router.close();
        agent.close();
        await().until(
                        () ->
                                watcher.reports().routers().isEmpty()
                                        && watcher.reports().agents().isEmpty());
    }

    @Test
    void thatARouterStopsIsReadBeforeItsReportGoes() throws Exception {
        // Given
        RouterId r1 = new RouterId("r1");
        ZooKeeperFleet watcher = openWithClusters(C1);
        List<Boolean> seen = new CopyOnWriteArrayList<>();
        watcher.reports()
                .onChange(
                        () ->
                                Optional.ofNullable(watcher.reports().routers().get(r1))
                                        .ifPresent(report -> seen.add(report.isStopping())));
        RouterPublisher router = ensemble.open().routerPublisher(r1);
        router.publish(router(1));
        await().until(() -> watcher.reports().routers().containsKey(r1));

        // When: within the pause between two writes
        router.publishFarewell(stopping(router(2)));
        router.close();

        // Then
        await().until(() -> watcher.reports().routers().isEmpty());
        assertThat(seen).startsWith(false).endsWith(true);
    }

    @Test
    void reportsFromBeforeALostConnectionAreNotTakenForThoseOfNow() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);
        AgentPublisher agent = fleet.agentPublisher(C1, new AgentId("a1"));
        agent.publish(agent());
        await().until(() -> fleet.reports().agents().containsKey(C1));
        assertThat(fleet.reports().agreement().holds()).isTrue();

        // When
        ensemble.stop();
        await().until(() -> !fleet.reports().agreement().holds());

        // Then
        assertThat(fleet.reports().agents()).containsKey(C1);
        ensemble.restart();
        await().atMost(Duration.ofSeconds(30)).until(() -> fleet.reports().agreement().holds());
        agent.close();
    }

    @Test
    void aRestartedDaemonTakesOverItsOldZnode() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);
        ensemble.operator()
                .create(
                        "/routers/r1",
                        Records.utf8("{}"),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL);

        // When
        fleet.routerPublisher(new RouterId("r1")).publish(router(5));

        // Then
        await().until(() -> isOwnedBy(fleet, "/routers/r1"));
        await().until(() -> fleet.reports().routers().containsValue(router(5)));
    }

    @Test
    void withADigestNobodyElseMayReadOrWrite() throws Exception {
        // Given
        Path right = Files.writeString(directory.resolve("right"), "homeport:secret\n");
        Path wrong = Files.writeString(directory.resolve("wrong"), "homeport:guessed\n");
        ZooKeeperFleet fleet = ensemble.open(Optional.of(right), Optional.empty());
        fleet.writer().putCluster(cluster(C1), OptionalInt.empty());
        awaitClusters(fleet, C1);

        // When
        ZooKeeperFleet stranger = ensemble.open(Optional.of(wrong), Optional.empty());
        await().until(() -> !rejected(stranger).isEmpty());
        var thrown =
                assertThatThrownBy(
                        () -> stranger.writer().changeIntent(C1, old -> intent(Intent.OFFLINE)));

        // Then
        assertThat(rules(stranger)).anyMatch(rule -> rule.contains("refuses to let this daemon"));
        assertThat(stranger.source().current()).isEmpty();
        thrown.hasFieldOrPropertyWithValue("reason", Reason.UNAVAILABLE);
        assertThatThrownBy(() -> ensemble.operator().getData("/clusters/c1", false, null))
                .isInstanceOf(KeeperException.NoAuthException.class);
    }

    @Test
    void watchesThatAreTakenAwayAreSetAgain() throws Exception {
        // Given
        ZooKeeperFleet writer = ensemble.open();
        ZooKeeperFleet fleet = ensemble.open();
        writer.writer().putCluster(cluster(C1), OptionalInt.empty());
        awaitClusters(fleet, C1);
        ZooKeeper zk = fleet.client().getZookeeperClient().getZooKeeper();

        // When
        zk.removeAllWatches(ZnodePaths.CLUSTERS, Watcher.WatcherType.Any, false);
        writer.writer().putCluster(cluster(C2), OptionalInt.empty());

        // Then
        awaitClusters(fleet, C1, C2);
        writer.writer().deleteCluster(C1);
        awaitClusters(fleet, C2);
    }

    @Test
    void aZnodeThatMayNotBeReadHidesNothingElse() throws Exception {
        // Given
        Path mine = Files.writeString(directory.resolve("mine"), "homeport:secret\n");
        Path other = Files.writeString(directory.resolve("other"), "other:secret\n");
        ZooKeeperFleet fleet = ensemble.open(Optional.of(mine), Optional.empty());
        fleet.writer().putCluster(cluster(C1), OptionalInt.empty());
        fleet.writer().putCluster(cluster(C2), OptionalInt.empty());
        awaitClusters(fleet, C1, C2);

        // When
        fleet.client().setACL().withACL(everythingFor(other)).forPath("/clusters/" + C2);

        // Then it is told within a look over, and others are followed as before
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> rules(fleet).stream().anyMatch(rule -> rule.contains("its ACL")));
        assertThat(fleet.source().current().orElseThrow().clusters()).hasSize(2);
        fleet.writer().putCluster(cluster(C3), OptionalInt.empty());
        awaitClusters(fleet, C1, C2, C3);

        // When
        ensemble.open(Optional.of(other), Optional.empty())
                .client()
                .setACL()
                .withACL(everythingFor(mine))
                .forPath("/clusters/" + C2);

        // Then
        await().atMost(60, TimeUnit.SECONDS).until(() -> rejected(fleet).isEmpty());
    }

    @Test
    void whoMayReadNoMoreSaysSoAndSeesAgainWhenHeMay() throws Exception {
        // Given
        Path mine = Files.writeString(directory.resolve("mine"), "homeport:secret\n");
        Path other = Files.writeString(directory.resolve("other"), "other:secret\n");
        ZooKeeperFleet fleet = ensemble.open(Optional.of(mine), Optional.empty());
        fleet.writer().putCluster(cluster(C1), OptionalInt.empty());
        awaitClusters(fleet, C1);
        ZooKeeperFleet taker = ensemble.open(Optional.of(other), Optional.empty());

        // When
        giveTo(fleet, other);

        // Then: nothing changes for it but that its picture grows old
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> rules(fleet).stream().anyMatch(rule -> rule.contains("refuses")));
        assertThat(fleet.source().current().orElseThrow().cluster(C1)).isPresent();
        await().until(
                        () ->
                                fleet.source()
                                        .status()
                                        .asOf()
                                        .orElseThrow()
                                        .isBefore(Instant.now().minusMillis(200)));

        // And
        taker.writer().putCluster(cluster(C2), OptionalInt.empty());
        giveTo(taker, mine);
        awaitClusters(fleet, C1, C2);
        assertThat(rejected(fleet)).isEmpty();
    }

    private static List<ACL> everythingFor(Path digest) throws Exception {
        AclConfig.Identity identity = AclConfig.identityOf(digest);
        return List.of(new ACL(ZooDefs.Perms.ALL, new Id(identity.scheme(), identity.id())));
    }

    private static void giveTo(ZooKeeperFleet owner, Path digest) throws Exception {
        List<ACL> everything = everythingFor(digest);
        // The last that a fleet makes: by then all the others are there.
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> owner.client().checkExists().forPath(ZnodePaths.ELECTION) != null);
        for (String parent : ZnodePaths.PARENTS) {
            for (String child : owner.client().getChildren().forPath(parent)) {
                owner.client().setACL().withACL(everything).forPath(parent + "/" + child);
            }
            owner.client().setACL().withACL(everything).forPath(parent);
        }
        owner.client().setACL().withACL(everything).forPath("/");
    }

    @Test
    void aDigestFileOfAnotherFormIsRefusedWithoutItsContent() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("digest"), "hunter2");

        // When
        var thrown =
                assertThatThrownBy(
                        () ->
                                ZooKeeperFleet.open(
                                        ensemble.config(Optional.of(file)),
                                        Optional.empty(),
                                        Clock.systemUTC()));

        // Then
        thrown.hasMessageContaining("user:password").hasMessageNotContaining("hunter2");
    }

    @Test
    void tensOfThousandsOfProjectsAreLoadedAndSurviveARestart() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1, C2);
        Map<Integer, Map<ProjectId, Placement>> buckets = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            ProjectId project = project("project-" + i);
            buckets.computeIfAbsent(Buckets.of(project), key -> new TreeMap<>())
                    .put(project, Records.on(i % 2 == 0 ? C1 : C2));
        }
        for (var bucket : buckets.entrySet()) {
            ensemble.operator()
                    .create(
                            ZnodePaths.bucket(bucket.getKey()),
                            PlacementBucketCodec.znode(bucket.getKey())
                                    .write(PackedBucket.of(bucket.getKey(), bucket.getValue())),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT);
        }

        // When
        ZooKeeperFleet fresh = ensemble.open();

        // Then
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                fresh.source()
                                        .current()
                                        .filter(one -> one.placements().residents(C1) == 25_000)
                                        .isPresent());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> picture(fleet).placements().size() == 50_000);
    }

    private ZooKeeperFleet openWithClusters(ClusterId... clusters) throws Exception {
        ZooKeeperFleet fleet = ensemble.open();
        await().until(() -> fleet.source().status().connection() == Connection.CONNECTED);
        for (ClusterId id : clusters) {
            fleet.writer().putCluster(cluster(id), OptionalInt.empty());
        }
        awaitClusters(fleet, clusters);
        ensemble.awaitParents();
        return fleet;
    }

    private static void awaitClusters(ZooKeeperFleet fleet, ClusterId... clusters) {
        await().until(
                        () ->
                                fleet.source()
                                        .current()
                                        .filter(
                                                one ->
                                                        one.clusters()
                                                                .keySet()
                                                                .equals(java.util.Set.of(clusters)))
                                        .isPresent());
    }

    private static boolean isOwnedBy(ZooKeeperFleet fleet, String path) throws Exception {
        ZooKeeper zk = fleet.client().getZookeeperClient().getZooKeeper();
        var stat = zk.exists(path, false);
        return stat != null && stat.getEphemeralOwner() == zk.getSessionId();
    }

    private static FleetSnapshot picture(ZooKeeperFleet fleet) {
        return fleet.source().current().orElseThrow();
    }

    private static Intent intentOf(ZooKeeperFleet fleet, ClusterId id) {
        return picture(fleet).cluster(id).orElseThrow().intent().intent();
    }

    private static List<RejectedEdit> rejected(ZooKeeperFleet fleet) {
        return fleet.source().status().rejected();
    }

    private static List<String> rules(ZooKeeperFleet fleet) {
        return rejected(fleet).stream().map(RejectedEdit::rule).toList();
    }

    private static RouterReport router(long zxid) {
        return new RouterReport(
                new RouterId("r1"),
                "127.0.0.1:7306",
                "http://127.0.0.1:7380",
                "0.1.0",
                NOON,
                List.of(),
                zxid,
                List.of(),
                Map.of());
    }

    private static RouterReport stopping(RouterReport report) {
        return new RouterReport(
                report.id(),
                report.mysqlAddress(),
                report.adminUrl(),
                report.version(),
                report.started(),
                report.numbers(),
                report.appliedZxid(),
                report.rejected(),
                report.sessions(),
                true);
    }

    private static AgentReport agent() {
        return new AgentReport(new AgentId("a1"), C1, "http://127.0.0.1:7480", NOON, List.of());
    }
}
