package dev.homeport.router.ensemble;

import static dev.homeport.router.ensemble.Network.C1;
import static dev.homeport.router.ensemble.Network.C2;
import static dev.homeport.router.ensemble.Network.DONE;
import static dev.homeport.router.ensemble.Network.PATIENCE;
import static dev.homeport.router.ensemble.Network.answerTo;
import static dev.homeport.router.ensemble.Network.cluster;
import static dev.homeport.router.ensemble.Network.hasIntent;
import static dev.homeport.router.ensemble.Network.intent;
import static dev.homeport.router.ensemble.Network.intentOf;
import static dev.homeport.router.ensemble.Network.picture;
import static dev.homeport.router.ensemble.Network.placements;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.net.TcpProxy;
import dev.homeport.testkit.zookeeper.LostAnswer;
import dev.homeport.testkit.zookeeper.LostWatches;
import dev.homeport.testkit.zookeeper.ZooKeeperMember;
import dev.homeport.topology.Agreement;
import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Intent;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.FleetTree;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The map and the writer, and everything that an ensemble can do to them. docs/zookeeper.md has one
 * row for each of these.
 */
@Timeout(180)
final class HostileZooKeeperIT {
    private static final ClusterId C3 = new ClusterId("c3");

    /** Where no connection may be made anew: none ends because this machine is busy. */
    private static final Duration LONG_SESSION = Duration.ofSeconds(20);

    @TempDir private static Path shared;
    private static Network network;

    @TempDir private Path directory;
    private final Placing placing = new Placing();

    @BeforeAll
    static void startEnsemble() {
        network = new Network(shared);
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
        network.closeFleets();
    }

    @Test
    void aKilledLeaderCostsAMomentAndNothingElse() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = connected();
        var historian = new Historian(router);
        ZooKeeperMember leader = network.ensemble.awaitLeader();

        // When
        var killing = CompletableFuture.runAsync(leader::kill);
        long before = 0;
        for (int i = 0; !killing.isDone() || placing.placed() < before + 20; i++) {
            placing.place(writer, "killed-" + i);
            before = killing.isDone() ? before : placing.placed();
        }
        killing.join();

