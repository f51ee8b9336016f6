package dev.homeport.agent.watch.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.watch.WatchedServer;
import dev.homeport.agent.watch.WatchedServer.Kind;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TlsMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The binary logs of real servers. */
@Timeout(300)
final class BinlogReaderIT {
    private static final AtomicInteger DIRECTORIES = new AtomicInteger();
    private static final AtomicLong SERVER_IDS = new AtomicLong(4_000_000);

    @TempDir static Path directory;

    private static final WatchedServer.All SERVERS = new WatchedServer.All(BinlogReaderIT::start);

    private static WatchedServer start(Kind kind, String... options) {
        return WatchedServer.start(
                kind, directory.resolve("db" + DIRECTORIES.incrementAndGet()), options);
    }

    private static WatchedServer start(Kind kind) {
        return start(kind, new String[0]);
    }

    @AfterAll
    static void stop() {
        SERVERS.close();
    }

    /** Keeps what it is told. */
    private static final class Recorder implements BinlogReader.Listener {
        final List<BinlogTransaction> statements = new CopyOnWriteArrayList<>();
        final List<Long> arrivals = new CopyOnWriteArrayList<>();
        final List<RowChanges> rows = new CopyOnWriteArrayList<>();
        final List<ReaderStatus> statuses = new CopyOnWriteArrayList<>();
        final AtomicInteger unreadable = new AtomicInteger();
        final List<GtidPosition> gaps = new CopyOnWriteArrayList<>();
        volatile Optional<GtidPosition> afterGap = Optional.empty();
        volatile GtidPosition position;

        @Override
        public void onStatement(BinlogTransaction statement) {
            arrivals.add(System.nanoTime());
            statements.add(statement);
        }

        @Override
        public void onRows(RowChanges changes) {
            rows.add(changes);
        }

        @Override
        public void onPosition(GtidPosition now, Instant at) {
            position = now;
        }

        @Override
        public void onStatus(ReaderStatus status) {
            statuses.add(status);
        }

        @Override
        public void onUnreadable() {
            unreadable.incrementAndGet();
        }

        @Override
        public Optional<GtidPosition> onGap(GtidPosition wanted) {
            gaps.add(wanted);
            return afterGap;
        }

        void awaitStatements(int n) {
            await().atMost(Duration.ofSeconds(60)).until(() -> statements.size() >= n);
        }

        List<Ddl> ddl() {
            return statements.stream().map(BinlogTransaction::ddl).toList();
        }
    }

    private static BinlogReader read(WatchedServer one, GtidPosition from, Recorder recorder) {
        return BinlogReader.start(
                one.instance(),
                one.family(),
                one.login(SERVER_IDS.incrementAndGet()),
                from,
                recorder);
    }

