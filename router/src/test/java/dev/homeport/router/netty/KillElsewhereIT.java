package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.netty.RouterFixture.Serving;
import dev.homeport.router.peer.PeerAccess;
import dev.homeport.router.peer.PeerDirectory;
import dev.homeport.router.session.OtherRouters;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.net.Alternation;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** KILL of a connection that another router has. */
@Timeout(120)
class KillElsewhereIT {
    private static final Account OTHER = Account.withRandomPassword("other");
    private static final String LONG_QUERY = "SELECT SLEEP(50)";

    /** Ends with an error when it is killed, whatever the server makes of an interrupted SLEEP. */
    private static final String LONG_COUNT =
            "SELECT COUNT(*) FROM seq_1_to_100000000 a, seq_1_to_100000000 b WHERE a.seq = -b.seq";

    @TempDir static Path directory;

    private static Database database;
    private static TwoRouters routers;

    @BeforeAll
    static void start() throws Exception {
        database = Database.start(directory.resolve("c1-1"));
        database.server.execute(
                "CREATE USER other@'%' IDENTIFIED BY '" + OTHER.password() + "'",
                "GRANT ALL ON `p%`.* TO other@'%'");
        routers = TwoRouters.start(database, directory);
    }

    @AfterAll
    static void stop() {
        routers.close();
        database.close();
    }

    @BeforeEach
    void nothingRuns() {
        await().until(() -> database.connections() == 0);
    }

    private static int id(MySqlTestClient client) {
        return (int) client.greeting().connectionId();
    }

    private static double kills(RouterFixture router, String outcome) {
        return router.meters.get("router.kills").tag("outcome", outcome).counter().count();
    }

    private static boolean runs(String sql) {
        return !database.server
                .query(
                        "SELECT id FROM information_schema.processlist WHERE info = '%s'"
                                .formatted(sql))
                .isEmpty();
    }

