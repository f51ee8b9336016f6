package dev.homeport.testkit.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.mysql.QueryResult.Rows;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
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

final class MySqlAccountsIT {
    private static final int SWITCH = 0xfe;
    private static final int MORE_DATA = 0x01;

    @TempDir private static Path directory;

    private static MySqlServer server;
    private static ClientTls tls;

    @BeforeAll
    static void startServer() {
        assumeTrue(MySqlInstallation.find().isPresent(), MySqlInstallation.MISSING);
        TestCertificates certificates = TestCertificates.in(directory.resolve("tls"));
        tls = ClientTls.trusting(certificates.authority());
        ServerTls offered = ServerTls.offered(certificates.authority(), certificates.server());
        server = MySqlServer.start(MySqlSettings.in(directory.resolve("server")).withTls(offered));
        server.execute("CREATE DATABASE app");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "MYSQL_.*", mode = EnumSource.Mode.MATCH_ALL)
    void everyMethodIsOfferedAndLetsOnlyTheRightPasswordIn(AuthMethod method) throws Exception {
        // Given
        assertThat(method.isOfferedBy(server)).isTrue();
        TestAccount account = TestAccount.of(method).createOn(server, "app.*");
        TestAccount empty = TestAccount.of(method).withoutPassword().createOn(server, "app.*");

        for (Login login : List.of(account.login(), empty.login())) {
            // Then
            assertThat(whoIs(login)).isEqualTo(login.user() + "@%");
            assertThat(whoIs(login.withTls(tls))).isEqualTo(login.user() + "@%");
            assertThat(errorOf(Login.as(login.user(), "wrong"))).isEqualTo(1045);
            assertThat(errorOf(Login.as(login.user(), "wrong").withTls(tls))).isEqualTo(1045);
        }
    }

    @Test
    void aPasswordIsCachedByAFullLoginAndForgottenByFlushPrivileges() throws Exception {
        // Given
        Login login =
                TestAccount.of(AuthMethod.MYSQL_CACHING_SHA2_PASSWORD)
                        .withUser("cached")
                        .createOn(server, "app.*")
                        .login();

        // When
        List<List<Integer>> first = exchange(login);
        List<List<Integer>> second = exchange(login);
        server.forgetCachedPasswords();
        List<List<Integer>> afterFlush = exchange(login.withTls(tls));

        // Then: full, with the RSA key; fast; full, with the bare password under TLS
        assertThat(first).containsExactly(List.of(MORE_DATA, 4), List.of(MORE_DATA, (int) '-'));
        assertThat(second).containsExactly(List.of(MORE_DATA, 3));
        assertThat(afterFlush).containsExactly(List.of(MORE_DATA, 4));
    }

    @Test
    void anExpiredPasswordCanOnlyBeRenewed() throws Exception {
        // Given
        Login login =
                TestAccount.of(AuthMethod.MYSQL_CACHING_SHA2_PASSWORD)
                        .expired()
                        .createOn(server, "app.*")
                        .login();
        Login able = login.with(Capabilities.CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS);

        // Then
        assertThat(errorOf(login)).isEqualTo(1862);
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), able)) {
            assertThat(((Failure) client.query("SELECT 1")).code()).isEqualTo(1820);
            client.query("ALTER USER USER() IDENTIFIED BY 'renewed'");
            assertThat(client.query("SELECT 1")).isInstanceOf(Rows.class);
        }
    }

    @Test
    void anAccountMayRequireTls() throws Exception {
        // Given
        Login login =
                TestAccount.of(AuthMethod.MYSQL_CACHING_SHA2_PASSWORD)
                        .requiring("SSL")
                        .createOn(server, "app.*")
                        .login();

        // Then
        assertThat(errorOf(login)).isEqualTo(1045);
        assertThat(whoIs(login.withTls(tls))).isEqualTo(login.user() + "@%");
    }

    @Test
    void aConnectionMayChangeItsUser() throws Exception {
        // Given
        Login one =
                TestAccount.of(AuthMethod.MYSQL_SHA256_PASSWORD).createOn(server, "app.*").login();
        Login other =
                TestAccount.of(AuthMethod.MYSQL_CACHING_SHA2_PASSWORD)
                        .withUser("other")
                        .createOn(server, "app.*")
                        .login();

        try (MySqlTestClient client = MySqlTestClient.login(server.port(), one)) {
            // When
            RawPacket answer = client.changeUser(other.withSchema("app"));

            // Then: MySQL makes a new scramble, so it always switches
            assertThat(answer.isOk()).isTrue();
            assertThat(client.authPackets().getFirst().header()).isEqualTo(SWITCH);
            assertThat(one(client, "SELECT CONCAT(CURRENT_USER(), DATABASE())"))
                    .isEqualTo("other@%app");
        }
    }

    @Test
    void queryAttributesChangeTheFormOfAQuery() throws Exception {
        // Given
        Login login =
                TestAccount.of(AuthMethod.MYSQL_CACHING_SHA2_PASSWORD)
                        .createOn(server, "app.*")
                        .login()
                        .with(Capabilities.CLIENT_QUERY_ATTRIBUTES);

        // Then
        assertThat(whoIs(login)).isEqualTo(login.user() + "@%");
    }

    /** The first two bytes of each packet of the server's. */
    private static List<List<Integer>> exchange(Login login) throws Exception {
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login)) {
            return client.authPackets().stream()
                    .map(packet -> List.of(packet.header(), (int) packet.payload()[1]))
                    .toList();
        }
    }

    private static String whoIs(Login login) throws Exception {
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login)) {
            return one(client, "SELECT CURRENT_USER()");
        }
    }

    private static String one(MySqlTestClient client, String sql) throws Exception {
        return ((Rows) client.query(sql)).rows().getFirst().getFirst();
    }

    private static int errorOf(Login login) throws Exception {
        try (MySqlTestClient client = MySqlTestClient.connect(server.port())) {
            return client.login(login).error().code();
        }
    }
}
