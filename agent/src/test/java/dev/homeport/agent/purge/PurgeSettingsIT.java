package dev.homeport.agent.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.agent.watch.WatchedServer;
import dev.homeport.agent.watch.WatchedServer.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(300)
final class PurgeSettingsIT {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @TempDir static Path directory;

    private static final WatchedServer.All SERVERS =
            new WatchedServer.All(
                    kind ->
                            WatchedServer.start(
                                    kind, directory.resolve("db" + NUMBERS.incrementAndGet())));

    @AfterAll
    static void stopServers() {
        SERVERS.close();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsSwitchedOffGetsItsValuesBackWithTheRightThatTheDocumentationNames(Kind kind)
            throws Exception {
        // Given
        WatchedServer server = SERVERS.of(kind);
        server.server.execute("SET GLOBAL binlog_expire_logs_seconds = 86400");
        try (Connection connection = server.connect()) {
            SortedMap<String, String> before = PurgeSettings.active(connection, server.family());

            assertThat(before).isNotEmpty();
            assertThatThrownBy(() -> PurgeSettings.stop(connection, before))
                    .isInstanceOf(SQLException.class);
        }

        // When
        server.server.execute(
                "GRANT %s ON *.* TO %s"
                        .formatted(
                                kind == Kind.MYSQL_9 ? "SYSTEM_VARIABLES_ADMIN" : "BINLOG ADMIN",
                                server.account.user()));

        // Then
        try (Connection connection = server.connect()) {
            SortedMap<String, String> before = PurgeSettings.active(connection, server.family());
            PurgeSettings.stop(connection, before);
            assertThat(PurgeSettings.active(connection, server.family())).isEmpty();
            PurgeSettings.restore(connection, before);
            assertThat(PurgeSettings.active(connection, server.family())).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsNoVariableOfLogsIsNotSet(Kind kind) throws Exception {
        try (Connection connection = SERVERS.of(kind).connect()) {
            assertThatThrownBy(() -> PurgeSettings.restore(connection, Map.of("read_only", "1")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(
                            () ->
                                    PurgeSettings.restore(
                                            connection,
                                            Map.of("max_binlog_total_size", "1, read_only = 1")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
