package dev.homeport.testkit.mysqlserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MySqlServerIT {
    @TempDir private Path directory;

    @BeforeAll
    static void needsMySql() {
        assumeTrue(MySqlInstallation.find().isPresent(), MySqlInstallation.MISSING);
    }

    @Test
    void isAPrimaryWithGtidsAndHasWrittenNothingYet() {
        // When
        try (MySqlServer server = MySqlServer.start(directory.resolve("a"))) {
            // Then
            assertThat(server.variable("version")).matches("(9|\\d\\d+)\\..*");
            assertThat(server.variable("read_only")).isEqualTo("0");
            assertThat(server.variable("gtid_mode")).isEqualTo("ON");
            assertThat(server.variable("gtid_executed")).isEmpty();
            server.execute("CREATE DATABASE d");
            assertThat(server.variable("gtid_executed"))
                    .isEqualTo(server.variable("server_uuid") + ":1");
        }
    }

    @Test
    void keepsItsDataWhenItIsKilledAndStartedAgain() {
        // Given
        try (MySqlServer server = MySqlServer.start(directory.resolve("a"))) {
            server.execute("CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
            server.kill();

            // When
            server.restart();

            // Then
            assertThat(server.query("SHOW TABLES IN d")).containsExactly(List.of("t"));
        }
    }

    @Test
    void letsNobodyInWithoutThePasswordAndShowsItNowhere() throws Exception {
        // Given
        MySqlSettings settings = MySqlSettings.in(directory.resolve("a"));
        String password = settings.root().password();
        try (MySqlServer server = MySqlServer.start(settings)) {
            // Then
            assertThatThrownBy(() -> connectAndClose(server, new Account("root", "wrong")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Access denied");
            assertThat(Files.readString(Path.of("/proc/" + server.pid() + "/cmdline")))
                    .contains("mysqld")
                    .doesNotContain(password);
            assertThat(settings.toString()).doesNotContain(password);
        }
    }

    @Test
    void mayInsistOnTls() throws Exception {
        // Given
        TestCertificates certificates = TestCertificates.in(directory.resolve("tls"));
        ServerTls tls =
                ServerTls.offered(certificates.authority(), certificates.server()).requiredOfAll();
        MySqlSettings settings = MySqlSettings.in(directory.resolve("a")).withTls(tls);
        Login login = Login.as(settings.root().user(), settings.root().password());
        try (MySqlServer server = MySqlServer.start(settings);
                MySqlTestClient client = MySqlTestClient.connect(server.port())) {
            // When
            RawPacket answer = client.login(login);

            // Then
            assertThat(answer.error().code()).isEqualTo(3159);
            assertThat(server.query("SHOW STATUS LIKE 'Ssl_cipher'").getFirst().getLast())
                    .startsWith("TLS_");
        }
    }

    @Test
    void itsOwnClientLogsIn() throws Exception {
        // Given
        try (MySqlServer server = MySqlServer.start(directory.resolve("a"))) {
            ProcessBuilder mysql =
                    new ProcessBuilder(
                            MySqlInstallation.find().orElseThrow().client().toString(),
                            "--no-defaults",
                            "--protocol=TCP",
                            "--port=" + server.port(),
                            "--user=root",
                            "--get-server-public-key",
                            "--skip-column-names",
                            "--execute=SELECT CURRENT_USER()");
            mysql.environment().put("MYSQL_PWD", server.root().password());
            mysql.redirectErrorStream(true);

            // When
            Process process = mysql.start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);

            // Then
            assertThat(output.strip()).isEqualTo("root@127.0.0.1");
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void twoHaveDifferentIds() {
        try (MySqlServer one = MySqlServer.start(directory.resolve("a"));
                MySqlServer other = MySqlServer.start(directory.resolve("b"))) {
            assertThat(one.variable("server_uuid")).isNotEqualTo(other.variable("server_uuid"));
        }
    }

    private static void connectAndClose(MySqlServer server, Account account) throws SQLException {
        try (Connection connection = server.connect(account, "")) {
            connection.isValid(1);
        }
    }
}
