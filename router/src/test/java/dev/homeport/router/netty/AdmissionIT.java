package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.admission.AdmissionLimits;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits as clients meet them, in front of a real server. */
@ExtendWith(LeakCheck.class)
class AdmissionIT {
    private static final OptionalInt NONE = OptionalInt.empty();
    private static final String PLAIN = "sslMode=DISABLED";
    private static final Account JO = Account.withRandomPassword("jo");

    @TempDir private static Path directory;
    private static Database database;

    @BeforeAll
    static void start() {
        database = Database.start(directory.resolve("c1-1"));
        database.server.execute(
                "CREATE USER jo@'%' IDENTIFIED BY '" + JO.password() + "'",
                "GRANT ALL ON `p%`.* TO jo@'%'");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private static RouterFixture router(AdmissionLimits limits) {
        return RouterFixture.of(database.fleet().build()).with(limits).start();
    }

    private static QueryResult.Failure refusedLogin(RouterFixture router, String project)
            throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            RawPacket answer = client.login(Database.login(project));
            assertThat(answer.isErr()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            return answer.error();
        }
    }

    @Test
    void aGreedyProjectTakesNoPlaceFromAnother() throws IOException {
        // Given
        var limits = new AdmissionLimits(100, NONE, OptionalInt.of(2), NONE, NONE, NONE);
        try (RouterFixture router = router(limits);
                MySqlTestClient second = Database.client(router, "p1")) {
            MySqlTestClient first = Database.client(router, "p1");

            // When
            QueryResult.Failure third = refusedLogin(router, "p1");

            // Then
            assertThat(third)
                    .isEqualTo(
                            new QueryResult.Failure(
                                    1040,
                                    "08004",
                                    "Too many connections: the project has 2 already"
                                            + " [homeport too_many_connections cluster=c1 project=p1]"));
            try (MySqlTestClient other = Database.client(router, "p2")) {
                assertThat(Database.value(other, "SELECT 7")).isEqualTo("7");
            }
            assertThat(Database.value(second, "SELECT 7")).isEqualTo("7");
            first.close();
            await().untilAsserted(() -> Database.client(router, "p1").close());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void aGreedyUserTakesNoPlaceFromAnother(String driver) throws Exception {
        // Given: over all projects
        var limits = new AdmissionLimits(100, NONE, NONE, OptionalInt.of(2), NONE, NONE);
        try (RouterFixture router = router(limits);
                MySqlTestClient second = Database.client(router, "p2")) {
            MySqlTestClient first = Database.client(router, "p1");

            // When
            QueryResult.Failure third = refusedLogin(router, "p1");

            // Then
            assertThat(third)
                    .isEqualTo(
                            new QueryResult.Failure(
                                    1040,
                                    "08004",
                                    "Too many connections: the user has 2 already"
                                            + " [homeport too_many_connections cluster=c1 project=p1]"));
            assertIsRefused(
                    () -> Database.jdbc(router, driver, PLAIN),
                    "Too many connections: the user has 2 already");
            try (MySqlTestClient other =
                    MySqlTestClient.login(
                            router.port(),
                            Login.as("jo+p1", JO.password())
                                    .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                                    .withSchema("p1"))) {
                assertThat(Database.value(other, "SELECT 7")).isEqualTo("7");
            }
            assertThat(Database.value(second, "SELECT 7")).isEqualTo("7");
            first.close();
            awaitLogin(router, driver);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void aGreedyAddressTakesNoPlaceFromAnother(String driver) throws Exception {
        // Given
        var limits = new AdmissionLimits(100, OptionalInt.of(2), NONE, NONE, NONE, NONE);
        try (RouterFixture router = router(limits);
                MySqlTestClient second = Database.client(router, "p2")) {
            MySqlTestClient first = Database.client(router, "p1");

            // When
            try (MySqlTestClient third = MySqlTestClient.connect(router.port())) {
                // Then: nobody knows yet what the client understands, so without SQLSTATE
                assertThat(third.first().error())
                        .isEqualTo(
                                new QueryResult.Failure(
                                        1040,
                                        "",
                                        "Too many connections: 127.0.0.1 has 2 already"
                                                + " [homeport too_many_connections]"));
                assertThat(third.isClosedByServer()).isTrue();
            }
            assertThatThrownBy(() -> Database.jdbc(router, driver, PLAIN))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("127.0.0.1 has 2 already");
            try (Connection other =
                    Database.jdbc(router, "mysql", PLAIN + "&localSocketAddress=127.0.0.2")) {
                assertThat(other.isValid(5)).isTrue();
            }
            assertThat(Database.value(second, "SELECT 7")).isEqualTo("7");
            first.close();
            awaitLogin(router, driver);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void aProjectThatLogsInTooFastIsSlowedDown(String driver) throws Exception {
        // Given
        var limits = new AdmissionLimits(1000, NONE, NONE, NONE, NONE, OptionalInt.of(1));
        try (RouterFixture router = router(limits);
                MySqlTestClient present = Database.client(router, "p1")) {
            // When: a burst of ten passes, and what time lets through
            Optional<QueryResult.Failure> refusal = Optional.empty();
            int passed = 1;
            while (refusal.isEmpty()) {
                assertThat(passed).as("logins that passed").isLessThan(1000);
                try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
                    RawPacket answer = client.login(Database.login("p1"));
                    if (answer.isErr()) {
                        refusal = Optional.of(answer.error());
                        assertThat(client.isClosedByServer()).isTrue();
                    } else {
                        passed++;
                    }
                }
            }

            // Then
            assertThat(passed).isGreaterThanOrEqualTo(10);
            assertThat(refusal)
                    .contains(
                            new QueryResult.Failure(
                                    1040,
                                    "08004",
                                    "Too many connections are being opened at the moment: the"
                                            + " project opens more than 1 a second"
                                            + " [homeport overloaded cluster=c1 project=p1]"));
            try (MySqlTestClient other = Database.client(router, "p2")) {
                assertThat(Database.value(other, "SELECT 7")).isEqualTo("7");
            }
            assertThat(Database.value(present, "SELECT 7")).isEqualTo("7");
            assertThat(near(router, "logins-of-project")).isOne();
            assertThat(near(router, "connects-of-address")).isZero();
            awaitLogin(router, driver);
        }
    }

    private static double near(RouterFixture router, String limit) {
        return router.meters.get("router.limits.near").tag("limit", limit).gauge().value();
    }

    private static void awaitLogin(RouterFixture router, String driver) {
        await().ignoreExceptionsInstanceOf(SQLException.class)
                .until(
                        () -> {
                            Database.jdbc(router, driver, PLAIN).close();
                            return true;
                        });
    }

    private static void assertIsRefused(ThrowableAssert.ThrowingCallable connect, String why) {
        assertThatThrownBy(connect)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refusal -> {
                            assertThat(refusal.getErrorCode()).isEqualTo(1040);
                            assertThat(refusal.getSQLState()).isEqualTo("08004");
                        })
                .hasMessageContaining(why);
    }

    @Test
    void whoChangesUsersGivesThePlaceUp() throws IOException {
        // Given
        var limits = new AdmissionLimits(100, NONE, OptionalInt.of(1), NONE, NONE, NONE);
        try (RouterFixture router = router(limits);
                MySqlTestClient client = Database.client(router, "p1")) {
            // When: to the same project, and to another
            assertThat(client.changeUser(Database.login("p1")).isOk()).isTrue();
            assertThat(client.changeUser(Database.login("p2")).isOk()).isTrue();

            // Then
            Database.client(router, "p1").close();
            assertThat(refusedLogin(router, "p2").code()).isEqualTo(1040);
        }
    }

    @Test
    void aFailedLoginGivesItsPlaceBack() throws IOException {
        // Given
        var limits =
                new AdmissionLimits(
                        2, OptionalInt.of(2), OptionalInt.of(1), OptionalInt.of(1), NONE, NONE);
        try (RouterFixture router = router(limits)) {
            // When
            for (int i = 0; i < 20; i++) {
                try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
                    RawPacket answer = client.login(Login.as("app+p1", "wrong"));
                    assertThat(answer.error().code()).isEqualTo(1045);
                    assertThat(client.isClosedByServer()).isTrue();
                }
            }

            // Then
            await().untilAsserted(() -> Database.client(router, "p1").close());
        }
    }

    @Test
    void anAddressThatConnectsTooFastIsSlowedDown() throws IOException {
        // Given
        var limits = new AdmissionLimits(1000, NONE, NONE, NONE, OptionalInt.of(1), NONE);
        try (RouterFixture router = router(limits)) {
            List<MySqlTestClient> clients = new ArrayList<>();
            int refused = 0;

            // When
            for (int i = 0; i < 30; i++) {
                MySqlTestClient client = MySqlTestClient.connect(router.port());
                clients.add(client);
                if (client.first().isErr()) {
                    assertThat(client.first().error())
                            .isEqualTo(
                                    new QueryResult.Failure(
                                            1040,
                                            "",
                                            "Too many connections are being opened at the moment:"
                                                    + " 127.0.0.1 opens more than 1 a second"
                                                    + " [homeport overloaded]"));
                    refused++;
                }
            }

            // Then: a burst of ten passed, and what time has let through
            assertThat(refused).isBetween(1, 20);
            for (MySqlTestClient client : clients) {
                client.close();
            }
        }
    }
}