    private static TableName t(String schema, String table) {
        return new TableName(schema, table);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void seesWhatDestroysWithThreadTimeAndThePositionBefore(Kind kind) throws Exception {
        WatchedServer one = SERVERS.of(kind);
        one.server.execute(
                "CREATE DATABASE d1",
                "CREATE TABLE d1.a (x INT PRIMARY KEY, y INT)",
                "CREATE TABLE d1.b (x INT)",
                "CREATE TABLE d1.c (x INT) ENGINE=MyISAM",
                "CREATE TABLE d1.e (x INT) PARTITION BY RANGE (x)"
                        + " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))");
        GtidPosition start = one.position();
        var recorder = new Recorder();
        try (BinlogReader reader = read(one, start, recorder)) {
            long thread;
            try (Connection connection = one.server.connect();
                    Statement statement = connection.createStatement()) {
                // When
                statement.execute("USE d1");
                statement.execute("CREATE TEMPORARY TABLE tmp (x INT)");
                statement.execute("DROP TABLE tmp");
                statement.execute("/* project: p1 */ DROP TABLE IF EXISTS a, d1.nope, `b`");
                statement.execute("TRUNCATE TABLE c");
                statement.execute("ALTER TABLE e DROP PARTITION p0");
                statement.execute("RENAME TABLE c TO c2");
                statement.execute("ALTER TABLE c2 DROP COLUMN x, ADD y INT");
                statement.execute("DROP DATABASE d1");
                var rows = statement.executeQuery("SELECT CONNECTION_ID()");
                rows.next();
                thread = rows.getLong(1);
            }
            // Then
            recorder.awaitStatements(6);
            List<BinlogTransaction> seen = List.copyOf(recorder.statements);
            assertThat(seen.getLast().threadId()).isEqualTo(thread);
            assertThat(seen.getFirst().before()).isEqualTo(start);
            Ddl first = seen.getFirst().ddl();
            assertThat(((Ddl.DropTables) first).tables()).contains(t("d1", "a"), t("d1", "b"));
            assertThat(((Ddl.DropTables) first).ifExists()).isTrue();
            assertThat(recorder.ddl())
                    .contains(
                            new Ddl.EmptyTable(t("d1", "c")),
                            new Ddl.DropPartitions(t("d1", "e"), List.of("p0")),
                            new Ddl.RenameTables(
                                    List.of(new Ddl.Renaming(t("d1", "c"), t("d1", "c2")))),
                            new Ddl.DropColumns(t("d1", "c2")),
                            new Ddl.DropSchema("d1"));
            // each stands where the one before has ended
            for (int i = 1; i < seen.size(); i++) {
                GtidPosition before = seen.get(i).before();
                assertThat(before.contains(seen.get(i - 1).gtid().orElseThrow())).isTrue();
                assertThat(before.contains(seen.get(i).gtid().orElseThrow())).isFalse();
            }
            assertThat(Duration.between(seen.getLast().at(), Instant.now()).abs())
                    .isLessThan(Duration.ofSeconds(60));
            await().until(() -> one.position().equals(recorder.position));
            assertThat(recorder.unreadable).hasValue(0);
            assertThat(reader.instance()).isEqualTo(one.instance());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void countsDeletedRowsOfAllTypesOfColumns(Kind kind) {
        WatchedServer one = SERVERS.of(kind);
        String json = one.family() == Family.MYSQL ? "j JSON," : "j LONGTEXT,";
        one.server.execute(
                "CREATE DATABASE rows_%s"
                        .formatted(one.family())
                        .toLowerCase(java.util.Locale.ROOT),
                ("CREATE TABLE rows_%s.t (id INT PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT,"
                                + " d BIGINT, e FLOAT, f DOUBLE, g DECIMAL(30,11), h BIT(13), i YEAR, "
                                + json
                                + " k DATE, l TIME, m TIME(3), n DATETIME, o DATETIME(6), p TIMESTAMP NULL,"
                                + " q TIMESTAMP(2) NULL, r CHAR(10), s CHAR(200), u VARCHAR(20), v VARCHAR(3000),"
                                + " w BINARY(16), x VARBINARY(700), y TINYBLOB, z LONGBLOB, aa ENUM('a','b'),"
                                + " ab SET('a','b','c'), ac GEOMETRY, ad MEDIUMTEXT)")
                        .formatted(one.family())
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace("tinyint", "TINYINT"));
        String table = "rows_" + one.family().toString().toLowerCase(java.util.Locale.ROOT) + ".t";
        GtidPosition start = one.position();
        var recorder = new Recorder();
        try (BinlogReader reader = read(one, start, recorder)) {
            // When
            List<String> sql = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                sql.add(
                        i % 5 == 0
                                ? "INSERT INTO %s (id) VALUES (%d)".formatted(table, i)
                                : ("INSERT INTO %s VALUES (%d, 1, 2, 3, 4, 5, 6, 7.5, 8, 2024, '{}',"
                                                + " '2024-01-02', '01:02:03', '01:02:03.4', '2024-01-02 03:04:05', '2024-01-02 03:04:05.6',"
                                                + " '2024-01-02 03:04:05', '2024-01-02 03:04:05', 'abc', REPEAT('x', 150), 'u', REPEAT('v', 900),"
                                                + " 'w', REPEAT('x', 600), REPEAT('y', 200), REPEAT('z', 70000), 'b', 'a,c', ST_GeomFromText('POINT(1 2)'), REPEAT('m', 300))")
                                        .formatted(table, i));
            }
            one.server.execute(sql.toArray(String[]::new));
            one.server.execute("DELETE FROM %s WHERE id < 300".formatted(table));
            one.server.execute("UPDATE %s SET a = 2".formatted(table));
            String end = one.position().toString();
            // Then
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () ->
                                    recorder.position != null
                                            && recorder.position.toString().equals(end));
            long sum =
                    recorder.rows.stream()
                            .flatMap(changes -> changes.deleted().values().stream())
                            .mapToLong(Long::longValue)
                            .sum();
            assertThat(sum).isEqualTo(300 - 500);
            assertThat(recorder.unreadable).hasValue(0);
            assertThat(reader.instance()).isEqualTo(one.instance());
        }
    }

    /** The figure is printed, for the record; it depends on the machine. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void hearsOfADropWithinMoments(Kind kind) throws Exception {
        WatchedServer one = SERVERS.of(kind);
        one.server.execute("CREATE DATABASE quick");
        one.server.execute(
                IntStream.range(0, 200)
                        .mapToObj(i -> "CREATE TABLE quick.t%d (x INT)".formatted(i))
                        .toArray(String[]::new));
        GtidPosition start = one.position();
        var recorder = new Recorder();
        List<Long> committed = new ArrayList<>();
        try (BinlogReader reader = read(one, start, recorder);
                Connection connection = one.server.connect();
                Statement statement = connection.createStatement()) {
            await().until(() -> recorder.statuses.contains(ReaderStatus.STREAMING));
            // When
            for (int i = 0; i < 200; i++) {
                statement.execute("DROP TABLE quick.t" + i);
                committed.add(System.nanoTime());
            }
            recorder.awaitStatements(200);
            assertThat(reader.instance()).isEqualTo(one.instance());
        }
        // Then
        List<Long> delays =
                IntStream.range(0, 200)
                        .mapToObj(i -> (recorder.arrivals.get(i) - committed.get(i)) / 1000)
                        .sorted()
                        .toList();
        System.out.printf(
                "%s: from commit to event, microseconds: p50 %d, p99 %d, max %d%n",
                kind, delays.get(100), delays.get(197), delays.get(199));
        one.server.execute("DROP DATABASE quick");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void missesNothingWhenTheServerIsKilledAndItsLogsRotate(Kind kind) {
        WatchedServer one = start(kind);
        try (one) {
            one.server.execute("CREATE DATABASE r");
            GtidPosition start = one.position();
            var recorder = new Recorder();
            try (BinlogReader reader = read(one, start, recorder)) {
                for (int round = 0; round < 5; round++) {
                    // When
                    one.server.execute(
                            "CREATE TABLE r.t" + round + " (x INT)",
                            "FLUSH BINARY LOGS",
                            "DROP TABLE r.t" + round);
                    if (round % 2 == 0) {
                        one.server.kill();
                        one.restart();
                    }
                }
                // Then
                recorder.awaitStatements(10);
                await().pollDelay(Duration.ofSeconds(1)).until(() -> recorder.position != null);
                assertThat(recorder.ddl().stream().filter(Ddl.DropTables.class::isInstance))
                        .containsExactlyElementsOf(
                                IntStream.range(0, 5)
                                        .mapToObj(
                                                i ->
                                                        (Ddl)
                                                                new Ddl.DropTables(
                                                                        List.of(t("r", "t" + i)),
                                                                        false))
                                        .toList());
                assertThat(reader.instance()).isEqualTo(one.instance());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void saysThatThePositionIsGoneAndGoesOnWhereItIsTold(Kind kind) {
        WatchedServer one = start(kind);
        try (one) {
            one.server.execute("CREATE DATABASE r");
            GtidPosition start = one.position();
            one.server.execute("CREATE TABLE r.a (x INT)", "DROP TABLE r.a", "FLUSH BINARY LOGS");
            one.server.execute("CREATE TABLE r.b (x INT)", "FLUSH BINARY LOGS");
            String last = one.server.query("SHOW BINARY LOGS").getLast().getFirst();
            one.server.execute("PURGE BINARY LOGS TO '%s'".formatted(last));
            var recorder = new Recorder();
            recorder.afterGap = Optional.of(one.position());
            // When
            try (BinlogReader reader = read(one, start, recorder)) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> recorder.statuses.contains(ReaderStatus.STREAMING));
                one.server.execute("DROP TABLE r.b");
                recorder.awaitStatements(1);
                // Then
                assertThat(recorder.gaps).containsExactly(start);
                assertThat(recorder.ddl())
                        .containsExactly(new Ddl.DropTables(List.of(t("r", "b")), false));
                assertThat(reader.instance()).isEqualTo(one.instance());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void readsEncryptedAsTheLinkSaysAndSaysWhatIsWrongWithIt(Kind kind) throws Exception {
        // Given a server that takes nothing else, and MySQL, whose tests log in without, one that
        // offers it
        TestCertificates certificates = TestCertificates.in(directory.resolve("tls-" + kind));
        ServerTls offered = ServerTls.offered(certificates.authority(), certificates.server());
        boolean isStrict = kind != Kind.MYSQL_9;
        Map<String, String> options = (isStrict ? offered.requiredOfAll() : offered).options();
        WatchedServer one =
                start(
                        kind,
                        options.entrySet().stream()
                                .map(option -> option.getKey() + "=" + option.getValue())
                                .toArray(String[]::new));
        try (one) {
            one.server.execute("CREATE DATABASE e");
            Path right = certificates.authority();
            for (TlsMode mode :
                    List.of(TlsMode.FOLLOW, TlsMode.REQUIRED, TlsMode.VERIFY_IDENTITY)) {
                var recorder = new Recorder();
                try (BinlogReader reader = read(one, link(mode, right), recorder)) {
                    await().until(() -> recorder.statuses.contains(ReaderStatus.STREAMING));

                    // When
                    one.server.execute("CREATE TABLE e.t (x INT)", "DROP TABLE e.t");

                    // Then
                    recorder.awaitStatements(1);
                    assertThat(ciphersOf(one, reader)).isNotEmpty().doesNotContain("");
                }
            }
            assertThat(refusal(one, link(TlsMode.VERIFY_CA, certificates.otherAuthority())))
                    .contains("its certificate does not come from whom file")
                    .doesNotContain(one.account.password());
            if (isStrict) {
                assertThat(refusal(one, link(TlsMode.OFF, right)))
                        .contains("takes no connections without TLS");
            }
        }
    }

    @Test
    void saysThatTheInstanceOffersNoTlsWhereItIsAsked() {
        WatchedServer one = SERVERS.of(Kind.MARIADB_10_11);
        assertThat(refusal(one, link(TlsMode.REQUIRED, directory))).contains("it offers no TLS");
    }

    private static AccountLink link(TlsMode mode, Path authority) {
        return AccountLink.of(
                new BackendLink(mode, Optional.empty(), false, Compression.OFF),
                new TlsFiles(Optional.of(authority), Optional.empty(), Optional.empty()));
    }

    private static BinlogReader read(WatchedServer one, AccountLink link, Recorder recorder) {
        return BinlogReader.start(
                one.instance(),
                one.family(),
                one.login(SERVER_IDS.incrementAndGet(), any -> link),
                one.position(),
                recorder);
    }

    private static String refusal(WatchedServer one, AccountLink link) {
        var recorder = new Recorder();
        try (BinlogReader reader = read(one, link, recorder)) {
            await().until(
                            () ->
                                    recorder.statuses.stream()
                                            .anyMatch(
                                                    status ->
                                                            status.state()
                                                                    == ReaderStatus.State.REFUSED));
            assertThat(reader.instance()).isEqualTo(one.instance());
        }
        return recorder.statuses.getLast().detail();
    }

    /** Of the connections that dump the log. */
    private static List<String> ciphersOf(WatchedServer one, BinlogReader reader) {
        assertThat(reader.instance()).isEqualTo(one.instance());
        return one.kind == Kind.MYSQL_9
                ? one
                        .server
                        .query(
                                "SELECT s.VARIABLE_VALUE FROM performance_schema.status_by_thread s"
                                        + " JOIN performance_schema.threads t USING (THREAD_ID) WHERE"
                                        + " s.VARIABLE_NAME = 'Ssl_cipher' AND t.PROCESSLIST_COMMAND"
                                        + " LIKE 'Binlog Dump%'")
                        .stream()
                        .map(List::getFirst)
                        .toList()
                : List.of("MariaDB does not tell; it takes no others");
    }
}
