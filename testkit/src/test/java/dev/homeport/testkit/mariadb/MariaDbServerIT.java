package dev.homeport.testkit.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.testkit.process.ServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MariaDbServerIT {
    @TempDir private Path directory;

    @Test
    void startsReadOnlyWithoutAnyTransactionOfItsOwn() {
        // When
        try (MariaDbServer server = MariaDbServer.start(directory.resolve("a"))) {
            // Then
            assertThat(server.variable("read_only")).isEqualTo("1");
            assertThat(server.variable("gtid_binlog_pos")).isEmpty();
            assertThat(server.query("SELECT 'ok', NULL")).containsExactly(List.of("ok", "NULL"));
        }
    }

    @Test
    void aReplicaFollowsItsPrimaryByGtid() {
        try (MariaDbServer primary =
                        MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("a")));
                MariaDbServer replica = MariaDbServer.start(directory.resolve("b"))) {
            // Given
            primary.execute("CREATE DATABASE before_replication");

            // When
            replica.replicateFrom(primary);
            primary.execute(
                    "CREATE TABLE before_replication.t (a INT PRIMARY KEY)",
                    "INSERT INTO before_replication.t VALUES (7)");
            replica.awaitCaughtUpWith(primary);

            // Then
            assertThat(replica.query("SELECT a FROM before_replication.t"))
                    .containsExactly(List.of("7"));
            assertThat(replica.replicaStatus())
                    .containsEntry("Slave_IO_Running", "Yes")
                    .containsEntry("Slave_SQL_Running", "Yes")
                    .containsEntry("Using_Gtid", "Slave_Pos");
        }
    }

    @Test
    void keepsItsDataWhenItIsKilledAndStartedAgain() {
        // Given
        try (MariaDbServer server =
                MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("a")))) {
            server.execute("CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
            server.kill();

            // When
            server.restart();

            // Then
            assertThat(server.query("SHOW TABLES IN d")).containsExactly(List.of("t"));
            assertThat(server.variable("read_only")).isEqualTo("1");
        }
    }

    @Test
    void letsNobodyInWithoutThePasswordAndShowsItNowhere() throws Exception {
        // Given
        MariaDbSettings settings = MariaDbSettings.in(directory.resolve("a"));
        String password = settings.root().password();
        try (MariaDbServer server = MariaDbServer.start(settings)) {
            // Then
            assertThatThrownBy(() -> connectAndClose(server, new Account("root", "wrong")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Access denied");
            assertThat(server.query("SELECT user, host FROM mysql.user WHERE user = ''")).isEmpty();
            assertThat(Files.readString(Path.of("/proc/" + server.pid() + "/cmdline")))
                    .doesNotContain(password);
            assertThat(settings.toString()).doesNotContain(password);
        }
    }

    @Test
    void writesEveryStatementToTheGeneralLogWhereThatIsAskedFor() throws Exception {
        // Given
        MariaDbSettings settings = MariaDbSettings.in(directory.resolve("a")).withGeneralLog();
        try (MariaDbServer server = MariaDbServer.start(settings)) {
            // When
            server.query("SELECT 'seen in the log'");

            // Then
            assertThat(Files.readString(server.generalLog())).contains("SELECT 'seen in the log'");
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        // Given
        try (MariaDbServer first = MariaDbServer.start(directory.resolve("a"))) {
            MariaDbSettings samePort =
                    MariaDbSettings.in(directory.resolve("b")).withPort(first.port());

            // When / Then
            assertThatThrownBy(() -> MariaDbServer.start(samePort).close())
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("Address already in use");
        }
    }

    private static void connectAndClose(MariaDbServer server, Account account) throws SQLException {
        try (Connection connection = server.connect(account, "")) {
            connection.isValid(1);
        }
    }
}
