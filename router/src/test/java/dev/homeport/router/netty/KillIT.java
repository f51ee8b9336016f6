package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KILL by the ids that clients know, which are the router's. */
@Timeout(60)
class KillIT {
    private static final String LONG_QUERY = "SELECT SLEEP(50)";
    private static final Account OTHER = Account.withRandomPassword("other");

    @TempDir static Path directory;

    private static Database database;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        database = Database.start(directory.resolve("c1-1"));
        database.server.execute(
                "CREATE USER other@'%' IDENTIFIED BY '" + OTHER.password() + "'",
                "GRANT ALL ON `p%`.* TO other@'%'");
        router = database.router();
    }

    @AfterAll
    static void stop() {
        router.close();
        database.close();
    }

    private static long id(MySqlTestClient client) {
        return client.greeting().connectionId();
    }

    private static void startLongQuery(MySqlTestClient client) throws IOException {
        client.command(Capabilities.COM_QUERY, LONG_QUERY);
        Awaitility.await().until(KillIT::runsLongQuery);
    }

    private static boolean runsLongQuery() {
        return !database.server
                .query(
                        "SELECT id FROM information_schema.processlist WHERE info = '"
                                + LONG_QUERY
                                + "'")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL QUERY %d", "kill /* x */ query %d;", "KILL HARD QUERY %d"})
    void killsWhatAnotherSessionOfTheUserRuns(String kill) throws IOException {
        // Given
        try (MySqlTestClient victim = Database.client(router, "p1");
                MySqlTestClient killer = Database.client(router, "p1")) {
            startLongQuery(victim);
            // When
            QueryResult answer = killer.query(kill.formatted(id(victim)));
            // Then: an interrupted SLEEP ends with an error or with 1
            assertThat(answer).isInstanceOf(QueryResult.Done.class);
            victim.readResult();
            Awaitility.await().until(() -> !runsLongQuery());
            assertThat(victim.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL %d", "KILL CONNECTION %d", "/*!50000 KILL %d */"})
    void killsTheConnectionOfAnotherSession(String kill) throws IOException {
        // Given
        try (MySqlTestClient victim = Database.client(router, "p1");
                MySqlTestClient killer = Database.client(router, "p1")) {
            startLongQuery(victim);
            // When
            QueryResult answer = killer.query(kill.formatted(id(victim)));
            // Then
            assertThat(answer).isInstanceOf(QueryResult.Done.class);
            victim.readResult();
            assertThat(victim.isClosedByServer()).isTrue();
            assertThat(killer.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @Test
    void killsAnIdleConnection() throws IOException {
        // Given
        try (MySqlTestClient victim = Database.client(router, "p1");
                MySqlTestClient killer = Database.client(router, "p1")) {
            // When
            killer.query("KILL " + id(victim));
            // Then
            assertGone(victim);
        }
    }

    @Test
    void killsByTheCommandOfOldClients() throws IOException {
        // Given
        try (MySqlTestClient victim = Database.client(router, "p1");
                MySqlTestClient killer = Database.client(router, "p1")) {
            int id = (int) id(victim);
            // When
            killer.send(
                    0,
                    (byte) 0x0c,
                    (byte) id,
                    (byte) (id >> 8),
                    (byte) (id >> 16),
                    (byte) (id >> 24));
            // Then
            assertThat(killer.readResult()).isInstanceOf(QueryResult.Done.class);
            assertGone(victim);
        }
    }

    /** The server closed it, in silence or with a last word for the next command. */
    private static void assertGone(MySqlTestClient client) throws IOException {
        Awaitility.await().until(() -> database.connections() <= 1);
        try {
            client.command(Capabilities.COM_QUERY, "SELECT 1");
            assertThat(client.readResult()).isInstanceOf(QueryResult.Failure.class);
            assertThat(client.isClosedByServer()).isTrue();
        } catch (IOException e) {
            assertThat(e).isNotNull(); // closed at once
        }
    }

    @Test
    void letsASessionKillItself() throws IOException {
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When
            QueryResult answer = client.query("KILL " + id(client));
            // Then
            assertThat(answer).isInstanceOf(QueryResult.Failure.class);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void knowsNoConnectionOfAnotherProjectOrUser() throws IOException {
        // Given
        try (MySqlTestClient foreign = Database.client(router, "p2");
                MySqlTestClient colleague =
                        MySqlTestClient.login(
                                router.port(), Login.as("other+p1", OTHER.password()));
                MySqlTestClient killer = Database.client(router, "p1")) {
            for (MySqlTestClient victim : List.of(foreign, colleague)) {
                // When
                var failure = (QueryResult.Failure) killer.query("KILL " + id(victim));
                // Then
                assertThat(failure.code()).isEqualTo(1094);
                assertThat(failure.sqlState()).isEqualTo("HY000");
                assertThat(victim.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            }
        }
    }

    @Test
    void neverTakesAnIdForOneOfTheInstances() throws IOException {
        // Given
        try (MySqlTestClient foreign = Database.client(router, "p2");
                MySqlTestClient killer = Database.client(router, "p1")) {
            long backendId = Database.backendId(foreign);
            String[] statements = {
                "KILL 2147483647", "KILL 0", "KILL QUERY 4294967296", "KILL 999999999999999999"
            };
            for (String kill : statements) {
                // When / Then
                var failure = (QueryResult.Failure) killer.query(kill);
                assertThat(failure.code()).isEqualTo(1094);
                assertThat(failure.message()).startsWith("Unknown thread id: ");
            }
            // An id that only an expression names could be one of the instance
            String hidden =
                    "KILL %d+0 / KILL(%d) / KILL /*!%d */ / SELECT 1; KILL %d / KILL CONNECTION_ID()";
            for (String kill : hidden.replace("%d", Long.toString(backendId)).split(" / ")) {
                var failure = (QueryResult.Failure) killer.query(kill);
                assertThat(failure.code()).as(kill).isEqualTo(1227);
            }
            killer.command(0x16, "KILL ?");
            assertThat(((QueryResult.Failure) killer.readResult()).code()).isEqualTo(1227);
            assertThat(foreign.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void endsAStatementWhoseDriverGivesUp(String driver) throws SQLException {
        // Given
        try (Connection connection = Database.jdbc(router, driver, "sslMode=DISABLED");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            // When / Then: Connector/J kills over a connection of its own, the other by a SET
            assertThatThrownBy(
                            () ->
                                    statement.executeQuery(
                                            "SELECT COUNT(*) FROM seq_1_to_100000000 a,"
                                                    + " seq_1_to_100000000 b WHERE a.seq = -b.seq"))
                    .isInstanceOf(SQLException.class);
            assertThat(connection.isValid(5)).isTrue();
        }
    }
}
