package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An offline cluster refuses its residents, and nobody else notices. The times are measured over as
 * many edits as promised with {@code -Dhomeport.offline.edits=100 -Dhomeport.offline.calm=60}.
 */
@Timeout(600)
final class OfflineIT {
    private static final int EDITS = Integer.getInteger("homeport.offline.edits", 4);
    private static final Duration CALM =
            Duration.ofSeconds(Integer.getInteger("homeport.offline.calm", 2));
    private static final Duration PROBE_PAUSE = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String INTENT = "/intents/c1";
    private static final String RESIDENT = "demo1";
    private static final String NEIGHBOUR = "demo2";

    @TempDir private static Path directory;
    private static RunningFleet fleet;
    private static ZooKeeperFleet zooKeeper;

    /** How an operator says it. */
    enum Way {
        REST,
        CLI,
        ZNODE;

        void offline() throws Exception {
            switch (this) {
                case REST -> fleet.change("r1", "c1", "offline");
                case CLI -> command("offline", "c1", "--yes", "--reason", "acceptance test");
                case ZNODE -> edit("offline");
            }
        }
    }

    @BeforeAll
    static void startFleet() {
        fleet = RunningFleet.start(directory, 0, 2);
        zooKeeper = fleet.zooKeeper();
    }

    @AfterAll
    static void stopFleet() {
        if (zooKeeper != null) {
            zooKeeper.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    /** Runs {@code homeport} as an operator does. */
    private static void command(String... arguments) throws IOException {
        Program.run(
                JavaCommand.withOwnClassPath(
                        "dev.homeport.cli.Main",
                        List.of("-XX:TieredStopAtLevel=1"),
                        List.of(arguments)),
                Map.of("HOMEPORT_URL", fleet.url("r1"), "HOMEPORT_TOKEN", fleet.token("r1")));
    }

    private static void edit(String intent) throws Exception {
        zooKeeper
                .client()
                .create()
                .orSetData()
                .forPath(
                        INTENT,
                        "{\"v\":1,\"intent\":\"%s\"}"
                                .formatted(intent)
                                .getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void offlineRefusesTheResidentsAndNobodyElse(Way way) throws Exception {
        SteadyTraffic others = SteadyTraffic.start(fleet, fleet.routers(), List.of(NEIGHBOUR), 2);
        List<MySqlTestClient> idle = new ArrayList<>();
        List<MySqlTestClient> busy = new ArrayList<>();
        try (others) {
            // Given
            for (String router : fleet.routers()) {
                idle.add(fleet.connect(router, RESIDENT));
                busy.add(fleet.connect(router, RESIDENT));
            }
            String statement = "SELECT SLEEP(15), '%s'".formatted(Words.of(way));
            List<CompletableFuture<QueryResult>> running =
                    busy.stream().map(client -> query(client, statement)).toList();
            await().atMost(PATIENCE).until(() -> running(statement) == busy.size());

            // When
            way.offline();
            Answer placed = fleet.place("r2", "after-" + Words.of(way));

            // Then: from the acknowledgement on new projects go elsewhere
            assertThat(placed.body().path("cluster").asText()).isEqualTo("c2");
            // New and idle connections get the error, on every router
            for (String router : fleet.routers()) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertIsRefused(login(router), "cluster_offline"));
            }
            for (MySqlTestClient client : idle) {
                assertIsRefused(client.query("SELECT 1"), "cluster_offline");
                assertThat(client.isClosedByServer()).isTrue();
            }
            // A statement that runs has the deadline, and then the truth
            for (CompletableFuture<QueryResult> one : running) {
                assertIsRefused(one.get(20, TimeUnit.SECONDS), "outcome_unknown");
            }

            // And online brings them back
            fleet.change("r2", "c1", "online");
            for (String router : fleet.routers()) {
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThat(login(router))
                                                .isInstanceOf(QueryResult.Rows.class));
            }
        } finally {
            for (MySqlTestClient client : idle) {
                client.close();
            }
            for (MySqlTestClient client : busy) {
                client.close();
            }
        }
        assertThat(others.errors()).isEmpty();
    }

    /** How many sessions of the primary are at that statement. */
    private static int running(String statement) {
        String info = statement.replace("'", "''");
        return fleet.primaryOf("c1")
                .query("SELECT id FROM information_schema.processlist WHERE info = '" + info + "'")
                .size();
    }

    private static CompletableFuture<QueryResult> query(MySqlTestClient client, String statement) {
        CompletableFuture<QueryResult> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                result.complete(client.query(statement));
                            } catch (IOException e) {
                                result.completeExceptionally(e);
                            }
                        });
        return result;
    }

    /** Logs in and asks something: the answer, or what the login was refused with. */
    private static QueryResult login(String router) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(fleet.port(router))) {
            RawPacket answer = client.login(fleet.login(RESIDENT));
            if (answer.isErr()) {
                return answer.error();
            }
            QueryResult result = client.query("SELECT 1");
            client.quit();
            return result;
        }
    }

    private static void assertIsRefused(QueryResult result, String token) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> {
                            assertThat(failure.code()).isEqualTo(1053);
                            assertThat(failure.message())
                                    .contains("[homeport " + token + " cluster=c1 project=demo1");
                        });
    }

    /** Prints how long an edit takes to be felt; holds it to nothing but that it is felt. */
    @Test
    void tellsHowSoonAnEditIsFelt() throws Exception {
        List<Duration> logins = new ArrayList<>();
        List<Duration> sessions = new ArrayList<>();
        SteadyTraffic others = SteadyTraffic.start(fleet, fleet.routers(), List.of(NEIGHBOUR), 2);
        try (others) {
            Instant calm = Instant.now();
            // The residents ask as often as later, so that the edits alone make the difference.
            Instant end = calm.plus(CALM);
            for (Probes probes : probes(answer -> Instant.now().isAfter(end))) {
                probes.login().get();
                probes.session().get();
            }
            Instant begun = Instant.now();
            for (int i = 0; i < EDITS; i++) {
                measure(logins, sessions);
            }
            System.out.printf(
                    "%d edits of the intent's znode, from its acknowledgement to, on two routers:%n"
                            + "  the first refused login: %s%n"
                            + "  the error on a running session: %s%n"
                            + "  statements of the other cluster's clients before: %s%n"
                            + "  statements of the other cluster's clients meanwhile: %s%n",
                    EDITS,
                    Times.of(logins),
                    Times.of(sessions),
                    others.times(calm, begun),
                    others.times(begun, Instant.now()));
        }
        assertThat(others.errors()).isEmpty();
    }

    private static void measure(List<Duration> logins, List<Duration> sessions) throws Exception {
        for (String router : fleet.routers()) {
            await().atMost(PATIENCE).until(() -> login(router) instanceof QueryResult.Rows);
        }
        List<Probes> all = probes(answer -> answer instanceof Failure);
        edit("offline");
        Instant acknowledged = Instant.now();
        for (Probes probes : all) {
            logins.add(since(acknowledged, probes.login()));
            sessions.add(since(acknowledged, probes.session()));
        }
        edit("active");
    }

    private static Duration since(Instant acknowledged, CompletableFuture<Felt> felt)
            throws Exception {
        Felt last = felt.get(30, TimeUnit.SECONDS);
        assertIsRefused(last.answer(), "cluster_offline");
        Duration took = Duration.between(acknowledged, last.when());
        return took.isNegative() ? Duration.ZERO : took; // felt before the writer heard of it
    }

    /** The last answer of a probe. */
    private record Felt(Instant when, QueryResult answer) {}

    /** A resident that logs in again and again, and one that keeps its session. */
    private record Probes(CompletableFuture<Felt> login, CompletableFuture<Felt> session) {}

    /** Something that is asked again and again. */
    private interface Question {
        QueryResult ask() throws IOException;
    }

    /** Probes over each router, until they get such an answer. */
    private static List<Probes> probes(Predicate<QueryResult> isLast) throws IOException {
        List<Probes> all = new ArrayList<>();
        for (String router : fleet.routers()) {
            MySqlTestClient session = fleet.connect(router, RESIDENT);
            all.add(
                    new Probes(
                            lastAnswer(() -> login(router), isLast),
                            lastAnswer(() -> session.query("SELECT 1"), isLast)
                                    .whenComplete((felt, failure) -> close(session))));
        }
        return all;
    }

    private static CompletableFuture<Felt> lastAnswer(
            Question question, Predicate<QueryResult> isLast) {
        CompletableFuture<Felt> last = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                QueryResult answer = question.ask();
                                while (!isLast.test(answer)) {
                                    LockSupport.parkNanos(PROBE_PAUSE.toNanos());
                                    answer = question.ask();
                                }
                                last.complete(new Felt(Instant.now(), answer));
                            } catch (IOException | RuntimeException e) {
                                last.completeExceptionally(e);
                            }
                        });
        return last;
    }

    private static void close(MySqlTestClient client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDeadClusterIsSaidToBeUnreachableAtOnce() throws Exception {
        SteadyTraffic others = SteadyTraffic.start(fleet, fleet.routers(), List.of(NEIGHBOUR), 2);
        try (others) {
            // When
            fleet.instancesOf("c1").forEach(MariaDbServer::kill);
            Instant killed = Instant.now();

            // Then
            for (String router : fleet.routers()) {
                assertIsRefused(login(router), "cluster_unreachable");
            }
            Duration refused = Duration.between(killed, Instant.now());
            for (String router : fleet.routers()) {
                awaitHealth(router, "unreachable");
            }
            System.out.printf(
                    "All instances killed: both routers refused after %d ms, the verdict was there"
                            + " after %d ms%n",
                    refused.toMillis(), Duration.between(killed, Instant.now()).toMillis());
            assertThat(fleet.place("r1", "after-death").body().path("cluster").asText())
                    .isEqualTo("c2");

            // And when it is back it serves again
            fleet.instancesOf("c1").forEach(MariaDbServer::restart);
            fleet.primaryOf("c1").openForWrites();
            for (String router : fleet.routers()) {
                awaitHealth(router, "healthy");
                assertThat(login(router)).isInstanceOf(QueryResult.Rows.class);
            }
        }
        assertThat(others.errors()).isEmpty();
    }

    private static void awaitHealth(String router, String health) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(
                        () ->
                                assertThat(
                                                fleet.get(router, "/v1/clusters/c1")
                                                        .path("health")
                                                        .asText())
                                        .isEqualTo(health));
    }
}
