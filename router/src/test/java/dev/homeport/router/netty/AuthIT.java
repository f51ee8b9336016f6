package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.router.config.ListenerTlsConfig;
import dev.homeport.testkit.accounts.AuthMethod;
import dev.homeport.testkit.accounts.TestAccount;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mariadb.PamServices;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.testkit.tls.PemFiles;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.TlsMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every auth plugin of both families over every mix of encrypted and plain connections: right,
 * empty and wrong passwords; passwords that the server knows already and those that it does not.
 */
@Timeout(240)
class AuthIT {
    @TempDir static Path directory;

    private static TestCertificates certificates;
    private static MariaDbServer mariaDb;
    private static MySqlServer mySql;

    /** A newer MariaDB, which has more methods. */
    private static MariaDbServer newest;

    @BeforeAll
    static void start() {
        certificates = TestCertificates.in(directory.resolve("certificates"));
        ServerTls tls = ServerTls.offered(certificates.authority(), certificates.server());
        mariaDb =
                MariaDbServer.startPrimary(
                        MariaDbSettings.in(directory.resolve("mariadb")).withTls(tls));
        mariaDb.execute("CREATE DATABASE p1");
        if (MariaDbInstallation.newest().isPresent()) {
            newest =
                    MariaDbServer.launch(
                            MariaDbSettings.in(directory.resolve("newest"))
                                    .withTls(tls)
                                    .withPlugins("auth_mysql_sha2", "auth_parsec"),
                            MariaDbInstallation.newest().get());
            newest.awaitReady();
            newest.openForWrites();
            newest.execute("CREATE DATABASE p1");
        }
        if (MySqlInstallation.find().isPresent()) {
            mySql = MySqlServer.start(MySqlSettings.in(directory.resolve("mysql")).withTls(tls));
            mySql.execute("CREATE DATABASE p1");
        }
    }

    @AfterAll
    static void stop() {
        mariaDb.close();
        if (newest != null) {
            newest.close();
        }
        if (mySql != null) {
            mySql.close();
        }
    }