        // Then
        assertHealed(router, historian);
        assertThat(network.ensemble.awaitLeader()).isNotEqualTo(leader);
    }

    @Test
    void aMinorityIsNotBelievedAndWritesNothing() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = connected();
        var historian = new Historian(router);
        placing.place(writer, "before");
        await().atMost(PATIENCE).until(() -> placements(router).size() == 1);
        ZooKeeperMember alone = network.ensemble.followers().getFirst();
        List<ZooKeeperMember> others = network.othersThan(alone);

        // When
        network.allBut(alone).forEach(TcpProxy::cut);
        others.forEach(ZooKeeperMember::suspend);

        // Then
        await().atMost(PATIENCE)
                .until(() -> router.source().status().connection() != Connection.CONNECTED);
        assertThat(placing.place(router, "in-the-minority")).isFalse();
        assertThat(placements(router)).containsOnlyKeys(new ProjectId("before"));

        // When
        others.forEach(ZooKeeperMember::resume);
        network.proxies().forEach(TcpProxy::heal);

        // Then
        await().atMost(PATIENCE).until(() -> placing.place(writer, "after"));
        assertHealed(router, historian);
    }

    @Test
    void aServerThatIsBehindIsNeverBelievedOverWhatWasSeen() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = connected();
        var historian = new Historian(router);
        ZooKeeperMember behind = network.ensemble.followers().getFirst();
        behind.suspend();
        for (int i = 0; i < 10; i++) {
            placing.place(writer, "ahead-" + i);
        }
        writer.writer().changeIntent(C2, old -> intent(Intent.OFFLINE));
        await().atMost(PATIENCE).until(() -> hasIntent(router, C2, Intent.OFFLINE));
        network.awaitAgreement(router);
        int seen = placements(router).size();

        // When the one that is behind is all that there is, also for a new session
        network.allBut(behind).forEach(TcpProxy::cut);
        await().atMost(PATIENCE)
                .until(() -> router.source().status().connection() == Connection.LOST);
        behind.resume();

        // Then
        await().atMost(PATIENCE)
                .until(() -> router.source().status().connection() == Connection.CONNECTED);
        assertThat(placements(router)).hasSize(seen);
        assertThat(intentOf(router, C2)).isEqualTo(Intent.OFFLINE);
        // The watches were set again.
        placing.place(writer, "through-the-other");
        await().atMost(PATIENCE).until(() -> placements(router).size() > seen);
        assertHealed(router, historian);
    }

    @Test
    void aSlowNetworkIsSlowAndNoMore() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = Network.seeingBoth(network.proxied(LONG_SESSION));
        var historian = new Historian(router);
        network.proxies().forEach(one -> one.delay(Duration.ofMillis(200)));
        long connections = network.proxies().stream().mapToLong(TcpProxy::connections).sum();

        // When
        for (int i = 0; i < 3; i++) {
            assertThat(placing.place(router, "slow-" + i)).isTrue();
        }
        Agreement watched = router.source().agreement();
        writer.writer().changeIntent(C1, old -> intent(Intent.OFFLINE));

        // Then it is told, and not found when the router looks over everything
        await().atMost(PATIENCE).until(() -> hasIntent(router, C1, Intent.OFFLINE));
        router.writer().changeIntent(C1, old -> intent(Intent.ACTIVE));
        await().atMost(PATIENCE).until(() -> hasIntent(router, C1, Intent.ACTIVE));
        assertThat(router.source().agreement()).isEqualTo(watched);
        assertThat(network.proxies().stream().mapToLong(TcpProxy::connections).sum())
                .isEqualTo(connections);
        placing.assertHonest(placements(writer));
        assertThat(historian.wrongs()).isEmpty();
    }

    @Test
    void aFullDiskOfTheLeaderCostsThatServerOnly() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = connected();
        var historian = new Historian(router);
        ZooKeeperMember full = network.ensemble.awaitLeader();

        // When
        full.fillDisk();
        for (int i = 0; placing.placed() < 40; i++) {
            placing.place(writer, "full-" + i);
        }

        // Then
        await().atMost(PATIENCE).until(() -> network.ensemble.awaitLeader() != full);
        assertHealed(router, historian);

        // When there is room again, and somebody starts it
        full.kill();
        full.start();

        // Then
        network.ensemble.awaitServing();
        placing.place(writer, "roomy");
        network.awaitAgreement(router);
    }

    @Test
    void whatWasCutInTheMiddleHasOneHomeAndAnHonestAnswer() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = connected();
        var historian = new Historian(router);
        ZooKeeperFleet other = network.proxied();
        await().atMost(PATIENCE).until(() -> other.source().current().isPresent());
        network.proxies().forEach(one -> one.delay(Duration.ofMillis(5)));

        // When
        for (int i = 0; i < 25; i++) {
            String id = "cut-" + i;
            var first = CompletableFuture.runAsync(() -> placing.place(router, id));
            pause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(90)));
            network.proxies().forEach(TcpProxy::cut);
            if (i == 10) {
                pause(Network.SESSION.plusSeconds(1));
            }
            network.proxies().forEach(TcpProxy::heal);
            network.proxies().forEach(one -> one.delay(Duration.ofMillis(5)));
            first.join();
        }

        // Then
        network.awaitAgreement(router);
        network.awaitAgreement(writer);
        placing.assertHonest(placements(router));
        assertThat(placing.placed()).isGreaterThan(10);
        assertThat(historian.wrongs()).isEmpty();
    }

    @Test
    void whatABlackHoleSwallowsIsUnknownAndSaysSo() throws Exception {
        // Given
        network.withClusters();
        ZooKeeperFleet router = connected();
        var historian = new Historian(router);

        // When: at 40 ms a round trip it is still reading, or its write is on its way
        for (int i = 0; i < 3; i++) {
            network.proxies().forEach(one -> one.delay(Duration.ofMillis(20)));
            String id = "swallowed-" + i;
            var act = CompletableFuture.runAsync(() -> placing.place(router, id));
            pause(Duration.ofMillis(200 + 50L * i));
            network.proxies().forEach(TcpProxy::blackHole);
            act.join();
            network.proxies().forEach(TcpProxy::heal);
            await().atMost(PATIENCE)
                    .until(() -> router.source().status().connection() == Connection.CONNECTED);
        }

        // Then
        assertHealed(router, historian);
        System.out.printf(
                "black hole: %d placed, %d of which nobody knew%n",
                placing.placed(), placing.unknown());
    }

    @Test
    void aWriteWhoseAnswerIsLostWithItsSessionLeavesAnHonestAnswer() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        var lost = new LostAnswer();
        int member = network.ensemble.members().getFirst().port();
        try (TcpProxy way = TcpProxy.to(member, lost.translation())) {
            ZooKeeperFleet router = network.through(way);
            await().atMost(PATIENCE).until(() -> router.source().current().isPresent());
            var historian = new Historian(router);

            // When
            String placed =
                    expiring(lost, way, router, () -> "" + placing.place(router, "expired"));
            String closed =
                    expiring(
                            lost,
                            way,
                            router,
                            () ->
                                    answerTo(
                                            () ->
                                                    router.writer()
                                                            .changeIntent(
                                                                    C2,
                                                                    old ->
                                                                            intent(
                                                                                    Intent
                                                                                            .OFFLINE))));
            String defined =
                    expiring(
                            lost,
                            way,
                            router,
                            () ->
                                    answerTo(
                                            () ->
                                                    router.writer()
                                                            .putCluster(
                                                                    cluster(C3),
                                                                    OptionalInt.empty())));

            // Then all of it was done, and nobody says that it was not
            assertHealed(router, historian);
            assertThat(placements(writer)).containsKey(new ProjectId("expired"));
            assertThat(intentOf(writer, C2)).isEqualTo(Intent.OFFLINE);
            assertThat(clusters(writer)).isEqualTo(3);
            assertThat(List.of(closed, defined))
                    .allMatch(one -> one.equals(DONE) || one.endsWith("written is not known"));
            System.out.printf(
                    "expired in the middle: placed %s, closed: %s, defined: %s%n",
                    placed, closed, defined);
        }
    }

    @Test
    void watchesThatAreLostAreMissedAndSetAgain() throws Exception {
        // Given
        ZooKeeperFleet writer = network.withClusters();
        writer.writer().putCluster(cluster(C3), OptionalInt.empty());
        var watches = new LostWatches();
        int member = network.ensemble.members().getFirst().port();
        try (TcpProxy forgetful = TcpProxy.to(member, watches.translation())) {
            ZooKeeperFleet router = network.through(forgetful, LONG_SESSION);
            for (ZooKeeperFleet each : List.of(router, writer)) {
                await().atMost(PATIENCE).until(() -> clusters(each) == 3);
            }
            var historian = new Historian(router);

            // When something is changed, removed and made
            watches.lose(true);
            writer.writer().changeIntent(C2, old -> intent(Intent.OFFLINE));
            writer.client().delete().forPath("/clusters/" + C3);
            await().atMost(PATIENCE).until(() -> clusters(writer) == 2);
            placing.place(writer, "untold");
            await().atMost(PATIENCE).until(() -> watches.count() >= 3);
            watches.lose(false);

            // Then it is found without a new connection
            await().atMost(PATIENCE).until(() -> hasIntent(router, C2, Intent.OFFLINE));
            await().atMost(PATIENCE).until(() -> clusters(router) == 2);
            assertHealed(router, historian);
            assertThat(forgetful.connections()).isOne();

            // And watched: what is only found later is found by a new comparison
            Agreement watched = router.source().agreement();
            placing.place(writer, "told");
            await().atMost(PATIENCE).until(() -> placements(router).size() == 2);
            assertThat(router.source().agreement()).isEqualTo(watched);

            // When something is only made
            long before = watches.count();
            watches.lose(true);
            writer.writer().putCluster(cluster(C3), OptionalInt.empty());
            await().atMost(PATIENCE).until(() -> watches.count() > before);
            watches.lose(false);

            // Then
            await().atMost(PATIENCE).until(() -> clusters(router) == 3);
            assertThat(forgetful.connections()).isOne();
        }
    }

    @Test
    void anAuditEntryWhoseAnswerWasLostStandsOnce() throws Exception {
        // Given
        network.withClusters();
        ZooKeeperFleet router = connected();
        assertThat(append(router, auditEntry(0))).isEmpty();
        Map<AuditEntry, String> lost = new LinkedHashMap<>();

        // When: at 200 ms a round trip the entry is on its way, or its answer is
        for (int millis : List.of(320, 360, 400)) {
            AuditEntry entry = auditEntry(millis);
            network.proxies().forEach(one -> one.delay(Duration.ofMillis(100)));
            var act = CompletableFuture.supplyAsync(() -> append(router, entry));
            pause(Duration.ofMillis(millis));
            network.proxies().forEach(TcpProxy::blackHole);
            act.join().ifPresent(why -> lost.put(entry, why));
            network.proxies().forEach(TcpProxy::heal);
            await().atMost(PATIENCE)
                    .until(() -> router.source().status().connection() == Connection.CONNECTED);
        }
        List<AuditEntry> standingAlready = audit();
        for (AuditEntry entry : lost.keySet()) {
            await().atMost(PATIENCE)
                    .ignoreException(TopologyException.class)
                    .until(() -> router.audit().appendAgain(entry) >= 0);
        }

        // Then
        assertThat(lost).isNotEmpty();
        assertThat(audit())
                .containsExactlyInAnyOrder(
                        auditEntry(0), auditEntry(320), auditEntry(360), auditEntry(400));
        lost.keySet().retainAll(standingAlready);
        System.out.printf("audit: %d stood without an answer%n", lost.size());
        assertThat(lost.values())
                .allSatisfy(why -> assertThat(why).endsWith("whether it was written is not known"));
    }

    /** Why it could not; empty if it stands. */
    private static Optional<String> append(ZooKeeperFleet router, AuditEntry entry) {
        try {
            router.audit().append(entry);
            return Optional.empty();
        } catch (TopologyException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static List<AuditEntry> audit() throws Exception {
        return network
                .direct()
                .audit()
                .page(any -> true, OptionalLong.empty(), 10)
                .entries()
                .stream()
                .map(AuditLog.Numbered::entry)
                .toList();
    }

    private static AuditEntry auditEntry(int number) {
        return new AuditEntry(
                Instant.parse("2026-01-31T12:00:00Z"),
                new AuditEntry.Actor("mia", "operator", "10.0.0.9"),
                new RouterId("r1"),
                new AuditEntry.Act("id-" + number, "PUT", "/v1/guard", ""),
                "",
                200,
                Map.of());
    }

    @Test
    void anEmptiedChrootChangesNothingAndIsPutBackFromASnapshotFile() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = network.proxied(file, Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> router.source().current().isPresent());
        var historian = new Historian(router);
        placing.place(writer, "kept");
        writer.writer().changeIntent(C2, old -> intent(Intent.OFFLINE));
        await().atMost(PATIENCE).until(() -> hasIntent(router, C2, Intent.OFFLINE));
        awaitInFile(file, "\"kept\"");

        // When
        for (String child : writer.client().getChildren().forPath("/")) {
            writer.client().delete().deletingChildrenIfNeeded().forPath("/" + child);
        }

        // Then
        await().atMost(PATIENCE)
                .until(() -> rules(router).contains("all clusters are gone; they stay in force"));
        assertThat(placements(router)).containsOnlyKeys(new ProjectId("kept"));
        assertThat(intentOf(router, C2)).isEqualTo(Intent.OFFLINE);
        assertThatThrownBy(() -> router.writer().place(new ProjectId("kept"), Optional.empty()))
                .isInstanceOfSatisfying(
                        TopologyException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageContaining("its record is gone");
        // What every fleet has is made again without a new connection.
        await().atMost(PATIENCE)
                .until(() -> writer.client().checkExists().forPath("/projects") != null);

        // When
        assertThat(restore(file).created()).isEqualTo(4);

        // Then
        await().atMost(PATIENCE).until(() -> rules(router).isEmpty());
        assertThat(restore(file)).isEqualTo(new FleetTree.Restored(0, 4, List.of()));
        assertThat(placing.place(router, "new")).isTrue();
        assertHealed(router, historian);
    }

    @Test
    void anEnsembleThatWasRebuiltFromNothingTakesNothingAway() throws Exception {
        // Given
        Path file = directory.resolve("fleet.snapshot");
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = network.proxied(file, Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> router.source().current().isPresent());
        var historian = new Historian(router);
        placing.place(writer, "kept");
        verdict(writer, 41);
        await().atMost(PATIENCE).until(() -> epoch(router) == 41);
        awaitInFile(file, "\"epoch\":41", "\"kept\"");
        long zxid = picture(router).zxid();
        historian.otherEnsemble();

        // When
        network.ensemble.rebuild();

        // Then
        await().atMost(PATIENCE)
                .until(() -> rules(router).contains("all clusters are gone; they stay in force"));
        assertThat(placements(router)).containsOnlyKeys(new ProjectId("kept"));
        assertThat(epoch(router)).isEqualTo(41);
        assertThat(picture(router).zxid()).isLessThan(zxid);

        // When
        restore(file);

        // Then the epoch goes on, and one that is lower is not believed
        await().atMost(PATIENCE).until(() -> rules(router).isEmpty());
        verdict(writer, 3);
        await().atMost(PATIENCE).until(() -> !rules(router).isEmpty());
        assertThat(epoch(router)).isEqualTo(41);
        verdict(writer, 42);
        await().atMost(PATIENCE).until(() -> epoch(router) == 42);
        assertThat(placing.place(router, "new")).isTrue();
        assertHealed(router, historian);
    }

    @Test
    void aClockThatJumpsAnHourMakesNothingOldAndNothingGone() throws Exception {
        // Given
        var clock = new JumpingClock();
        ZooKeeperFleet writer = network.withClusters();
        ZooKeeperFleet router = network.proxied(directory.resolve("fleet.snapshot"), clock);
        await().atMost(PATIENCE).until(() -> router.source().current().isPresent());

        // When it jumps while there is a connection, whatever goes is believed in its second
        for (Duration jump : List.of(Duration.ofHours(-1), Duration.ofHours(1))) {
            clock.jump(jump);
            writer.client().delete().forPath("/clusters/c2");
            await().atMost(Duration.ofSeconds(8))
                    .until(() -> picture(router).clusters().size() == 1);
            writer.writer().putCluster(cluster(C2), OptionalInt.empty());
            await().atMost(PATIENCE).until(() -> picture(router).clusters().size() == 2);
            assertThat(age(router, clock)).isLessThan(Duration.ofSeconds(2));
        }

        // And while there is none, the picture ages by what passes
        network.proxies().forEach(TcpProxy::cut);
        await().atMost(PATIENCE)
                .until(() -> router.source().status().connection() != Connection.CONNECTED);
        for (Duration jump : List.of(Duration.ofHours(1), Duration.ofHours(-2))) {
            clock.jump(jump);
            assertThat(age(router, clock)).isBetween(Duration.ZERO, Duration.ofSeconds(30));
        }
    }

    /** The server does it, its answer is lost, and then the session is over. */
    private static String expiring(
            LostAnswer lost, TcpProxy way, ZooKeeperFleet fleet, Supplier<String> act)
            throws Exception {
        lost.arm();
        var answer = CompletableFuture.supplyAsync(act);
        await().atMost(PATIENCE).until(lost::isLosing);
        way.blackHole();
        // The client gives its session up later than the server, which began to count earlier.
        await().atMost(PATIENCE)
                .until(() -> fleet.source().status().connection() == Connection.LOST);
        // What the black hole has kept never arrives either.
        way.cut();
        lost.end();
        way.heal();
        await().atMost(PATIENCE)
                .until(() -> fleet.source().status().connection() == Connection.CONNECTED);
        return answer.join();
    }

    /** All is told again, nobody was lied to, and no picture went back. */
    private void assertHealed(ZooKeeperFleet router, Historian historian) throws Exception {
        network.awaitAgreement(router);
        placing.assertHonest(placements(router));
        assertThat(historian.wrongs()).isEmpty();
    }

    private static ZooKeeperFleet connected() throws Exception {
        return Network.seeingBoth(network.proxied());
    }

    private static FleetTree.Restored restore(Path file) throws Exception {
        try (FleetTree tree = FleetTree.open(network.config())) {
            return tree.restore(file);
        }
    }

    private static void awaitInFile(Path file, String... texts) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> List.of(texts).stream().allMatch(contentOf(file)::contains));
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    private static void verdict(ZooKeeperFleet writer, long epoch) throws Exception {
        byte[] json =
                """
                {"v": 1, "health": "healthy", "primary": "c1-1", "epoch": %d}
                """
                        .formatted(epoch)
                        .getBytes(StandardCharsets.UTF_8);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () ->
                                writer.client().create().orSetData().forPath("/verdicts/c1", json)
                                        != null);
    }

    private static long epoch(ZooKeeperFleet fleet) {
        return picture(fleet).cluster(C1).orElseThrow().verdict().epoch();
    }

    private static int clusters(ZooKeeperFleet fleet) {
        return fleet.source().current().map(one -> one.clusters().size()).orElse(0);
    }

    private static List<String> rules(ZooKeeperFleet fleet) {
        return fleet.source().status().rejected().stream().map(RejectedEdit::rule).toList();
    }

    private static Duration age(ZooKeeperFleet fleet, Clock clock) {
        return Duration.between(fleet.source().status().asOf().orElseThrow(), clock.instant());
    }

    private static void pause(Duration time) throws InterruptedException {
        // The moment in which the network fails, not a wait for something.
        Thread.sleep(time);
    }

    /** The time of day, and somebody who sets it. */
    private static final class JumpingClock extends Clock {
        private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

        void jump(Duration by) {
            offset.updateAndGet(by::plus);
        }

        @Override
        public ZoneId getZone() {
            return Clock.systemUTC().getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(offset.get());
        }
    }
}
