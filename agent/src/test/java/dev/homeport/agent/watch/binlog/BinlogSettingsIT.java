package dev.homeport.agent.watch.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.agent.watch.WatchedServer;
import dev.homeport.agent.watch.WatchedServer.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Settings that blind whoever reads the log, on real servers. */
@Timeout(180)
final class BinlogSettingsIT {
    private static final Path KEY_PLUGIN = Path.of("/usr/lib/mysql/plugin/file_key_management.so");

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aServerAsItShouldBeHasNoProblems(Kind kind) {
        try (WatchedServer one = WatchedServer.start(kind, directory)) {
            assertThat(one.settings().problems()).isEmpty();
            assertThat(one.settings().position()).isPresent();
        }
    }

    @Test
    void mariaDbsBlindSpotsAreNamed() {
        try (WatchedServer one =
                WatchedServer.start(
                        Kind.MARIADB_10_11,
                        directory,
                        "log_bin_compress=ON",
                        "binlog_format=MIXED",
                        "binlog_ignore_db=secret",
                        "innodb_stats_persistent=OFF")) {
            assertThat(one.settings().problems())
                    .anyMatch(line -> line.startsWith("log_bin_compress is ON"))
                    .anyMatch(line -> line.startsWith("binlog_format is MIXED"))
                    .anyMatch(line -> line.startsWith("binlog_do_db or binlog_ignore_db"))
                    .anyMatch(line -> line.startsWith("innodb_stats_persistent is OFF"))
                    .hasSize(4);
        }
    }

    @Test
    void missingRightsAreNamed() {
        try (WatchedServer one = WatchedServer.start(Kind.MARIADB_10_11, directory)) {
            one.server.execute(
                    "REVOKE BINLOG MONITOR, REPLICATION SLAVE ON *.* FROM " + one.account.user());
            assertThat(one.settings().problems())
                    .anyMatch(line -> line.contains("no right REPLICATION SLAVE"))
                    .anyMatch(line -> line.contains("no right BINLOG MONITOR"));
        }
    }

    @Test
    void withoutALogThereIsNothingToRead() {
        try (WatchedServer one = WatchedServer.start(Kind.MYSQL_9, directory, "skip_log_bin=ON")) {
            assertThat(one.settings().position()).isEmpty();
            assertThat(one.settings().problems())
                    .anyMatch(line -> line.startsWith("log_bin is OFF"));
        }
    }

    @Test
    void tagsOfMySqlAreNamed() {
        try (WatchedServer one = WatchedServer.start(Kind.MYSQL_9, directory)) {
            one.server.execute("SET gtid_next = 'AUTOMATIC:some_tag'", "CREATE DATABASE tagged");
            assertThat(one.settings().position()).isEmpty();
            assertThat(one.settings().problems())
                    .anyMatch(line -> line.contains("GTIDs with tags"));
        }
    }

    /** The server decrypts what it sends: nothing has to be said of it. */
    @Test
    void anEncryptedLogIsReadAsAnyOther() throws Exception {
        assumeTrue(Files.exists(KEY_PLUGIN), "SKIPPED: no file_key_management.so here");
        Path keys =
                Files.writeString(
                        directory.resolve("keys"), "1;" + "0123456789abcdef".repeat(4) + "\n");
        try (WatchedServer one =
                WatchedServer.start(
                        Kind.MARIADB_10_11,
                        directory.resolve("db"),
                        "plugin_load_add=file_key_management",
                        "file_key_management_filename=" + keys,
                        "encrypt_binlog=ON")) {
            List<Ddl> seen = new CopyOnWriteArrayList<>();
            GtidPosition start = one.position();
            assertThat(one.server.variable("encrypt_binlog")).isEqualTo("1");
            // When
            one.server.execute("CREATE DATABASE d", "CREATE TABLE d.a (x INT)", "DROP TABLE d.a");
            try (BinlogReader reader =
                    BinlogReader.start(
                            one.instance(), one.family(), one.login(4711), start, collect(seen))) {
                // Then
                await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= 2);
                assertThat(seen.getLast()).isInstanceOf(Ddl.DropTables.class);
                assertThat(reader.instance()).isEqualTo(one.instance());
            }
            assertThat(one.settings().problems()).isEmpty();
        }
    }

    private static BinlogReader.Listener collect(List<Ddl> seen) {
        return new BinlogReader.Listener() {
            @Override
            public void onStatement(BinlogTransaction statement) {
                seen.add(statement.ddl());
            }

            @Override
            public void onRows(RowChanges changes) {}

            @Override
            public void onPosition(GtidPosition position, Instant at) {}

            @Override
            public void onStatus(ReaderStatus status) {}

            @Override
            public void onUnreadable() {}

            @Override
            public Optional<GtidPosition> onGap(GtidPosition wanted) {
                return Optional.empty();
            }
        };
    }
}