    static Stream<Arguments> everyMethodOverEveryMix() {
        List<Arguments> all = new ArrayList<>();
        for (AuthMethod method : EnumSet.complementOf(EnumSet.of(AuthMethod.MARIADB_PAM))) {
            for (boolean client : new boolean[] {false, true}) {
                for (boolean instance : new boolean[] {false, true}) {
                    all.add(Arguments.of(method, client, instance));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, client TLS {1}, instance TLS {2}")
    @MethodSource
    void everyMethodOverEveryMix(AuthMethod method, boolean clientTls, boolean instanceTls)
            throws IOException {
        // Given
        DatabaseServer server = server(method);
        TestAccount account = TestAccount.of(method).createOn(server, "p1.*");
        boolean hasEmpty = method != AuthMethod.MARIADB_ED25519;
        try (RouterFixture router = router(server, method.family(), instanceTls)) {
            Login login = login(account, clientTls);

            // When / Then: the first login fills the server's cache, where it has one
            for (int i = 0; i < 2; i++) {
                try (MySqlTestClient client = MySqlTestClient.login(router.port(), login)) {
                    assertThat(Database.value(client, "SELECT CURRENT_USER()"))
                            .isEqualTo(account.user() + "@%");
                    assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo("p1");
                }
            }
            assertThat(errorOf(router, login(account.withPassword("wrong"), clientTls)))
                    .isEqualTo(1045);
            if (hasEmpty) {
                TestAccount empty =
                        TestAccount.of(method).withoutPassword().createOn(server, "p1.*");
                try (MySqlTestClient client =
                        MySqlTestClient.login(router.port(), login(empty, clientTls))) {
                    assertThat(Database.value(client, "SELECT 1")).isEqualTo("1");
                }
            }
            assertThat(
                            router.meters
                                    .get("router.sessions.closed")
                                    .tag("reason", "bug")
                                    .counter()
                                    .count())
                    .isZero();
        }
    }

    private static DatabaseServer server(AuthMethod method) {
        return switch (method) {
            case MARIADB_NATIVE_PASSWORD, MARIADB_ED25519, MARIADB_ED25519_OR_NATIVE, MARIADB_PAM ->
                    mariaDb;
            case MARIADB_PARSEC, MARIADB_CACHING_SHA2_PASSWORD -> {
                assumeTrue(newest != null, MariaDbInstallation.NEWEST_MISSING);
                yield newest;
            }
            case MYSQL_CACHING_SHA2_PASSWORD, MYSQL_SHA256_PASSWORD -> {
                assumeTrue(mySql != null, MySqlInstallation.MISSING);
                yield mySql;
            }
        };
    }

    /** PAM's dialog and the clear password that may be in its place. */
    @ParameterizedTest
    @CsvSource({"OFF", "ON"})
    void passwordsInClearCrossEncryptedConnectionsOnly(String useClearText) throws IOException {
        // Given
        assumeTrue(PamServices.arePossible(), PamServices.MISSING);
        PamServices services = PamServices.in(directory.resolve("pam-" + useClearText));
        TestAccount account = TestAccount.of(AuthMethod.MARIADB_PAM);
        services.add(new Account(account.user(), account.password()));
        MariaDbSettings settings =
                MariaDbSettings.in(directory.resolve("with-pam-" + useClearText))
                        .withTls(ServerTls.offered(certificates.authority(), certificates.server()))
                        .withPam(services)
                        .withPlugins("auth_pam")
                        .withOption("pam_use_cleartext_plugin", useClearText);
        try (MariaDbServer pam = MariaDbServer.start(settings)) {
            assumeTrue(AuthMethod.MARIADB_PAM.isOfferedBy(pam), "SKIPPED: MariaDB has no auth_pam");
            pam.execute("CREATE DATABASE p1");
            account.createOn(pam, "p1.*");
            for (boolean instanceTls : new boolean[] {false, true}) {
                try (RouterFixture router = router(pam, Family.MARIADB, instanceTls)) {
                    for (boolean clientTls : new boolean[] {false, true}) {
                        // When / Then
                        if (clientTls && instanceTls) {
                            assertThat(errorOf(router, login(account.withPassword("x"), true)))
                                    .isEqualTo(1045);
                            try (MySqlTestClient client =
                                    MySqlTestClient.login(router.port(), login(account, true))) {
                                assertThat(Database.value(client, "SELECT CURRENT_USER()"))
                                        .isEqualTo(account.user() + "@%");
                            }
                        } else {
                            assertThat(errorOf(router, login(account, clientTls))).isEqualTo(3159);
                        }
                    }
                }
            }
        }
    }

    private static Login login(TestAccount account, boolean tls) {
        Login login = Login.as(account.user() + "+p1", account.password()).withSchema("p1");
        return tls ? login.withTls(ClientTls.trusting(certificates.authority())) : login;
    }

    private static RouterFixture router(DatabaseServer server, Family family, boolean tls) {
        BackendLink link =
                new BackendLink(
                        tls ? TlsMode.REQUIRED : TlsMode.OFF,
                        Optional.empty(),
                        false,
                        Compression.OFF);
        Clusters c1 = aCluster("c1").with(family).withPrimary("c1-1", server.port()).with(link);
        FleetSnapshot fleet = aFleet().with(c1).withProject("p1", "c1").build();
        PemFiles own = certificates.server("router", List.of("localhost"));
        return RouterFixture.of(fleet)
                .with(family)
                .with(new ListenerTlsConfig(false, own.certificate(), own.key(), Optional.empty()))
                .start();
    }

    private static int errorOf(RouterFixture router, Login login) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            RawPacket answer = client.login(login);
            assertThat(answer.isErr()).isTrue();
            return answer.error().code();
        }
    }
}
