package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.admission.AdmissionLimits;
import dev.homeport.router.config.LimitsConfig;
import dev.homeport.router.netty.RouterFixture.Serving;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions in which nothing runs, beside those that the server itself ends. */
@Timeout(120)
class IdleIT {
    private static final long CLIENT_INTERACTIVE = 1 << 10;
    private static final Optional<Duration> SHORT = Optional.of(Duration.ofSeconds(1));
    private static final Optional<Duration> LONG = Optional.of(Duration.ofHours(1));

    @TempDir static Path directory;

    private static final Homes HOMES =
            new Homes(one -> Home.start(one, directory.resolve(one.name())));

    @AfterAll
    static void stop() {
        HOMES.close();
    }

    private static Home home(Family family) {
        return HOMES.of(family);
    }

    private static RouterFixture router(
            Family family,
            Optional<Duration> idle,
            Optional<Duration> interactive,
            Optional<Duration> inTransaction) {
        var limits =
                new LimitsConfig(
                        AdmissionLimits.of(100),
                        Duration.ofSeconds(10),
                        idle,
                        interactive,
                        inTransaction,
                        OptionalLong.empty());
        return home(family).router().with(Serving.DEFAULT.with(limits)).start();
    }

    private static double closedAsIdle(RouterFixture router) {
        return router.meters.get("router.sessions.closed").tag("reason", "idle").counter().count();
    }

    /** What a client gets to see of the end: each packet's sequence id and error. */
    private static List<String> lastWords(MySqlTestClient client) throws IOException {
        List<String> words = new ArrayList<>();
        while (!client.isClosedByServer()) {
            RawPacket packet = client.read();
            QueryResult.Failure error = packet.error();
            words.add(packet.sequence() + " " + error.code() + " " + error.sqlState());
            if (error.code() == 4031) {
                assertThat(error.message())
                        .startsWith(
                                "The client was disconnected by the server because of inactivity");
            }
        }
        return words;
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void endsAnIdleSessionAsTheServerWould(Family family) throws IOException {
        try (RouterFixture router = router(family, SHORT, Optional.empty(), Optional.empty());
                MySqlTestClient direct = home(family).connect();
                MySqlTestClient routed = Home.connect(router)) {
            // Given
            direct.query("SET SESSION wait_timeout = 1");
            // When
            List<String> byServer = lastWords(direct);
            List<String> byRouter = lastWords(routed);
            // Then
            assertThat(byRouter).isEqualTo(byServer).hasSize(family == Family.MYSQL ? 1 : 0);
            assertThat(closedAsIdle(router)).isEqualTo(1);
            assertThat(
                            router.meters
                                    .get("router.errors")
                                    .tag("kind", "idle_timeout")
                                    .counter()
                                    .count())
                    .isEqualTo(byRouter.size());
            await().until(() -> router.sessions.size() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void whatRunsIsNotIdle(Family family) throws IOException {
        try (RouterFixture router = router(family, SHORT, Optional.empty(), Optional.empty());
                MySqlTestClient client = Home.connect(router)) {
            // When
            QueryResult slept = client.query("SELECT SLEEP(2.5)");
            QueryResult next = client.query("SELECT 1");
            // Then
            assertThat(slept).isInstanceOf(QueryResult.Rows.class);
            assertThat(next).isInstanceOf(QueryResult.Rows.class);
            assertThat(closedAsIdle(router)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void peopleHaveATimeoutOfTheirOwn(Family family) throws IOException {
        try (RouterFixture router = router(family, LONG, SHORT, Optional.empty());
                MySqlTestClient person =
                        MySqlTestClient.login(
                                router.port(), Home.routed().with(CLIENT_INTERACTIVE));
                MySqlTestClient program = Home.connect(router)) {
            // When
            lastWords(person);
            // Then
            assertThat(closedAsIdle(router)).isEqualTo(1);
            assertThat(program.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void anIdleTransactionIsRolledBack(Family family) throws IOException {
        home(family).server.execute("CREATE TABLE p1.t (n INT) ENGINE = InnoDB");
        try (RouterFixture router = router(family, LONG, Optional.empty(), SHORT);
                MySqlTestClient idle = Home.connect(router);
                MySqlTestClient inTransaction = Home.connect(router)) {
            // Given
            inTransaction.query("BEGIN");
            inTransaction.query("INSERT INTO t VALUES (1)");
            // When
            lastWords(inTransaction);
            // Then
            assertThat(closedAsIdle(router)).isEqualTo(1);
            assertThat(idle.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            await().until(
                            () ->
                                    home(family)
                                            .server
                                            .query(
                                                    "SELECT COUNT(*) FROM information_schema.innodb_trx")
                                            .equals(List.of(List.of("0"))));
            assertThat(home(family).server.query("SELECT COUNT(*) FROM p1.t"))
                    .containsExactly(List.of("0"));
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void withoutATimeoutTheServersOwnDecides(Family family) throws IOException {
        try (RouterFixture router =
                        router(family, Optional.empty(), Optional.empty(), Optional.empty());
                MySqlTestClient client = Home.connect(router)) {
            // Given
            client.query("SET SESSION wait_timeout = 1");
            await().until(
                            () ->
                                    home(family)
                                            .server
                                            .query(
                                                    "SELECT id FROM information_schema.processlist"
                                                            + " WHERE user = 'app'")
                                            .isEmpty());
            // When: what the server said, if it said anything, is the answer to the next command
            List<String> words = new ArrayList<>();
            try {
                client.send(0, (byte) 0x0e);
                words = lastWords(client);
            } catch (IOException e) {
                assertThat(family).isEqualTo(Family.MARIADB);
            }
            // Then
            assertThat(words)
                    .isEqualTo(family == Family.MYSQL ? List.of("1 4031 HY000") : List.of());
            assertThat(closedAsIdle(router)).isZero();
        }
    }
}
