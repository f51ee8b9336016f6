package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.C2;
import static dev.homeport.topology.zk.Records.NOON;
import static dev.homeport.topology.zk.Records.cluster;
import static dev.homeport.topology.zk.Records.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncidentStoreIT {
    private static final ProjectId P42 = project("p42");
    private static final ProjectId P43 = project("p43");

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
    void anIncidentIsOpenedByTheLeaderAndReachesEveryRouter() throws Exception {
        // Given
        ZooKeeperFleet agent = openWithClusters(C1, C2);
        ZooKeeperFleet router = ensemble.open();
        String leader = leader();
        Incident incident = incident("i1", C1, IncidentLimit.CONTAIN);

        // When
        Written<Incident> opened = agent.incidents().open(incident, leader);
        Written<Incident> again = agent.incidents().open(incident, leader);
        var other =
                assertThatThrownBy(
                        () ->
                                agent.incidents()
                                        .open(incident("i1", C1, IncidentLimit.ALERT), leader));
        var nowhere =
                assertThatThrownBy(
                        () ->
                                agent.incidents()
                                        .open(
                                                incident("i2", Records.C9, IncidentLimit.CONTAIN),
                                                leader));
        ensemble.operator().delete(leader, -1);
        var deposed =
                assertThatThrownBy(
                        () ->
                                agent.incidents()
                                        .open(incident("i3", C1, IncidentLimit.CONTAIN), leader));

        // Then
        assertThat(again.value()).isEqualTo(opened.value());
        other.hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        nowhere.hasMessageContaining("there is no cluster c9");
        deposed.hasMessageContaining("no longer the leader");
        await().until(() -> router.source().current().isPresent());
        await().until(() -> contained(router, C1).equals(Set.of(P42)));
        assertThat(picture(router).incidents()).containsExactly(incident);
        assertThat(agent.incidents().all()).containsExactly(incident);
        assertThat(agent.incidents().find(new IncidentId("i1"))).contains(incident);
        assertThat(agent.incidents().find(new IncidentId("i3"))).isEmpty();
    }

    @Test
    void anOpenIncidentIsWidenedAndNeverNarrowed() throws Exception {
        // Given
        ZooKeeperFleet agent = openWithClusters(C1);
        String leader = leader();
        IncidentId id = new IncidentId("i1");
        agent.incidents().open(incident("i1", C1, IncidentLimit.CONTAIN), leader);
        Incident more = Records.incident("i1", C1, IncidentLimit.ALERT, P43);

        // When
        agent.incidents().amend(id, old -> old.widened(more), leader);
        var narrower =
                assertThatThrownBy(
                        () ->
                                agent.incidents()
                                        .amend(
                                                id,
                                                old -> incident("i1", C1, IncidentLimit.CONTAIN),
                                                leader));
        agent.writer().closeIncident(id, "mia", "restored");
        var closed = assertThatThrownBy(() -> agent.incidents().amend(id, old -> old, leader));
        var twice = assertThatThrownBy(() -> agent.writer().closeIncident(id, "bob", "again"));
        var unknown =
                assertThatThrownBy(
                        () -> agent.incidents().amend(new IncidentId("i9"), old -> old, leader));

        // Then
        narrower.hasFieldOrPropertyWithValue("reason", Reason.INVALID);
        closed.hasMessageContaining("was closed by mia")
                .hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        twice.hasMessageContaining("was closed by mia");
        unknown.hasFieldOrPropertyWithValue("reason", Reason.NOT_FOUND);
        Incident now = agent.incidents().find(id).orElseThrow();
        assertThat(now.scope().projects()).containsExactly(P42, P43);
        assertThat(now.closing().orElseThrow().reason()).isEqualTo("restored");
        await().until(() -> contained(agent, C1).isEmpty());
    }

    @Test
    void aRouterOpensOnlyWhatIsSuspicious() throws Exception {
        // Given
        ZooKeeperFleet router = openWithClusters(C1);
        Incident suspicious = suspicious("s1", Optional.empty());

        // When
        router.incidents().openSuspicious(suspicious);
        var refused =
                assertThatThrownBy(
                        () ->
                                router.incidents()
                                        .openSuspicious(incident("i1", C1, IncidentLimit.ALERT)));

        // Then
        refused.hasFieldOrPropertyWithValue("reason", Reason.INVALID);
        await().until(() -> picture(router).incidents().size() == 1);
        assertThat(picture(router).cluster(C1).orElseThrow().containment().acceptsProjects())
                .isTrue();
    }

    @Test
    void onlySoManyAreKeptAndWhatContainsALossIsNeverTrimmed() throws Exception {
        // Given
        ZooKeeperFleet agent = openWithClusters(C1);
        String leader = leader();
        agent.incidents().open(incident("a-contain", C1, IncidentLimit.CONTAIN), leader);
        create(suspicious("b-closed", Optional.of(new Incident.Closing("mia", "", NOON))));
        for (int i = 0; i < IncidentStore.MOST - 2; i++) {
            create(suspicious("c-%03d".formatted(i), Optional.empty()));
        }

        // When
        agent.incidents().openSuspicious(suspicious("d-1", Optional.empty()));
        agent.incidents().openSuspicious(suspicious("d-2", Optional.empty()));

        // Then
        List<String> ids = agent.incidents().all().stream().map(one -> one.id().value()).toList();
        assertThat(ids)
                .hasSize(IncidentStore.MOST)
                .contains("a-contain", "c-001", "d-1", "d-2")
                .doesNotContain("b-closed", "c-000");
        assertThat(rules(agent)).isEmpty();
    }

    @Test
    void projectsAreNeverPlacedOnAClusterAfterAnIncidentWasOpenedThere() throws Exception {
        // Given
        ZooKeeperFleet first = openWithClusters(C1, C2);
        ZooKeeperFleet second = ensemble.open();
        await().until(() -> second.source().current().isPresent());
        String leader = leader();
        var placedSome = new CountDownLatch(10);
        List<Callable<Placed>> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ZooKeeperFleet fleet = i % 2 == 0 ? first : second;
            ProjectId project = project("new-" + i);
            calls.add(
                    () -> {
                        Placed placed = fleet.writer().place(project, Optional.empty());
                        placedSome.countDown();
                        return placed;
                    });
        }

        // When
        List<Placed.Created> created = new ArrayList<>();
        Written<Incident> incident;
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Future<Placed>> futures = calls.stream().map(executor::submit).toList();
            assertThat(placedSome.await(30, TimeUnit.SECONDS)).isTrue();
            incident = first.incidents().open(incident("i1", C1, IncidentLimit.CONTAIN), leader);
            for (Future<Placed> future : futures) {
                created.add((Placed.Created) future.get());
            }
        }
        var wanted = assertThatThrownBy(() -> second.writer().place(P43, Optional.of(C1)));

        // Then
        assertThat(created)
                .filteredOn(one -> one.placement().home().equals(C1))
                .allMatch(one -> one.zxid() < incident.zxid());
        assertThat(created).anyMatch(one -> one.placement().home().equals(C2));
        wanted.hasMessage("c1 is not fit: it has an open incident of data loss");
        first.writer().closeIncident(new IncidentId("i1"), "mia", "restored");
        await().until(
                        () ->
                                picture(second)
                                        .cluster(C1)
                                        .orElseThrow()
                                        .containment()
                                        .acceptsProjects());
        assertThat(second.writer().place(P43, Optional.of(C1))).isInstanceOf(Placed.Created.class);
    }

    @Test
    void whatAnOperatorDeletesByHandEnds() throws Exception {
        // Given
        ZooKeeperFleet fleet = openWithClusters(C1);
        fleet.incidents().open(incident("i1", C1, IncidentLimit.CONTAIN), leader());
        await().until(() -> contained(fleet, C1).contains(P42));

        // When
        ensemble.deleteAll("/incidents/i1");

        // Then
        await().until(() -> contained(fleet, C1).isEmpty());
        assertThat(rules(fleet)).isEmpty();
    }

    @Test
    void aContainmentOutlivesTheEnsembleUntilItIsClosed() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        ZooKeeperFleet fleet = ensemble.open(Optional.empty(), Optional.of(file));
        await().until(() -> fleet.source().status().connection() == Connection.CONNECTED);
        fleet.writer().putCluster(cluster(C1), OptionalInt.empty());
        fleet.writer().place(P42, Optional.of(C1));
        await().until(() -> fleet.source().current().isPresent());
        fleet.incidents().open(incident("i1", C1, IncidentLimit.CONTAIN), leader());
        await().until(() -> contained(fleet, C1).contains(P42));
        byte[] bucket = ensemble.operator().getData(ZnodePaths.bucketOf(P42), false, null);

        // When
        ensemble.emptyChroot();
        await().until(() -> rules(fleet).stream().anyMatch(one -> one.contains("i1")));
        createIfAbsent("/clusters");
        createIfAbsent("/projects");
        create("/clusters/c1", ClusterDefinitionCodec.znode(C1).write(cluster(C1)));
        create(ZnodePaths.bucketOf(P42), bucket);
        await().until(() -> rules(fleet).stream().noneMatch(one -> one.contains("projects")));

        // Then
        assertThat(contained(fleet, C1)).containsExactly(P42);
        assertThat(rules(fleet))
                .anyMatch(one -> one.contains("until it is closed (homeport incident close i1)"));
        fleet.writer().closeIncident(new IncidentId("i1"), "mia", "restored");
        await().until(() -> contained(fleet, C1).isEmpty());
        assertThat(rules(fleet)).noneMatch(one -> one.contains("i1"));
    }

    @Test
    void aRouterContainsFromItsSnapshotFileWithoutZooKeeper() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        ZooKeeperFleet before = ensemble.open(Optional.empty(), Optional.of(file));
        before.writer().putCluster(cluster(C1), OptionalInt.empty());
        await().until(() -> before.source().current().isPresent());
        before.incidents().open(incident("i1", C1, IncidentLimit.CONTAIN), leader());
        await().until(() -> contained(before, C1).contains(P42));
        before.close();
        ensemble.stop();

        // When
        ZooKeeperFleet fleet = ensemble.open(Optional.empty(), Optional.of(file));

        // Then
        assertThat(contained(fleet, C1)).containsExactly(P42);
        assertThatThrownBy(() -> fleet.incidents().all())
                .hasFieldOrPropertyWithValue("reason", Reason.UNAVAILABLE);
        ensemble.restart();
        await().atMost(Duration.ofSeconds(30)).until(() -> !fleet.source().status().fromFile());
        assertThat(contained(fleet, C1)).containsExactly(P42);
    }

    private String leader() throws Exception {
        ensemble.awaitParents();
        create("/election/c1", new byte[0]);
        return ensemble.operator()
                .create(
                        "/election/c1/latch-",
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL_SEQUENTIAL);
    }

    private void create(Incident incident) throws Exception {
        create(
                ZnodePaths.incident(incident.id()),
                IncidentCodec.znode(incident.id()).write(incident));
    }

    private void create(String path, byte[] content) throws Exception {
        ensemble.operator()
                .create(path, content, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    /** The fleet puts back by itself what every fleet has, and may be the first to do so. */
    private void createIfAbsent(String path) throws Exception {
        try {
            create(path, new byte[0]);
        } catch (KeeperException.NodeExistsException e) {
            assertThat(e.getPath()).isEqualTo(path);
        }
    }

    private static Incident incident(String id, ClusterId cluster, IncidentLimit limit) {
        return Records.incident(id, cluster, limit, P42);
    }

    private static Incident suspicious(String id, Optional<Incident.Closing> closing) {
        Incident loss = incident(id, C1, IncidentLimit.ALERT);
        return new Incident(
                loss.id(),
                IncidentKind.SUSPICIOUS_DROP,
                loss.cluster(),
                loss.scope(),
                loss.limit(),
                loss.opened(),
                loss.happened(),
                loss.gtidBefore(),
                loss.actor(),
                loss.tablesLost(),
                loss.rowsLost(),
                loss.evidence(),
                closing);
    }

    private ZooKeeperFleet openWithClusters(ClusterId... clusters) throws Exception {
        ZooKeeperFleet fleet = ensemble.open();
        await().until(() -> fleet.source().status().connection() == Connection.CONNECTED);
        for (ClusterId id : clusters) {
            fleet.writer().putCluster(cluster(id), OptionalInt.empty());
        }
        await().until(
                        () ->
                                fleet.source()
                                        .current()
                                        .filter(
                                                one ->
                                                        one.clusters()
                                                                .keySet()
                                                                .equals(Set.of(clusters)))
                                        .isPresent());
        ensemble.awaitParents();
        return fleet;
    }

    private static FleetSnapshot picture(ZooKeeperFleet fleet) {
        return fleet.source().current().orElseThrow();
    }

    private static Set<ProjectId> contained(ZooKeeperFleet fleet, ClusterId cluster) {
        return picture(fleet).cluster(cluster).orElseThrow().containment().projects();
    }

    private static List<String> rules(ZooKeeperFleet fleet) {
        return fleet.source().status().rejected().stream()
                .map(edit -> edit.znode() + " " + edit.rule())
                .map(String::strip)
                .toList();
    }
}