    private static void assertUnknown(MySqlTestClient killer, int id) throws IOException {
        // When
        var failure = (QueryResult.Failure) killer.query("KILL QUERY " + id);
        // Then
        assertThat(failure.code()).isEqualTo(1094);
        assertThat(failure.sqlState()).isEqualTo("HY000");
        assertThat(failure.message()).startsWith("Unknown thread id: " + id);
        assertThat(killer.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
    }

    @Test
    void idsSayWhichRouterAConnectionIsOn() throws IOException {
        try (MySqlTestClient first = Database.client(routers.one, "p1");
                MySqlTestClient second = Database.client(routers.two, "p1")) {
            assertThat(id(first) >>> 22).isEqualTo(1);
            assertThat(id(second) >>> 22).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL QUERY %d", "KILL SOFT QUERY %d", "/* x */ kill query %d;"})
    void killsWhatASessionOnAnotherRouterRuns(String kill) throws IOException {
        // Given
        double before = kills(routers.two, "elsewhere");
        try (MySqlTestClient victim = Database.client(routers.one, "p1");
                MySqlTestClient killer = Database.client(routers.two, "p1")) {
            victim.command(Capabilities.COM_QUERY, LONG_QUERY);
            await().until(() -> runs(LONG_QUERY));
            // When
            QueryResult answer = killer.query(kill.formatted(id(victim)));
            // Then
            assertThat(answer).isInstanceOf(QueryResult.Done.class);
            victim.readResult();
            await().until(() -> !runs(LONG_QUERY));
            assertThat(victim.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            assertThat(killer.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            assertThat(kills(routers.two, "elsewhere")).isEqualTo(before + 1);
        }
    }

    @Test
    void killsAConnectionOnAnotherRouter() throws IOException {
        // Given
        try (MySqlTestClient victim = Database.client(routers.one, "p1");
                MySqlTestClient killer = Database.client(routers.two, "p1")) {
            victim.command(Capabilities.COM_QUERY, LONG_QUERY);
            await().until(() -> runs(LONG_QUERY));
            // When
            QueryResult answer = killer.query("KILL " + id(victim));
            // Then
            assertThat(answer).isInstanceOf(QueryResult.Done.class);
            victim.readResult();
            assertThat(victim.isClosedByServer()).isTrue();
            assertThat(killer.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @Test
    void killsByTheCommandOfOldClientsAmongPipelinedOnes() throws IOException {
        // Given
        try (MySqlTestClient victim = Database.client(routers.one, "p1");
                MySqlTestClient killer = Database.client(routers.two, "p1")) {
            victim.command(Capabilities.COM_QUERY, LONG_QUERY);
            await().until(() -> runs(LONG_QUERY));
            int id = id(victim);
            // When
            killer.command(Capabilities.COM_QUERY, "SELECT 'before'");
            killer.send(
                    0,
                    (byte) 0x0c,
                    (byte) id,
                    (byte) (id >> 8),
                    (byte) (id >> 16),
                    (byte) (id >> 24));
            killer.command(Capabilities.COM_QUERY, "SELECT 'behind'");
            // Then
            assertThat(firstValue(killer.readResult())).isEqualTo("before");
            assertThat(killer.readResult()).isInstanceOf(QueryResult.Done.class);
            assertThat(firstValue(killer.readResult())).isEqualTo("behind");
            await().until(() -> !runs(LONG_QUERY));
        }
    }

    private static String firstValue(QueryResult result) {
        return ((QueryResult.Rows) result).rows().getFirst().getFirst();
    }

    @Test
    void knowsNoConnectionOfAnotherProjectOrUser() throws IOException {
        // Given
        double before = kills(routers.two, "not-yours");
        try (MySqlTestClient foreign = Database.client(routers.one, "p2");
                MySqlTestClient colleague =
                        MySqlTestClient.login(
                                routers.one.port(), Login.as("other+p1", OTHER.password()));
                MySqlTestClient killer = Database.client(routers.two, "p1")) {
            // When / Then
            assertUnknown(killer, id(foreign));
            assertUnknown(killer, id(colleague));
            assertThat(kills(routers.two, "not-yours")).isEqualTo(before + 2);
            assertThat(foreign.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            assertThat(colleague.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @Test
    void aConnectionThatHasEndedIsUnknown() throws IOException {
        // Given
        MySqlTestClient gone = Database.client(routers.one, "p1");
        gone.quit();
        await().until(() -> routers.one.sessions.size() == 0);
        double before = kills(routers.two, "unknown");
        try (MySqlTestClient killer = Database.client(routers.two, "p1")) {
            // When / Then
            assertUnknown(killer, id(gone));
            assertUnknown(killer, 77 << 22 | 1); // of a router that is not registered
            assertThat(kills(routers.two, "unknown")).isEqualTo(before + 2);
        }
    }

    @Test
    void findsConnectionsByTheNumberThatTheirRouterHadBefore() throws IOException {
        // Given: the first router has got number 3 since; nobody is there where 3 was before
        try (ThirdRouter third =
                        new ThirdRouter(
                                Optional.of(TwoRouters.PEER_TOKEN), 4, TwoRouters.DEADLINE);
                MySqlTestClient victim = Database.client(routers.two, "p1");
                MySqlTestClient killer = Database.client(third.router, "p1")) {
            routers.register("r9", "http://127.0.0.1:1", 3, 2);
            // When
            QueryResult answer = killer.query("KILL QUERY " + id(victim));
            // Then: one of the two answers
            assertThat(answer).isInstanceOf(QueryResult.Done.class);
        } finally {
            routers.register("r9", "http://127.0.0.1:1", 500);
        }
    }

    @Test
    void asksNobodyWithoutASecret() throws IOException {
        try (ThirdRouter third = new ThirdRouter(Optional.empty(), 5, TwoRouters.DEADLINE);
                MySqlTestClient victim = Database.client(routers.one, "p1");
                MySqlTestClient killer = Database.client(third.router, "p1")) {
            assertUnknown(killer, id(victim));
            assertThat(kills(third.router, "no-peer-token")).isEqualTo(1);
        }
    }

    @Test
    void isToldNothingWithAnotherSecret() throws IOException {
        try (ThirdRouter third =
                        new ThirdRouter(
                                Optional.of(new Secret("x".repeat(20))), 5, TwoRouters.DEADLINE);
                MySqlTestClient victim = Database.client(routers.one, "p1");
                MySqlTestClient killer = Database.client(third.router, "p1")) {
            assertUnknown(killer, id(victim));
            assertThat(kills(third.router, "peer-refused")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1", "no url", "http://", "http://[::1"})
    void anOwnerThatIsAwayIsNobody(String url) throws IOException {
        // Given
        routers.register("r6", url, 6);
        double before = kills(routers.two, "peer-away");
        try (MySqlTestClient killer = Database.client(routers.two, "p1")) {
            // When / Then
            assertUnknown(killer, 6 << 22 | 1);
            assertThat(kills(routers.two, "peer-away")).isEqualTo(before + 1);
        }
    }

    @Test
    void anOwnerThatDoesNotAnswerIsNobody() throws IOException {
        // Given: takes connections and says nothing
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ThirdRouter third =
                        new ThirdRouter(
                                Optional.of(TwoRouters.PEER_TOKEN), 5, Duration.ofMillis(500));
                MySqlTestClient killer = Database.client(third.router, "p1")) {
            routers.register("r7", "http://127.0.0.1:" + mute.getLocalPort(), 7);
            // When / Then
            assertUnknown(killer, 7 << 22 | 1);
            assertThat(kills(third.router, "peer-timeout")).isEqualTo(1);
        }
    }

    @Test
    void whileAnAnswerIsAwaitedOnlyTheAskerWaits() throws IOException {
        // Given: an answer that comes when the test wants it to
        var answer = new CompletableFuture<OtherRouters.Answer>();
        try (RouterFixture router =
                        RouterFixture.of(database.fleet().build())
                                .with(Serving.DEFAULT.withNumber(8, id -> answer))
                                .start();
                MySqlTestClient victim = Database.client(routers.one, "p1");
                MySqlTestClient killer = Database.client(router, "p1");
                MySqlTestClient leaver = Database.client(router, "p1");
                MySqlTestClient bystander = Database.client(router, "p1")) {
            // When
            killer.command(Capabilities.COM_QUERY, "KILL QUERY " + id(victim));
            killer.command(Capabilities.COM_QUERY, "SELECT 'behind'");
            leaver.command(Capabilities.COM_QUERY, "KILL QUERY " + id(victim));
            leaver.reset();
            for (int i = 0; i < 100; i++) {
                assertThat(bystander.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            }
            answer.complete(
                    new OtherRouters.Answer.Session(
                            routers.one.sessions.target(id(victim)).orElseThrow()));
            // Then
            assertThat(killer.readResult()).isInstanceOf(QueryResult.Done.class);
            assertThat(firstValue(killer.readResult())).isEqualTo("behind");
            await().until(() -> router.sessions.size() == 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"mariadb", "mysql"})
    void aDriverCancelsOverAConnectionToAnotherRouter(String driver) throws Exception {
        try (Alternation balancer = Alternation.between(routers.one.port(), routers.two.port());
                Connection connection = jdbc(driver, balancer.port());
                Statement statement = connection.createStatement()) {
            // Given
            CompletableFuture<ResultSet> running =
                    CompletableFuture.supplyAsync(() -> query(statement, LONG_COUNT));
            await().until(() -> runs(LONG_COUNT));
            // When
            statement.cancel();
            // Then
            assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(SQLException.class);
            await().until(() -> !runs(LONG_COUNT));
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"mariadb", "mysql"})
    void aDriversTimeoutEndsTheStatementThroughAnotherRouter(String driver) throws SQLException {
        try (Alternation balancer = Alternation.between(routers.one.port(), routers.two.port());
                Connection connection = jdbc(driver, balancer.port());
                Statement statement = connection.createStatement()) {
            // Given
            statement.setQueryTimeout(1);
            // When / Then: Connector/J kills over a connection of its own, the other by a SET
            assertThatThrownBy(() -> statement.executeQuery(LONG_COUNT))
                    .isInstanceOf(SQLException.class);
            await().until(() -> !runs(LONG_COUNT));
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    private static ResultSet query(Statement statement, String sql) {
        try {
            return statement.executeQuery(sql);
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private static Connection jdbc(String driver, int port) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "app+p1");
        properties.setProperty("password", Database.APP.password());
        return DriverManager.getConnection(
                "jdbc:%s://127.0.0.1:%d/p1?sslMode=DISABLED".formatted(driver, port), properties);
    }

    /** A router beside the two, which is itself not registered. */
    private static final class ThirdRouter implements AutoCloseable {
        final PeerDirectory others;
        final RouterFixture router;

        ThirdRouter(Optional<Secret> token, int number, Duration deadline) {
            others =
                    new PeerDirectory(
                            new RouterId("r3"),
                            routers.registered(),
                            PeerAccess.with(token),
                            deadline);
            router =
                    RouterFixture.of(database.fleet().build())
                            .with(Serving.DEFAULT.withNumber(number, others))
                            .start();
        }

        @Override
        public void close() {
            router.close();
            others.close();
        }
    }
}
