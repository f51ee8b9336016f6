package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import java.io.IOException;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** COM_CHANGE_USER: to the same project, another one, and another cluster. */
@Timeout(120)
class ChangeUserIT {
    private static final Account APP = Account.withRandomPassword("app");
    private static final Account JO = Account.withRandomPassword("jo");

    @TempDir static Path directory;

    private static MariaDbServer first;
    private static MariaDbServer second;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        first = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("c1-1")));
        second = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("c2-1")));
        for (MariaDbServer server : new MariaDbServer[] {first, second}) {
            server.execute(
                    "CREATE DATABASE p1",
                    "CREATE DATABASE p2",
                    "CREATE DATABASE p3",
                    "CREATE TABLE p1.t (i INT) ENGINE=InnoDB",
                    "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                    "CREATE USER jo@'%' IDENTIFIED BY '" + JO.password() + "'",
                    "GRANT ALL ON `p%`.* TO app@'%'",
                    "GRANT ALL ON `p%`.* TO jo@'%'");
        }
        router =
                RouterFixture.start(
                        aFleet().with(aCluster("c1").withPrimary("c1-1", first.port()))
                                .with(aCluster("c2").withPrimary("c2-1", second.port()))
                                .withProject("p1", "c1")
                                .withProject("p2", "c1")
                                .withProject("p3", "c2")
                                .build());
    }

    @AfterAll
    static void stop() {
        router.close();
        first.close();
        second.close();
    }

    private static Login login(Account account, String project) {
        return Login.as(account.user() + "+" + project, account.password())
                .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                .withSchema(project);
    }

    /** Then there is no plugin's name before the attributes, whatever the instance's leg has. */
    @Test
    void readsTheAttributesOfAClientThatDoesNotAskForPlugins() throws IOException {
        // Given
        Login login = Login.as(APP.user(), APP.password()).without(Capabilities.CLIENT_PLUGIN_AUTH);
        try (MySqlTestClient client =
                MySqlTestClient.login(router.port(), login.withAttribute("project", "p1"))) {
            // When
            RawPacket answer = client.changeUser(login.withAttribute("project", "p3"));
            // Then
            assertThat(answer.isOk()).isTrue();
            assertThat(Database.value(client, "SELECT @@port"))
                    .isEqualTo(Integer.toString(second.port()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p1", "p2", "p3"})
    void theSessionIsThatOfTheNewUserInTheNewProject(String project) throws IOException {
        // Given: a session with much that must not outlive it
        try (MySqlTestClient client = MySqlTestClient.login(router.port(), login(APP, "p1"))) {
            client.query("SET @mine = 1");
            client.query("CREATE TEMPORARY TABLE tmp (i INT)");
            client.query("SELECT GET_LOCK('mine', 0)");
            client.query("BEGIN");
            client.query("INSERT INTO t VALUES (1)");

            // When
            RawPacket answer = client.changeUser(login(JO, project));

            // Then
            assertThat(answer.isOk()).isTrue();
            assertThat(Database.value(client, "SELECT CURRENT_USER()")).isEqualTo("jo@%");
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo(project);
            int port = project.equals("p3") ? second.port() : first.port();
            assertThat(Database.value(client, "SELECT @@port")).isEqualTo(Integer.toString(port));
            assertThat(Database.value(client, "SELECT COALESCE(@mine, 'none')")).isEqualTo("none");
            assertThat(client.query("SELECT * FROM tmp")).isInstanceOf(QueryResult.Failure.class);
            try (MySqlTestClient other = MySqlTestClient.login(router.port(), login(APP, "p1"))) {
                assertThat(Database.value(other, "SELECT GET_LOCK('mine', 0)")).isEqualTo("1");
                assertThat(Database.value(other, "SELECT COUNT(*) FROM t")).isEqualTo("0");
            }
        }
        Awaitility.await().until(() -> router.sessions.size() == 0);
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(
                                                first.query(
                                                        "SELECT user FROM information_schema.processlist"
                                                                + " WHERE user IN ('app', 'jo')"))
                                        .isEmpty());
    }

    /** Drivers ask for CONNECT_WITH_DB only where the first login names a schema. */
    @ParameterizedTest
    @CsvSource({"p1, true", "p2, true", "p3, true", "p1, false", "p2, false", "p3, false"})
    void theFirstLoginNeedNotHaveASchemaOrAttributes(String project, boolean withAttributes)
            throws IOException {
        // Given
        long off = withAttributes ? 0 : Capabilities.CLIENT_CONNECT_ATTRS;
        Login first = Login.as("app+p1", APP.password()).without(off);
        try (MySqlTestClient client = MySqlTestClient.login(router.port(), first)) {
            assertThat(Database.value(client, "SELECT COALESCE(DATABASE(), 'none')"))
                    .isEqualTo("none");

            // When
            RawPacket answer = client.changeUser(login(JO, project).without(off));

            // Then
            assertThat(answer.isOk()).isTrue();
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo(project);
        }
    }

    @Test
    void mayBeRepeatedOnOneConnection() throws IOException {
        try (MySqlTestClient client = MySqlTestClient.login(router.port(), login(APP, "p1"))) {
            for (int i = 0; i < 30; i++) {
                String project = "p" + (1 + i % 3);
                assertThat(client.changeUser(login(i % 2 == 0 ? JO : APP, project)).isOk())
                        .isTrue();
                assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo(project);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p1", "p3"})
    void aWrongPasswordEndsTheConnection(String project) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.login(router.port(), login(APP, "p1"))) {
            // When
            RawPacket answer =
                    client.changeUser(
                            Login.as("jo+" + project, "wrong")
                                    .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                                    .withSchema(project));

            // Then
            assertThat(answer.error().code()).isEqualTo(1045);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void anUnknownProjectEndsTheConnection() throws IOException {
        try (MySqlTestClient client = MySqlTestClient.login(router.port(), login(APP, "p1"))) {
            // When
            RawPacket answer = client.changeUser(login(JO, "nobody"));

            // Then
            assertThat(answer.error().code()).isEqualTo(1049);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }
}
