package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.C2;
import static dev.homeport.topology.zk.Records.cluster;
import static dev.homeport.topology.zk.Records.intent;
import static dev.homeport.topology.zk.Records.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many placements at the same time share requests, and nothing else. */
class BucketTransactionIT {
    private static final int CALLERS = 64;
    private static final byte[] NOTHING = {};

    private TestEnsemble ensemble;
    private ZooKeeperFleet fleet;

    @BeforeEach
    void startZooKeeper() throws Exception {
        ensemble = new TestEnsemble();
        fleet = ensemble.open();
        ensemble.awaitParents();
        for (ClusterId id : List.of(C1, C2)) {
            fleet.writer().putCluster(cluster(id), OptionalInt.empty());
        }
        await().until(() -> picture(fleet).isPresent());
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        ensemble.close();
    }

    @Test
    void routersThatPlaceTheSameProjectsLoseNone() throws Exception {
        // Given
        ZooKeeperFleet other = ensemble.open();
        await().until(() -> picture(other).isPresent());
        Map<ProjectId, ClusterId> homes = new ConcurrentHashMap<>();
        List<Callable<Void>> calls = new ArrayList<>();
        // Far more than buckets of a transaction, twice each, and again over the same buckets.
        for (int i = 0; i < 1500; i++) {
            ProjectId project = project("p" + i % 750);
            ZooKeeperFleet router = i % 2 == 0 ? fleet : other;
            calls.add(
                    () -> {
                        ClusterId home = place(router, project);
                        ClusterId before = homes.putIfAbsent(project, home);
                        assertThat(before == null || before.equals(home)).isTrue();
                        return null;
                    });
        }

        // When
        all(calls);

        // Then
        assertThat(homes).hasSize(750);
        for (ZooKeeperFleet one : List.of(fleet, other, ensemble.open())) {
            await().untilAsserted(() -> assertThat(homes(one)).isEqualTo(new TreeMap<>(homes)));
        }
    }

    /** Cordoned and opened again and again: whole transactions are refused. */
    @Test
    void actsInBetweenAreHonouredAndEverybodyIsPlaced() throws Exception {
        // Given
        ZooKeeperFleet operator = ensemble.open();
        await().until(() -> picture(operator).isPresent());
        var isOver = new AtomicBoolean();
        List<Callable<Void>> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ProjectId project = project("p" + i);
            calls.add(
                    () -> {
                        place(fleet, project);
                        return null;
                    });
        }

        // When
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Integer> acts =
                    executor.submit(
                            () -> {
                                int done = 0;
                                while (!isOver.get()) {
                                    ClusterId closed = done % 2 == 0 ? C1 : C2;
                                    operator.writer()
                                            .changeIntent(closed, old -> intent(Intent.CORDONED));
                                    operator.writer()
                                            .changeIntent(closed, old -> intent(Intent.ACTIVE));
                                    done++;
                                    // Whoever is refused all the time is told so after 4 s.
                                    TimeUnit.MILLISECONDS.sleep(50);
                                }
                                return done;
                            });
            try {
                all(calls);
            } finally {
                isOver.set(true);
            }

