package dev.homeport.router.ensemble;

import static dev.homeport.router.ensemble.Network.C1;
import static dev.homeport.router.ensemble.Network.C2;
import static dev.homeport.router.ensemble.Network.DONE;
import static dev.homeport.router.ensemble.Network.PATIENCE;
import static dev.homeport.router.ensemble.Network.answerTo;
import static dev.homeport.router.ensemble.Network.hasIntent;
import static dev.homeport.router.ensemble.Network.intent;
import static dev.homeport.router.ensemble.Network.intentOf;
import static dev.homeport.router.ensemble.Network.placements;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.zookeeper.MemberSettings;
import dev.homeport.testkit.zookeeper.ZooKeeperMember;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Intent;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that do not reach each other, and go on answering their clients: for 6 s, longer than a
 * session lasts, they take themselves for a part of the ensemble. docs/zookeeper.md has one row for
 * each of these.
 */
@Timeout(240)
final class PartitionedZooKeeperIT {
    private static final int ROUNDS = 8;

    /** Projects that were placed, so that what stands tells something. */
    private static final int ENOUGH = 20;

    /** All at the same time; the common pool may have one thread. */
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir private static Path shared;
    private static Network network;

    private final Placing placing = new Placing();

    @BeforeAll
    static void startEnsemble() {
        network = new Network(shared, MemberSettings.clinging());
    }

    @AfterAll
    static void stopEnsemble() {
        if (network != null) {
            network.close();
        }
    }

    @BeforeEach
    void renew() {
        network.renew();
    }

    @AfterEach
    void closeFleets() {
        network.ensemble.healLinks();
        network.closeFleets();
    }

    @Test
    void aFollowerThatIsCutOffTellsWhatWasAndAcknowledgesNothing() throws Exception {
        // Given
        ZooKeeperMember alone = network.ensemble.followers().getFirst();
        ZooKeeperFleet majority = Network.withClusters(network.among(network.othersThan(alone)));
        ZooKeeperFleet router = network.behind(alone);
        var historian = new Historian(router);
        placing.place(majority, "before");
        await().atMost(PATIENCE).until(() -> placements(router).size() == 1);

        // When
        network.ensemble.isolate(alone);
        assertThat(placing.place(majority, "elsewhere")).isTrue();
        majority.writer().changeIntent(C2, old -> intent(Intent.OFFLINE));

        // Then it is what the router knows, and it answers
        assertThat(alone.mode()).isEqualTo("follower");
        assertThat(router.source().status().connection()).isEqualTo(Connection.CONNECTED);
        assertThat(placements(router)).containsOnlyKeys(new ProjectId("before"));

        // And who comes anew is told nothing rather than what was
        ZooKeeperFleet newcomer = network.among(List.of(alone));
        // What is not answered sends it to another server, perhaps in time for the act.
        placing.place(router, "through-the-minority");
        assertThat(newcomer.source().current()).isEmpty();

        // And the router goes to one of the others by itself
        await().atMost(PATIENCE).until(() -> hasIntent(router, C2, Intent.OFFLINE));
        assertThat(placements(router)).containsKey(new ProjectId("elsewhere"));
        assertThat(newcomer.source().current()).isEmpty();

        // When
        network.ensemble.healLinks();

        // Then
        await().atMost(PATIENCE).until(() -> newcomer.source().current().isPresent());
        assertHealed(router, historian);
        network.awaitAgreement(newcomer);
    }

    @Test
    void whatALeaderThatIsCutOffTookNeverWas() throws Exception {
        // Given
        ZooKeeperMember former = leaderThatIsElectedAgain();
        ZooKeeperFleet majority = Network.withClusters(network.among(network.othersThan(former)));
        ZooKeeperFleet router = network.behind(former);
        var historian = new Historian(router);

        // When
        network.ensemble.isolate(former);
        var placed = CompletableFuture.supplyAsync(() -> placing.place(router, "taken"), THREADS);
        var changed =
                CompletableFuture.supplyAsync(
                        () ->
                                answerTo(
                                        () ->
                                                router.writer()
                                                        .changeIntent(
                                                                C1, old -> intent(Intent.OFFLINE))),
                        THREADS);

        // Then
        await().atMost(PATIENCE).until(() -> placing.place(majority, "after"));
        assertThat(placed.join()).isFalse();
        assertThat(changed.join()).isNotEqualTo(DONE);
        await().atMost(PATIENCE)
                .until(() -> placements(router).containsKey(new ProjectId("after")));

        // When it comes back, and is the leader once more, with what it has on its disk
        network.ensemble.healLinks();
        network.ensemble.awaitServing();
        while (network.ensemble.awaitLeader() != former) {
            restartLeader();
        }

        // Then
        assertHealed(router, historian);
        assertThat(placements(router)).containsOnlyKeys(new ProjectId("after"));
        assertThat(intentOf(router, C1)).isEqualTo(Intent.ACTIVE);
    }

    /**
     * Not the one with the lowest number: of two that know the same the higher one is elected, so
     * that it leads again after a few more elections.
     */
    private static ZooKeeperMember leaderThatIsElectedAgain() {
        ZooKeeperMember first = network.ensemble.members().getFirst();
        while (network.ensemble.awaitLeader() == first) {
            restartLeader();
        }
        return network.ensemble.awaitLeader();
    }

