package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.admission.OnDemandLimits;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.Family;
import dev.homeport.topology.Intent;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.UnknownProjects;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What first logins of projects do, and what becomes of sessions whose project is taken away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class PlacingLoginsCases {
    private static final String SLOW = "DO SLEEP(2)";

    private final Family family;
    private PlacingFleet fleet;
    private PlacingFleet.One first;

    PlacingLoginsCases(Family family) {
        this.family = family;
    }

    @BeforeAll
    void startAll(@TempDir Path directory) throws Exception {
        fleet = new PlacingFleet(family, directory);
    }

    @AfterAll
    void stopAll() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @BeforeEach
    void startRouter() throws Exception {
        first = fleet.router("r1");
    }

    @AfterEach
    void stopRouter() throws Exception {
        fleet.policy(UnknownProjects.PLACE, PlacingFleet.PROVISION);
        first.close();
    }

    private static List<List<String>> rows(MySqlTestClient client, String sql) throws IOException {
        return ((QueryResult.Rows) client.query(sql)).rows();
    }

    private RawPacket tryToLogIn(PlacingFleet.One router, Login login) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.router.port())) {
            return client.login(login);
        }
    }

    // ------------------------------------------------------------------------- placing on demand

    @Test
    void theFirstLoginGivesTheProjectItsHomeAndItsSchema() throws Exception {
        // When
        try (MySqlTestClient client = first.connect("fresh1")) {
            // Then
            assertThat(rows(client, "SELECT DATABASE()")).containsExactly(List.of("fresh1"));
            client.query("CREATE TABLE t (a INT)");
            client.query("INSERT INTO t VALUES (1), (2)");
            assertThat(rows(client, "SELECT COUNT(*) FROM t")).containsExactly(List.of("2"));
        }
        assertThat(PlacingFleet.seen(first, "fresh1").orElseThrow().state())
                .isEqualTo(ProjectState.SERVING);
        assertThat(PlacingFleet.seen(first, "fresh1").orElseThrow().reason())
                .startsWith("on demand of user app; ");
        assertThat(first.counted("placed")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "linked-zlib | , \"compression\": \"zlib\"",
                "linked-tls  | , \"tls\": {\"mode\": \"required\"}",
                "linked-both | , \"tls\": {\"mode\": \"required\"}, \"compression\": \"zlib\"",
            })
    void howTheInstanceIsReachedMakesNoDifference(String project, String link) throws Exception {
        // Given
        fleet.link(link, first);
        try {
            for (String state : List.of("placed", "known")) {
                // When
                try (MySqlTestClient client = first.connect(project)) {
                    // Then
                    assertThat(rows(client, "SELECT DATABASE()")).containsExactly(List.of(project));
                    assertThat(rows(client, "SHOW STATUS LIKE 'Compression'").get(0).get(1))
                            .as(state)
                            .isEqualTo(link.contains("zlib") ? "ON" : "OFF");
                    assertThat(
                                    rows(client, "SHOW STATUS LIKE 'Ssl_cipher'")
                                            .get(0)
                                            .get(1)
                                            .isEmpty())
                            .as(state)
                            .isEqualTo(!link.contains("tls"));
                    client.query("CREATE TABLE IF NOT EXISTS t (a LONGTEXT)");
                    client.query("INSERT INTO t VALUES (REPEAT('x', 300000))");
                    assertThat(rows(client, "SELECT a FROM t LIMIT 1").get(0).get(0))
                            .hasSize(300_000);
                }
            }
        } finally {
            fleet.link("", first);
        }
        assertThat(first.counted("placed")).isEqualTo(1);
    }

    @Test
    void theClientReadsWhatItWouldReadOfAProjectThatWasThere() throws Exception {
        // Given
        for (long flags : List.of(0L, Capabilities.CLIENT_SESSION_TRACK)) {
            String project = "same" + (flags == 0 ? 1 : 2);
            Login login = PlacingFleet.login(project).with(flags);

            // When
            RawPacket placed = tryToLogIn(first, login);
            RawPacket known = tryToLogIn(first, login);

            // Then
            assertThat(placed.isOk()).as(placed.toString()).isTrue();
            assertThat(placed.sequence()).isEqualTo(known.sequence());
            assertThat(placed.payload()).isEqualTo(known.payload());
        }
    }

    @Test
    void driversDoNotNotice() throws Exception {
        for (String scheme : List.of("mariadb", "mysql")) {
            var properties = new Properties();
            properties.setProperty("user", "app+driver-" + scheme);
            properties.setProperty("password", Home.password());
            properties.setProperty("allowPublicKeyRetrieval", "true");
            try (Connection connection =
                            DriverManager.getConnection(
                                    "jdbc:%s://127.0.0.1:%d/driver-%s?sslMode=%s"
                                            .formatted(
                                                    scheme,
                                                    first.router.port(),
                                                    scheme,
                                                    scheme.equals("mysql")
                                                            ? "DISABLED"
                                                            : "disable"),
                                    properties);
                    Statement statement = connection.createStatement()) {
                assertThat(connection.getCatalog()).isEqualTo("driver-" + scheme);
                statement.execute("CREATE TABLE t (a INT)");
            }
        }
    }

    @Test
    void aLoginWithoutASchemaPlacesToo() throws Exception {
        // When
        RawPacket answer = tryToLogIn(first, Login.as("app+bare1", Home.password()));

        // Then
        assertThat(answer.isOk()).isTrue();
        assertThat(PlacingFleet.seen(first, "bare1")).isPresent();
    }

    @Test
    void whoHasNoAccountThereWritesNothing() throws Exception {
        // Given
        int before = fleet.version("secret1");

        // When
        RawPacket answer =
                tryToLogIn(first, Login.as("app+secret1", "wrong").withSchema("secret1"));

        // Then
        assertThat(answer.error().code()).isEqualTo(1045);
        assertThat(answer.error().message()).doesNotContain("homeport");
        assertThat(fleet.version("secret1")).isEqualTo(before);
        assertThat(fleet.placement("secret1")).isEmpty();
    }

    @Test
    void whoMayNotUseTheSchemaReadsWhatTheInstanceSays() throws Exception {
        // Given
        fleet.home.server.execute("CREATE USER poor@'%' IDENTIFIED BY 'poor-1-Poor'");

        // When
        RawPacket answer =
                tryToLogIn(first, Login.as("poor+poor1", "poor-1-Poor").withSchema("poor1"));

        // Then
        assertThat(answer.error().code()).isEqualTo(1044);
        assertThat(answer.error().sqlState()).isEqualTo("42000");
    }

    @Test
    void manyAtOnceOnTwoRoutersGetOneHome() throws Exception {
        try (PlacingFleet.One second = fleet.router("r2");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // When
            List<Future<Optional<String>>> logins = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                PlacingFleet.One router = i % 2 == 0 ? first : second;
                logins.add(threads.submit(() -> schemaOfLogin(router, "crowd1")));
            }

            // Then
            for (Future<Optional<String>> login : logins) {
                assertThat(login.get()).contains("crowd1");
            }
            assertThat(first.counted("placed")).isEqualTo(1);
            assertThat(second.counted("placed")).isLessThanOrEqualTo(1);
        }
    }

    /** Connects again as long as it is told to. */
    private static Optional<String> schemaOfLogin(PlacingFleet.One router, String project)
            throws IOException {
        for (int tries = 0; tries < 10; tries++) {
            try (MySqlTestClient client = MySqlTestClient.connect(router.router.port())) {
                RawPacket answer = client.login(PlacingFleet.login(project));
                if (answer.isOk()) {
                    return Optional.of(rows(client, "SELECT DATABASE()").getFirst().getFirst());
                }
                assertThat(answer.error().code()).as(answer.error().message()).isEqualTo(1053);
            }
        }
        return Optional.empty();
    }

    @Test
    void tooManyAreToldSo() throws Exception {
        try (PlacingFleet.One strict = fleet.router("r3", new OnDemandLimits(10, 2, 10))) {
            // When
            tryToLogIn(strict, PlacingFleet.login("many1"));
            tryToLogIn(strict, PlacingFleet.login("many2"));
            RawPacket third = tryToLogIn(strict, PlacingFleet.login("many3"));
            RawPacket known = tryToLogIn(strict, PlacingFleet.login("many2"));

            // Then
            assertThat(third.error().code()).isEqualTo(1040);
            assertThat(third.error().message())
                    .contains("places more than 2 new projects a minute")
                    .contains("[homeport overloaded");
            assertThat(known.isOk()).isTrue();
            assertThat(strict.counted("limited")).isEqualTo(1);
            assertThat(fleet.placement("many3")).isEmpty();
        }
    }

    @Test
    void withoutAClusterNobodyIsAsked() throws Exception {
        // Given
        fleet.intent(Intent.CORDONED, first);
        try {
            // When
            RawPacket answer = tryToLogIn(first, PlacingFleet.login("nowhere1"));

            // Then
            assertThat(answer.error().message()).contains("[homeport no_cluster_available");
            assertThat(answer.error().sqlState()).isEqualTo("08S01");
        } finally {
            fleet.intent(Intent.ACTIVE, first);
        }
    }

    @Test
    void aDeletedProjectIsNotPlacedAnew() throws Exception {
        // Given
        first.connect("buried1").close();
        fleet.change(
                "buried1", found -> found.in(ProjectState.DELETED, Instant.now(), "was a test"));
        awaitState("buried1", ProjectState.DELETED);

        // When
        RawPacket answer = tryToLogIn(first, PlacingFleet.login("buried1"));

        // Then
        assertThat(answer.error().code()).isEqualTo(1049);
        assertThat(answer.error().message())
                .contains("[homeport project_deleted")
                .doesNotContain("was a test");
        assertThat(fleet.placement("buried1").orElseThrow().state())
                .isEqualTo(ProjectState.DELETED);
    }

    @Test
    void whatCouldNotBeMadeIsToldAndMadeByALaterLogin() throws Exception {
        // Given
        List<String> broken =
                List.of(PlacingFleet.PROVISION.getFirst(), "CREATE TABLE not_there.t (a INT)");
        fleet.policy(UnknownProjects.PLACE, broken, first);

        // When
        RawPacket failed = tryToLogIn(first, PlacingFleet.login("limbo1"));

        // Then
        assertThat(failed.error().code()).isEqualTo(1053);
        assertThat(failed.error().message())
                .contains("statement 2 of 2 of the provision SQL failed")
                .contains("[homeport project_provisioning");
        assertThat(PlacingFleet.seen(first, "limbo1").orElseThrow().state())
                .isEqualTo(ProjectState.PROVISIONING);

        // And who comes again at once is told so once more
        assertThat(tryToLogIn(first, PlacingFleet.login("limbo1")).error().message())
                .contains("statement 2 of 2 of the provision SQL failed")
                .contains("[homeport project_provisioning cluster=c1 project=limbo1");

        // And when the policy is mended, a later login goes on
        fleet.policy(UnknownProjects.PLACE, PlacingFleet.PROVISION, first);
        await().atMost(PlacingFleet.PATIENCE)
                .until(() -> tryToLogIn(first, PlacingFleet.login("limbo1")).isOk());
        try (MySqlTestClient client = first.connect("limbo1")) {
            assertThat(rows(client, "SELECT DATABASE()")).containsExactly(List.of("limbo1"));
        }
    }

    @Test
    void aClientThatLeavesMeanwhileHarmsNothing() throws Exception {
        // Given
        fleet.policy(
                UnknownProjects.PLACE, List.of(PlacingFleet.PROVISION.getFirst(), SLOW), first);

        // When
        MySqlTestClient client = MySqlTestClient.connect(first.router.port());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RawPacket> answer =
                    threads.submit(() -> client.login(PlacingFleet.login("gone1")));
            await().atMost(PlacingFleet.PATIENCE)
                    .until(() -> PlacingFleet.seen(first, "gone1").isPresent());
            client.reset();
            assertThat(answer).failsWithin(PlacingFleet.PATIENCE);
        }

        // Then
        await().atMost(PlacingFleet.PATIENCE).until(() -> first.router.sessions.size() == 0);
        awaitState("gone1", ProjectState.SERVING);
        try (MySqlTestClient again = first.connect("gone1")) {
            assertThat(rows(again, "SELECT 1")).containsExactly(List.of("1"));
        }
    }

    @Test
    void whatTakesLongerThanALoginMayIsToldAndGoesOn() throws Exception {
        // Given
        fleet.policy(
                UnknownProjects.PLACE,
                List.of(PlacingFleet.PROVISION.getFirst(), "DO SLEEP(4)"),
                first);

        // When
        RawPacket answer = tryToLogIn(first, PlacingFleet.login("long1"));

        // Then
        assertThat(answer.error().message()).contains("[homeport project_provisioning");
        awaitState("long1", ProjectState.SERVING);
        assertThat(tryToLogIn(first, PlacingFleet.login("long1")).isOk()).isTrue();
    }

    @Test
    void changeUserPlacesNothing() throws Exception {
        try (MySqlTestClient client = first.connect("user1")) {
            // When
            RawPacket answer = client.changeUser(PlacingFleet.login("other1"));

            // Then
            assertThat(answer.error().message()).contains("[homeport unknown_project");
            assertThat(fleet.placement("other1")).isEmpty();
        }
    }

    @Test
    void byDefaultUnknownProjectsAreRefused() throws Exception {
        // Given
        fleet.policy(UnknownProjects.REFUSE, PlacingFleet.PROVISION, first);

        // Then
        assertThat(tryToLogIn(first, PlacingFleet.login("no1")).error().code()).isEqualTo(1049);
    }

    // --------------------------------------------------------------------- the state of a project

    private void awaitState(String project, ProjectState state) {
        await().atMost(PlacingFleet.PATIENCE)
                .until(
                        () ->
                                PlacingFleet.seen(first, project)
                                        .map(one -> one.state() == state)
                                        .orElse(false));
    }

    private void state(String project, ProjectState state, RefusalTerms terms) throws Exception {
        fleet.change(project, found -> found.in(state, Instant.now(), "moving house").on(terms));
        awaitState(project, state);
    }

    private static RefusalTerms deadline(long seconds) {
        return new RefusalTerms(
                Optional.of(Duration.ofSeconds(seconds)), Optional.of(Duration.ofSeconds(90)));
    }

    @Test
    void anOfflineProjectAndNoOtherLosesItsSessionsUntilItIsBack() throws Exception {
        try (MySqlTestClient idle = first.connect("off1");
                MySqlTestClient neighbour = first.connect("off2")) {
            // When
            state("off1", ProjectState.OFFLINE, deadline(1));

            // Then
            QueryResult.Failure told = (QueryResult.Failure) idle.query("SELECT 1");
            assertThat(told.code()).isEqualTo(1053);
            assertThat(told.message())
                    .contains("moving house")
                    .contains("[homeport project_offline cluster=c1 project=off1 retry_after=90]");
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(rows(neighbour, "SELECT 1")).containsExactly(List.of("1"));
            RawPacket refused = tryToLogIn(first, PlacingFleet.login("off1"));
            assertThat(refused.error().message())
                    .contains("[homeport project_offline")
                    .doesNotContain("moving house");
            assertThat(tryToLogIn(first, PlacingFleet.login("off2")).isOk()).isTrue();

            // And back at once
            state("off1", ProjectState.SERVING, RefusalTerms.NONE);
            assertThat(tryToLogIn(first, PlacingFleet.login("off1")).isOk()).isTrue();
        }
    }

    @Test
    void aTransactionHasTheDeadlineAndOneThatEndsInTimeIsKept() throws Exception {
        for (ProjectState state : List.of(ProjectState.OFFLINE, ProjectState.DELETED)) {
            String project = "work-" + state.name().toLowerCase(Locale.ROOT);
            try (MySqlTestClient quick = first.connect(project);
                    MySqlTestClient slow = first.connect(project)) {
                // Given
                quick.query("CREATE TABLE t (a INT)");
                begin(quick, 1);
                begin(slow, 2);

                // When
                state(project, state, deadline(3));
                QueryResult more = quick.query("INSERT INTO t VALUES (3)");
                QueryResult commit = quick.query("COMMIT");
                QueryResult after = quick.query("SELECT 1");

                // Then
                assertThat(more).isInstanceOf(QueryResult.Done.class);
                assertThat(commit).isInstanceOf(QueryResult.Done.class);
                assertThat(after)
                        .isInstanceOfSatisfying(
                                QueryResult.Failure.class,
                                told -> assertThat(told.message()).contains("moving house"));
                await().atMost(Duration.ofSeconds(10)).until(() -> sessionsOf(project) == 0);
            }
            assertThat(fleet.home.server.query("SELECT a FROM `%s`.t".formatted(project)))
                    .containsExactlyInAnyOrder(List.of("1"), List.of("3"));
        }
    }

    private static void begin(MySqlTestClient client, int value) throws IOException {
        client.query("BEGIN");
        assertThat(client.query("INSERT INTO t VALUES (" + value + ")"))
                .isInstanceOf(QueryResult.Done.class);
    }

    private int sessionsOf(String project) {
        return fleet.home
                .server
                .query(
                        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '%s'"
                                .formatted(project))
                .size();
    }

    @Test
    void nowLeavesATransactionNoTime() throws Exception {
        try (MySqlTestClient client = first.connect("now1")) {
            // Given
            client.query("CREATE TABLE t (a INT)");
            begin(client, 1);

            // When
            state("now1", ProjectState.OFFLINE, deadline(0));

            // Then
            await().atMost(Duration.ofSeconds(5)).until(() -> sessionsOf("now1") == 0);
        }
        assertThat(fleet.home.server.query("SELECT a FROM now1.t")).isEmpty();
    }
}
