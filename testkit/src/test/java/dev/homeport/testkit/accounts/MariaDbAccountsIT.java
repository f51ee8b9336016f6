package dev.homeport.testkit.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mariadb.PamServices;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.mysql.QueryResult.Rows;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MariaDbAccountsIT {
    private static final List<AuthMethod> NEWEST_METHODS =
            List.of(
                    AuthMethod.MARIADB_PARSEC,
                    AuthMethod.MARIADB_CACHING_SHA2_PASSWORD,
                    AuthMethod.MARIADB_ED25519);

    @TempDir private static Path directory;

    private static MariaDbServer server;
    private static TestCertificates certificates;
    private static ClientTls tls;

    @BeforeAll
    static void startServer() {
        certificates = TestCertificates.in(directory.resolve("tls"));
        tls = ClientTls.trusting(certificates.authority());
        server = MariaDbServer.startPrimary(settings("server"));
        server.execute("CREATE DATABASE app");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static MariaDbSettings settings(String name) {
        return MariaDbSettings.in(directory.resolve(name))
                .withTls(ServerTls.offered(certificates.authority(), certificates.server()));
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB_NATIVE_PASSWORD", "MARIADB_ED25519", "MARIADB_ED25519_OR_NATIVE"})
    void letsOnlyTheRightPasswordIn(AuthMethod method) throws Exception {
        // Given
        assertThat(method.isOfferedBy(server)).isTrue();
        TestAccount account = TestAccount.of(method).createOn(server, "app.*");

        // Then
        assertLetsOnlyTheRightPasswordIn(server, account);
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB_NATIVE_PASSWORD", "MARIADB_ED25519_OR_NATIVE"})
    void anEmptyPasswordIsAPassword(AuthMethod method) throws Exception {
        // Given
        TestAccount account = TestAccount.of(method).withoutPassword().createOn(server, "app.*");

        // Then
        assertLetsOnlyTheRightPasswordIn(server, account);
    }

    @Test
    void theNewestHasMethodsOfItsOwn() throws Exception {
        // Given
        assumeTrue(MariaDbInstallation.newest().isPresent(), MariaDbInstallation.NEWEST_MISSING);
        MariaDbSettings settings = settings("newest").withPlugins("auth_mysql_sha2", "auth_parsec");
        try (MariaDbServer newest =
                MariaDbServer.launch(settings, MariaDbInstallation.newest().orElseThrow())) {
            newest.awaitReady();
            newest.openForWrites();
            for (AuthMethod method : NEWEST_METHODS) {
                TestAccount account = TestAccount.of(method);

                // Then
                assertThat(method.isOfferedBy(newest)).as("%s offered", method).isTrue();
                assertLetsOnlyTheRightPasswordIn(newest, account.createOn(newest, "app.*"));
                assertLetsOnlyTheRightPasswordIn(
                        newest, account.withoutPassword().createOn(newest, "app.*"));
            }
        }
    }

    private static void assertLetsOnlyTheRightPasswordIn(MariaDbServer where, TestAccount account)
            throws Exception {
        Login login = account.login();
        assertThat(whoIs(where, login)).isEqualTo(login.user() + "@%");
        assertThat(whoIs(where, login.withTls(tls))).isEqualTo(login.user() + "@%");
        assertThat(errorOf(where, account.withPassword("wrong").login())).isEqualTo(1045);
    }

    @ParameterizedTest
    @EnumSource(PamPlugin.class)
    void pamAsksForThePasswordInAServiceOfTheTestsOwn(PamPlugin plugin) throws Exception {
        // Given
        assumeTrue(PamServices.arePossible(), PamServices.MISSING);
        PamServices services = PamServices.in(directory.resolve("pam-" + plugin));
        TestAccount account = TestAccount.of(AuthMethod.MARIADB_PAM);
        services.add(new Account(account.user(), account.password()));
        MariaDbSettings settings =
                settings("with-pam-" + plugin)
                        .withPam(services)
                        .withPlugins("auth_pam")
                        .withOption("pam_use_cleartext_plugin", plugin.option);
        try (MariaDbServer pam = MariaDbServer.start(settings)) {
            assumeTrue(AuthMethod.MARIADB_PAM.isOfferedBy(pam), "SKIPPED: MariaDB has no auth_pam");
            account.createOn(pam, "app.*");

            // When
            try (MySqlTestClient client =
                    MySqlTestClient.login(pam.port(), account.login().withTls(tls))) {
                // Then
                assertThat(new String(client.authPackets().getFirst().payload(), 1, 6, UTF_8))
                        .isEqualTo(plugin.clientPlugin);
                assertThat(one(client, "SELECT CURRENT_USER()")).isEqualTo(account.user() + "@%");
            }
            assertThat(errorOf(pam, account.withPassword("wrong").login())).isEqualTo(1045);
        }
    }

    enum PamPlugin {
        DIALOG("OFF", "dialog"),
        CLEAR("ON", "mysql_");

        private final String option;
        private final String clientPlugin;

        PamPlugin(String option, String clientPlugin) {
            this.option = option;
            this.clientPlugin = clientPlugin;
        }
    }

    @Test
    void anExpiredPasswordCanOnlyBeRenewed() throws Exception {
        // Given
        server.execute("SET GLOBAL disconnect_on_expired_password = ON");
        Login login =
                TestAccount.of(AuthMethod.MARIADB_NATIVE_PASSWORD)
                        .expired()
                        .createOn(server, "app.*")
                        .login();
        Login able = login.with(Capabilities.CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS);

        // Then
        assertThat(errorOf(server, login)).isEqualTo(1862);
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), able)) {
            assertThat(((Failure) client.query("SELECT 1")).code()).isEqualTo(1820);
            client.query("SET PASSWORD = PASSWORD('renewed')");
            assertThat(client.query("SELECT 1")).isInstanceOf(Rows.class);
        }
    }

    @Test
    void anAccountMayRequireACertificateOfTheClient() throws Exception {
        // Given
        Login login =
                TestAccount.of(AuthMethod.MARIADB_NATIVE_PASSWORD)
                        .requiring("X509")
                        .createOn(server, "app.*")
                        .login();
        ClientTls known =
                ClientTls.trusting(certificates.authority(), certificates.client("known"));

        // Then
        assertThat(errorOf(server, login)).isEqualTo(1045);
        assertThat(errorOf(server, login.withTls(tls))).isEqualTo(1045);
        assertThat(whoIs(server, login.withTls(known))).isEqualTo(login.user() + "@%");
    }

    @Test
    void aConnectionMayChangeItsUser() throws Exception {
        // Given
        Login one =
                TestAccount.of(AuthMethod.MARIADB_NATIVE_PASSWORD)
                        .createOn(server, "app.*")
                        .login();
        Login other = TestAccount.of(AuthMethod.MARIADB_ED25519).createOn(server, "app.*").login();

        try (MySqlTestClient client = MySqlTestClient.login(server.port(), one)) {
            // When / Then
            assertThat(client.changeUser(other.withSchema("app")).isOk()).isTrue();
            assertThat(one(client, "SELECT CONCAT(CURRENT_USER(), DATABASE())"))
                    .isEqualTo(other.user() + "@%app");
            assertThat(client.changeUser(Login.as(one.user(), "wrong")).error().code())
                    .isEqualTo(1045);
        }
    }

    @Test
    void offersCapabilitiesOfItsOwnBeyondThe32Bits() throws Exception {
        // Given
        Login login =
                TestAccount.of(AuthMethod.MARIADB_NATIVE_PASSWORD)
                        .createOn(server, "app.*")
                        .login()
                        .with(Capabilities.MARIADB_CLIENT_EXTENDED_METADATA);
        server.execute("CREATE OR REPLACE TABLE app.places (at POINT)");

        // When
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login)) {
            client.command(Capabilities.COM_QUERY, "SELECT at FROM app.places");
            client.read();
            String column = new String(client.read().payload(), UTF_8);

            // Then: the server names the kind of a geometry only where that was negotiated
            assertThat(client.greeting().capabilities() >>> 32).isNotZero();
            assertThat(column).contains("point");
        }
    }

    private static String whoIs(MariaDbServer where, Login login) throws Exception {
        try (MySqlTestClient client = MySqlTestClient.login(where.port(), login)) {
            return one(client, "SELECT CURRENT_USER()");
        }
    }

    private static String one(MySqlTestClient client, String sql) throws Exception {
        return ((Rows) client.query(sql)).rows().getFirst().getFirst();
    }

    private static int errorOf(MariaDbServer where, Login login) throws Exception {
        try (MySqlTestClient client = MySqlTestClient.connect(where.port())) {
            return client.login(login).error().code();
        }
    }
}
