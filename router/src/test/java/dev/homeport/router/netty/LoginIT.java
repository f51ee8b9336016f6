package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.Transport;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.fleet.Fleets;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins that succeed, and every way in which one is refused. */
@Timeout(60)
class LoginIT {
    @TempDir static Path directory;

    private static Database database;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        database = Database.start(directory.resolve("c1-1"));
        router = database.router();
    }

    @AfterAll
    static void stop() {
        router.close();
        database.close();
    }

    @BeforeEach
    void allIsWell() {
        router.fleet.set(database.fleet());
    }

    private static QueryResult.Failure refused(Login login) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            RawPacket answer = client.login(login);
            assertThat(answer.isErr()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            return answer.error();
        }
    }

    @Test
    void greetsLikeAServer() throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            var greeting = client.greeting();
            assertThat(client.first().sequence()).isZero();
            assertThat(greeting.scramble()).hasSize(20).matches("[!-~]{20}");
            assertThat(greeting.plugin()).isEqualTo("mysql_native_password");
            assertThat(greeting.capabilities() & Capabilities.CLIENT_SSL).isZero();
            assertThat(greeting.capabilities() & Capabilities.CLIENT_COMPRESS).isZero();
            assertThat(greeting.connectionId()).isPositive();
        }
    }

    @Test
    void takesTheProjectFromEachKey() throws IOException {
        Login app = Login.as("app", Database.APP.password());
        for (Login login :
                List.of(
                        Login.as("app+p1", Database.APP.password()),
                        app.withAttribute("project", "p1"),
                        app.withAttribute("_server_host", "p1.db.example.com"),
                        app.withSchema("p1").with(Capabilities.CLIENT_CONNECT_WITH_DB))) {
            try (MySqlTestClient client = MySqlTestClient.login(router.port(), login)) {
                assertThat(Database.value(client, "SELECT CURRENT_USER()")).isEqualTo("app@%");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                Capabilities.CLIENT_DEPRECATE_EOF,
                Capabilities.CLIENT_CONNECT_ATTRS,
                Capabilities.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
                Capabilities.CLIENT_MULTI_RESULTS | Capabilities.CLIENT_MULTI_STATEMENTS
            })
    void servesClientsWithFewerCapabilities(long without) throws IOException {
        try (MySqlTestClient client =
                MySqlTestClient.login(router.port(), Database.login("p1").without(without))) {
            assertThat(Database.value(client, "SELECT 7")).isEqualTo("7");
        }
    }

    @Test
    void passesTheDenialOfTheInstanceOn() throws IOException {
        // When
        QueryResult.Failure failure = refused(Login.as("app+p1", "wrong"));
        // Then
        assertThat(failure.code()).isEqualTo(1045);
        assertThat(failure.sqlState()).isEqualTo("28000");
        assertThat(failure.message()).startsWith("Access denied for user 'app'@");
        assertThat(refused(Login.as("nobody+p1", "x")).code()).isEqualTo(1045);
        assertThat(refused(Login.as("app+p1", "")).code()).isEqualTo(1045);
    }

    @Test
    void saysWhichKeysWereTried() throws IOException {
        // When
        QueryResult.Failure failure = refused(Login.as("app", "x"));
        // Then
        assertThat(failure.code()).isEqualTo(1045);
        assertThat(failure.message())
                .isEqualTo(
                        "Access denied: the login names no project: tried user, attribute project,"
                                + " attribute _server_host, sni, schema [homeport no_route_key]");
    }

    @Test
    void refusesAUserWithAnEmptyPart() throws IOException {
        assertThat(refused(Login.as("+p1", "x")).message()).endsWith("[homeport access_denied]");
        assertThat(refused(Login.as("app+", "x")).message()).endsWith("[homeport access_denied]");
    }

    @Test
    void refusesAnUnknownProject() throws IOException {
        // When
        QueryResult.Failure failure = refused(Login.as("app+p77", "x"));
        // Then
        assertThat(failure.code()).isEqualTo(1049);
        assertThat(failure.sqlState()).isEqualTo("42000");
        assertThat(failure.message())
                .isEqualTo("Unknown project [homeport unknown_project project=p77]");
    }

    @Test
    void refusesTheSchemaOfAnotherProject() throws IOException {
        // When
        QueryResult.Failure failure = refused(Database.login("p1").withSchema("P2"));
        // Then
        assertThat(failure.code()).isEqualTo(1227);
        assertThat(failure.sqlState()).isEqualTo("42000");
        assertThat(failure.message()).contains("[homeport schema_of_another_project");
        MySqlTestClient.login(router.port(), Database.login("p1").withSchema("other")).close();
    }

    @ParameterizedTest
    @EnumSource(
            value = ProjectState.class,
            names = {"SERVING"},
            mode = EnumSource.Mode.EXCLUDE)
    void refusesAProjectThatIsNotServed(ProjectState state) throws IOException {
        // Given
        router.fleet.set(database.fleet().withProject("p1", "c1", state));
        // When
        QueryResult.Failure failure = refused(Database.login("p1"));
        // Then
        String token = "project_" + state.name().toLowerCase(Locale.ROOT);
        assertThat(failure.message()).contains("[homeport " + token + " cluster=c1 project=p1]");
        assertThat(failure.code()).isEqualTo(state == ProjectState.DELETED ? 1049 : 1053);
    }

    @ParameterizedTest
    @CsvSource({"offline, cluster_offline", "draining, cluster_draining", "none, no_primary"})
    void refusesAClusterThatIsNotServing(String state, String token) throws IOException {
        // Given
        Clusters cluster = database.cluster();
        switch (state) {
            case "offline" -> cluster.offline("a secret reason");
            case "draining" -> cluster.draining(Duration.ofSeconds(5));
            default -> cluster.withoutPrimary();
        }
        router.fleet.set(database.fleetWith(cluster));
        // When
        QueryResult.Failure failure = refused(Database.login("p1"));
        // Then
        assertThat(failure.code()).isEqualTo(1053);
        assertThat(failure.sqlState()).isEqualTo("08S01");
        assertThat(failure.message())
                .contains("[homeport " + token + " cluster=c1 project=p1")
                .doesNotContain("secret");
    }

    @Test
    void refusesAClusterOfAnotherFamilyThanItGreetedAs() throws IOException {
        // Given
        router.fleet.set(database.fleetWith(database.cluster().with(Family.MYSQL)));
        // When
        QueryResult.Failure failure = refused(Database.login("p1"));
        // Then
        assertThat(failure.code()).isEqualTo(1235);
        assertThat(failure.sqlState()).isEqualTo("42000");
        assertThat(failure.message())
                .contains("connect to a listener of family mysql")
                .endsWith("[homeport wrong_listener cluster=c1 project=p1]");
    }

    @Test
    void refusesAtOnceWhereNobodyListens() throws IOException {
        // Given
        router.fleet.set(
                Fleets.aFleet().with(aCluster("c3").withPrimary("c3-1")).withProject("p3", "c3"));
        // When
        QueryResult.Failure failure = refused(Login.as("app+p3", "x"));
        // Then
        assertThat(failure.code()).isEqualTo(1053);
        assertThat(failure.message()).contains("[homeport cluster_unreachable cluster=c3");
    }

    @Test
    void refusesClientsThatAreTooOld() throws IOException {
        // When
        QueryResult.Failure failure =
                refused(Database.login("p1").without(Capabilities.CLIENT_SECURE_CONNECTION));
        // Then
        assertThat(failure.code()).isEqualTo(1251);
        assertThat(failure.sqlState()).isEqualTo("08004");
    }

    /** As npm's mysql does. */
    @Test
    void logsClientsInThatDoNotAskForPlugins() throws IOException {
        // Given
        Login login = Database.login("p1").without(Capabilities.CLIENT_PLUGIN_AUTH);
        try (MySqlTestClient client = MySqlTestClient.login(router.port(), login)) {
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo("p1");
            // When
            RawPacket answer = client.changeUser(login);
            // Then
            assertThat(answer.isOk()).isTrue();
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo("p1");
        }
        assertThat(
                        refused(
                                        new Login(
                                                login.user(),
                                                "wrong",
                                                login.schema(),
                                                login.attributes(),
                                                login.capabilities(),
                                                login.plugin(),
                                                login.tls()))
                                .code())
                .isEqualTo(1045);
    }

    /** As clients do that know no switch and take it for success. */
    @Test
    void takesNoCommandForAnAnswerToAnAuthPlugin() throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            client.sendLogin(Database.login("p1").without(Capabilities.CLIENT_PLUGIN_AUTH));
            assertThat(client.read().isSwitch()).isTrue();
            // When
            client.command(Capabilities.COM_QUERY, "SELECT 1");
            // Then
            assertThat(client.read().error().message())
                    .contains("has sequence id 0 instead of 3")
                    .contains("[homeport bad_packet");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void refusesTlsThatItDidNotOffer() throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            // When: an SSLRequest
            client.send(
                    1,
                    new PacketWriter()
                            .int4(Capabilities.USUAL | Capabilities.CLIENT_SSL)
                            .int4(1 << 24)
                            .int1(45)
                            .zeros(23)
                            .payload());
            // Then
            assertThat(client.read().error().message()).contains("[homeport bad_packet]");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void refusesMoreClientsThanItMayHave() throws IOException {
        // Given
        try (RouterFixture small =
                RouterFixture.start(database.fleet().build(), Transport.AUTO, 2)) {
            List<MySqlTestClient> clients = new ArrayList<>();
            clients.add(Database.client(small, "p1"));
            clients.add(Database.client(small, "p1"));
            // When
            try (MySqlTestClient third = MySqlTestClient.connect(small.port())) {
                // Then: no SQLSTATE before the login
                assertThat(third.first().error())
                        .isEqualTo(
                                new QueryResult.Failure(
                                        1040,
                                        "",
                                        "Too many connections: this router is full"
                                                + " [homeport too_many_connections]"));
                assertThat(third.isClosedByServer()).isTrue();
            }
            clients.getFirst().close();
            Awaitility.await().untilAsserted(() -> Database.client(small, "p1").close());
            clients.getLast().close();
        }
    }

    @Test
    void refusesEverybodyOnceItStops() throws IOException {
        // Given
        try (RouterFixture stopping = database.router();
                MySqlTestClient inLogin = MySqlTestClient.connect(stopping.port());
                MySqlTestClient inTransaction = Database.client(stopping, "p1");
                MySqlTestClient idle = Database.client(stopping, "p1")) {
            inTransaction.query("BEGIN");
            // When
            stopping.sessions.stop(Duration.ofSeconds(30));
            // Then
            assertThat(inLogin.isClosedByServer()).isTrue();
            assertThat(idle.isClosedByServer()).isTrue();
            try (MySqlTestClient late = MySqlTestClient.connect(stopping.port())) {
                assertThat(late.first().error().code()).isEqualTo(1053);
                assertThat(late.first().error().message()).contains("[homeport router_stopping]");
            }
            assertThat(inTransaction.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            assertThat(inTransaction.query("COMMIT")).isInstanceOf(QueryResult.Done.class);
            assertThat(inTransaction.isClosedByServer()).isTrue();
            Awaitility.await().until(() -> stopping.sessions.size() == 0);
        }
    }

    @Test
    void takesCommandsThatCameBeforeTheLoginWasThrough() throws IOException {
        // Given: an account without password, so that all can be sent at once
        database.server.execute(
                "CREATE OR REPLACE USER open@'%'", "GRANT ALL ON `p%`.* TO open@'%'");
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            Login login = Login.as("open+p1", "");
            client.sendLogin(login);
            RawPacket next = client.read();
            assertThat(next.header()).isEqualTo(0xfe);
            // When: the empty answer to the switch, and a command in the same breath
            byte[] query = new byte[] {9, 0, 0, 0, 3, 'S', 'E', 'L', 'E', 'C', 'T', ' ', '5'};
            byte[] both = new byte[4 + query.length];
            both[3] = (byte) (next.sequence() + 1);
            System.arraycopy(query, 0, both, 4, query.length);
            client.sendRaw(both);
            // Then
            assertThat(client.read().isOk()).isTrue();
            var rows = (QueryResult.Rows) client.readResult();
            assertThat(rows.rows().getFirst()).containsExactly("5");
        }
    }
}