            // Then
            assertThat(acts.get(30, TimeUnit.SECONDS)).isPositive();
        }
        await().untilAsserted(() -> assertThat(homes(fleet)).hasSize(1000));
    }

    @Test
    void aBucketThatIsNoGoodTakesNoOtherAlong() throws Exception {
        makeBucketOf(project("p7"), "[]", ZooDefs.Ids.OPEN_ACL_UNSAFE);

        assertThat(placeTwoHundred()).hasSizeLessThan(200).allSatisfy(this::mustBeMended);
    }

    @Test
    void aBucketThatMayNotBeWrittenTakesNoOtherAlong() throws Exception {
        makeBucketOf(project("p7"), "{\"v\":1,\"projects\":{}}", ZooDefs.Ids.READ_ACL_UNSAFE);

        assertThat(placeTwoHundred()).hasSizeLessThan(200).allSatisfy(this::mayNotBeWritten);
    }

    private void makeBucketOf(ProjectId project, String content, List<ACL> acl) throws Exception {
        ensemble.operator()
                .create(
                        ZnodePaths.bucketOf(project),
                        content.getBytes(StandardCharsets.US_ASCII),
                        acl,
                        CreateMode.PERSISTENT);
    }

    /** All but one bucket are placed; returns what those of that one are told. */
    private Map<ProjectId, String> placeTwoHundred() throws Exception {
        Map<ProjectId, String> failures = new ConcurrentHashMap<>();
        List<Callable<Void>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ProjectId project = project("p" + i);
            calls.add(
                    () -> {
                        try {
                            place(fleet, project);
                        } catch (TopologyException e) {
                            failures.put(project, e.getMessage());
                        }
                        return null;
                    });
        }
        all(calls);
        assertThat(failures).containsKey(project("p7"));
        int placed = 200 - failures.size();
        await().untilAsserted(() -> assertThat(homes(fleet)).hasSize(placed));
        return failures;
    }

    private void mustBeMended(ProjectId project, String message) {
        assertThat(Buckets.of(project)).isEqualTo(Buckets.of(project("p7")));
        assertThat(message).contains("must be mended first");
    }

    private void mayNotBeWritten(ProjectId project, String message) {
        assertThat(Buckets.of(project)).isEqualTo(Buckets.of(project("p7")));
        assertThat(message).contains("NoAuth");
    }

    /** What this router has written, and what it has read before, is parsed by nobody again. */
    @Test
    void aRouterNeverParsesWhatItHasWritten() throws Exception {
        // Given
        KnownBuckets known = ((FleetWatcher) fleet.source()).knownBuckets();
        List<Callable<Void>> calls = new ArrayList<>();
        for (int i = 0; i < 3 * CALLERS; i++) {
            ProjectId project = project("p" + i);
            calls.add(
                    () -> {
                        place(fleet, project);
                        return null;
                    });
        }

        // When
        all(calls);
        await().until(() -> homes(fleet).size() == 3 * CALLERS);
        for (int i = 0; i < 3 * CALLERS; i++) {
            fleet.writer().changePlacement(project("p" + i), BucketTransactionIT::moved);
        }
        await().until(() -> homes(fleet).values().stream().allMatch(C2::equals));

        // Then
        assertThat(known.parsed()).isZero();
    }

    private static Placement moved(Placement old) {
        return new Placement(C2, old.state(), old.since(), "moved", Optional.empty());
    }

    @Test
    void readTogetherIsTheSameAsReadAlone() throws Exception {
        // Given
        ZooKeeper zk = ensemble.operator();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            paths.add(ZnodePaths.bucket(i));
            if (i % 3 > 0) {
                zk.create(
                        ZnodePaths.bucket(i),
                        new byte[i * 500],
                        i % 7 == 0 ? nobody() : ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT);
            }
        }

        // When, then
        for (int length : new int[] {-1, 0, 5_000, 50_000, 1_000_000}) {
            Map<String, CompletableFuture<Znode>> reads =
                    GroupedReads.read(zk, paths, path -> length);
            assertThat(reads).hasSize(100);
            for (String path : paths) {
                Znode together = reads.get(path).get(10, TimeUnit.SECONDS);
                Znode alone = AsyncCalls.znode(zk, path).get(10, TimeUnit.SECONDS);
                assertThat(together.isAbsent()).isEqualTo(alone.isAbsent());
                assertThat(together.unreadable()).isEqualTo(alone.unreadable());
                assertThat(together.mzxid()).isEqualTo(alone.mzxid());
                assertThat(together.version()).isEqualTo(alone.version());
                assertThat(together.bytes().isPresent()).isEqualTo(alone.bytes().isPresent());
                assertThat(together.bytes().orElse(NOTHING))
                        .isEqualTo(alone.bytes().orElse(NOTHING));
            }
        }
    }

    /**
     * An answer of more than 1 MB ends the connection: the watcher, which has seen them short,
     * reads each by itself afterwards.
     */
    @Test
    void whatHasBecomeLongIsFollowed() throws Exception {
        // Given
        List<ProjectId> projects = placeTwelve();
        AtomicInteger lost = countLostConnections();
        CountDownLatch held = holdWatcher();

        // When
        for (ProjectId project : projects) {
            makeLong(project, C1);
        }
        held.countDown();

        // Then
        await().until(() -> projects.stream().map(homes(fleet)::get).allMatch(C1::equals));
        assertThat(lost).as("connections lost, else this tries nothing").hasPositiveValue();
    }

    /** The same for those who place, while the picture still has what it was. */
    @Test
    void whatHasBecomeLongIsWritten() throws Exception {
        // Given
        List<ProjectId> projects = placeTwelve();
        AtomicInteger lost = countLostConnections();
        CountDownLatch held = holdWatcher();
        for (ProjectId project : projects) {
            makeLong(project, C1);
        }

        // When
        List<Callable<Void>> calls = new ArrayList<>();
        for (ProjectId project : projects) {
            calls.add(
                    () -> {
                        fleet.writer().changePlacement(project, BucketTransactionIT::moved);
                        return null;
                    });
        }
        all(calls);
        held.countDown();

        // Then
        await().until(() -> projects.stream().map(homes(fleet)::get).allMatch(C2::equals));
        assertThat(lost).as("connections lost, else this tries nothing").hasPositiveValue();
    }

    private List<ProjectId> placeTwelve() throws Exception {
        List<ProjectId> projects = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            projects.add(project("p" + i));
            place(fleet, projects.get(i));
        }
        await().until(() -> homes(fleet).size() == 12);
        return projects;
    }

    private void makeLong(ProjectId project, ClusterId home) throws Exception {
        ensemble.set(
                ZnodePaths.bucketOf(project),
                "{\"v\":1,%s\"projects\":{\"%s\":{\"home\":\"%s\",\"state\":\"serving\"}}}"
                        .formatted(" ".repeat(900_000), project, home));
    }

    private AtomicInteger countLostConnections() {
        var lost = new AtomicInteger();
        fleet.client()
                .getConnectionStateListenable()
                .addListener(
                        (client, state) -> {
                            if (!state.isConnected()) {
                                lost.incrementAndGet();
                            }
                        });
        return lost;
    }

    /** Until it is counted down, the picture stays as it is. */
    private CountDownLatch holdWatcher() throws Exception {
        var isHeld = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        fleet.source()
                .onChange(
                        (before, after) -> {
                            isHeld.countDown();
                            pause(held);
                        });
        place(fleet, project("another"));
        assertThat(isHeld.await(10, TimeUnit.SECONDS)).isTrue();
        return held;
    }

    private static void pause(CountDownLatch held) {
        try {
            assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<ACL> nobody() {
        return new ArrayList<>(List.of(new ACL(ZooDefs.Perms.DELETE, new Id("world", "anyone"))));
    }

    private static ClusterId place(ZooKeeperFleet router, ProjectId project)
            throws TopologyException {
        return switch (router.writer().place(project, Optional.empty())) {
            case Placed.Created created -> created.placement().home();
            case Placed.Existing existing -> existing.placement().home();
            case Placed.NoneAvailable none -> throw new AssertionError(none.toString());
        };
    }

    private static void all(List<Callable<Void>> calls) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(CALLERS)) {
            for (Future<Void> one : executor.invokeAll(calls)) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    throw new AssertionError(e.getCause());
                }
            }
        }
    }

    private static Optional<PlacementMap> picture(ZooKeeperFleet fleet) {
        return fleet.source()
                .current()
                .filter(now -> now.clusters().size() == 2)
                .map(now -> now.placements());
    }

    private static Map<ProjectId, ClusterId> homes(ZooKeeperFleet fleet) {
        Map<ProjectId, ClusterId> homes = new TreeMap<>();
        picture(fleet)
                .ifPresent(map -> map.forEach((project, one) -> homes.put(project, one.home())));
        return homes;
    }
}