    /** The others elect one of them, mostly: who logged the last write, else the higher number. */
    private static void restartLeader() {
        ZooKeeperMember leader = network.ensemble.awaitLeader();
        leader.kill();
        leader.start();
        network.ensemble.awaitServing();
    }

    @Test
    void aServerThatOnlyOneOtherReachesHarmsNobody() throws Exception {
        // Given
        ZooKeeperMember leader = network.ensemble.awaitLeader();
        ZooKeeperMember apart = network.ensemble.followers().getFirst();
        ZooKeeperFleet majority = Network.withClusters(network.among(network.othersThan(apart)));
        ZooKeeperFleet router = network.behind(apart);
        var historian = new Historian(router);

        // When
        network.ensemble.separate(leader, apart);

        // Then the other two go on without it, and it serves nobody after a while
        for (int i = 0; !apart.mode().isEmpty() || placing.placed() <= ENOUGH; i++) {
            assertThat(placing.place(majority, "apart-" + i)).isTrue();
        }
        await().atMost(PATIENCE).until(() -> placing.place(router, "from-elsewhere"));
        assertThat(network.ensemble.awaitLeader()).isSameAs(leader);
        network.awaitAgreement(router);

        // When
        network.ensemble.healLinks();

        // Then
        network.ensemble.awaitServing();
        assertHealed(router, historian);
    }

    @Test
    void withoutAnyLinkNothingIsWrittenAndTheLastPictureServes() throws Exception {
        // Given
        ZooKeeperFleet router = network.withClusters();
        var historian = new Historian(router);
        placing.place(router, "before");
        await().atMost(PATIENCE).until(() -> placements(router).size() == 1);

        // When
        network.ensemble.members().forEach(network.ensemble::isolate);

        // Then
        await().atMost(PATIENCE)
                .until(() -> router.source().status().connection() == Connection.LOST);
        // A member may give up later than its clients do, each by its own clock.
        await().atMost(PATIENCE)
                .until(
                        () ->
                                network.ensemble.members().stream()
                                        .allMatch(one -> one.mode().isEmpty()));
        assertThat(placing.place(router, "nowhere")).isFalse();
        assertThat(placements(router)).containsOnlyKeys(new ProjectId("before"));

        // When
        network.ensemble.healLinks();

        // Then
        await().atMost(PATIENCE).until(() -> placing.place(router, "after"));
        assertHealed(router, historian);
    }

    @Test
    void linksThatComeAndGoGiveNobodyTwoHomes() throws Exception {
        // Given
        network.withClusters();
        ZooKeeperFleet one = network.proxied();
        ZooKeeperFleet two = network.proxied();
        for (ZooKeeperFleet each : List.of(one, two)) {
            await().atMost(PATIENCE).until(() -> each.source().current().isPresent());
        }
        var historian = new Historian(one);
        var otherHistorian = new Historian(two);
        long seed = System.nanoTime() & 0xffff_ffffL;
        System.out.println("links come and go: seed " + seed);
        var random = new SplittableRandom(seed);

        // When
        var faults = CompletableFuture.runAsync(() -> tearAndHeal(random), THREADS);
        var placingByOne = CompletableFuture.runAsync(() -> placeUntil(faults, one), THREADS);
        var placingByTwo = CompletableFuture.runAsync(() -> placeUntil(faults, two), THREADS);
        CompletableFuture.allOf(faults, placingByOne, placingByTwo).join();

        // Then
        System.out.printf(
                "links come and go: %d placed, %d answers that nobody knows%n",
                placing.placed(), placing.unknown());
        // How much gets through between the faults depends on the seed.
        await().atMost(PATIENCE)
                .until(
                        () ->
                                placing.place(one, "healed-" + placing.placed())
                                        && placing.placed() > ENOUGH);
        assertHealed(one, historian);
        assertHealed(two, otherHistorian);
    }

    private static void tearAndHeal(SplittableRandom random) {
        List<ZooKeeperMember> members = network.ensemble.members();
        for (int i = 0; i < ROUNDS; i++) {
            ZooKeeperMember any = members.get(random.nextInt(members.size()));
            switch (random.nextInt(4)) {
                case 0 -> network.ensemble.isolate(network.ensemble.awaitLeader());
                case 1 -> network.ensemble.isolate(any);
                case 2 -> members.forEach(network.ensemble::isolate);
                default -> {
                    List<ZooKeeperMember> others = network.othersThan(any);
                    network.ensemble.separate(any, others.get(random.nextInt(others.size())));
                }
            }
            pause(Duration.ofMillis(random.nextInt(500, 9_000)));
            network.ensemble.healLinks();
            pause(Duration.ofMillis(random.nextInt(2_000)));
        }
        network.ensemble.awaitServing();
    }

    /** Both place the same projects, each at its own pace. */
    private void placeUntil(CompletableFuture<Void> over, ZooKeeperFleet fleet) {
        for (int i = 0; !over.isDone(); i++) {
            placing.place(fleet, "torn-" + i);
            pause(Duration.ofMillis(10));
        }
    }

    /** All is told again, nobody was lied to, and no picture went back. */
    private void assertHealed(ZooKeeperFleet router, Historian historian) throws Exception {
        network.awaitAgreement(router);
        placing.assertHonest(placements(router));
        assertThat(historian.wrongs()).isEmpty();
    }

    private static void pause(Duration time) {
        try {
            // How long the network is what it is, not a wait for something.
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
