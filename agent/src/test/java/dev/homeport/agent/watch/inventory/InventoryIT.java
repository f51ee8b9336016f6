package dev.homeport.agent.watch.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.watch.WatchedServer;
import dev.homeport.agent.watch.WatchedServer.Kind;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TableName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inventories of real servers. */
@Timeout(7200)
final class InventoryIT {
    /** {@code -Dhomeport.watch.tables=200000} measures what the promise is about. */
    private static final int TABLES = Integer.getInteger("homeport.watch.tables", 2_000);

    private static final long TICKS_PER_SECOND = 100;

    @TempDir Path directory;

    private static Inventory read(WatchedServer one, Optional<Inventory> previous)
            throws SQLException {
        try (Connection connection = one.connect()) {
            return new InventoryReader(one.family(), Clock.systemUTC()).read(connection, previous);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void seesTablesAsSoonAsTheyAreThereAndWhichOnesAreMissing(Kind kind) throws Exception {
        try (WatchedServer one = WatchedServer.start(kind, directory)) {
            // Given
            one.server.execute(
                    "CREATE DATABASE p1",
                    "CREATE TABLE p1.`a%_b` (x INT)",
                    "CREATE TABLE p1.b (x INT)",
                    "CREATE TABLE p1.`Größe` (x INT)",
                    "CREATE TABLE p1.parts (x INT) PARTITION BY HASH (x) PARTITIONS 4",
                    "CREATE DATABASE homeport_quarantine",
                    "CREATE TABLE homeport_quarantine.q1 (x INT)");
            Inventory before = read(one, Optional.empty());
            // When
            one.server.execute(
                    "SET sql_log_bin = 0", "DROP TABLE p1.`a%_b`", "DROP TABLE p1.`Größe`");
            Inventory after = read(one, Optional.of(before));
            // Then
            assertThat(before.tablesOf("p1"))
                    .extracting(TableName::table)
                    .containsExactlyInAnyOrder("a%_b", "b", "Größe", "parts");
            assertThat(before.tablesOf("mysql")).isEmpty();
            assertThat(before.tablesOf("homeport_quarantine")).isEmpty();
            List<TableName> missing = before.missingIn(after);
            assertThat(missing).extracting(TableName::table).containsExactly("Größe", "a%_b");
            try (Connection connection = one.connect()) {
                var reader = new InventoryReader(one.family(), Clock.systemUTC());
                assertThat(
                                reader.missing(
                                        connection,
                                        List.of(
                                                new TableName("p1", "a%_b"),
                                                new TableName("p1", "parts"),
                                                new TableName("p1", "b"))))
                        .containsExactly(new TableName("p1", "a%_b"));
            }
            assertThat(after.taken().to()).contains(one.position());
            var file =
                    new InventoryFile(
                            directory.resolve("inventory"), new ClusterId("c1"), one.family());
            file.write(after);
            Inventory again = file.read().orElseThrow();
            assertThat(again.taken()).isEqualTo(after.taken());
            assertThat(again.missingIn(after)).isEmpty();
            assertThat(after.missingIn(again)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void seesACollapseOfRows(Kind kind) throws Exception {
        try (WatchedServer one = WatchedServer.start(kind, directory)) {
            // Given
            one.server.execute(
                    "CREATE DATABASE p1",
                    "CREATE TABLE p1.a (x INT PRIMARY KEY)",
                    "INSERT INTO p1.a WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n",
                    "INSERT INTO p1.a SELECT x + 1000 FROM p1.a",
                    "INSERT INTO p1.a SELECT x + 10000 FROM p1.a");
            TableName table = new TableName("p1", "a");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> read(one, Optional.empty()).rows(table).orElse(0) > 3000);
            Inventory before = read(one, Optional.empty());
            // When
            one.server.execute("DELETE FROM p1.a");
            // Then: the server counts again by itself, a few seconds later
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () ->
                                    read(one, Optional.of(before)).collapses(0.1, 1000).stream()
                                            .anyMatch(collapse -> collapse.table().equals(table)));
        }
    }

    /** Figures are printed, for the record: they depend on the machine. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"MARIADB_10_11", "MYSQL_9"})
    void costsLittleAndOpensNoTable(Kind kind) throws Exception {
        String[] options =
                kind == Kind.MYSQL_9
                        ? new String[] {
                            "innodb_file_per_table=OFF",
                            "innodb_flush_log_at_trx_commit=0",
                            "sync_binlog=0",
                            "innodb_buffer_pool_size=512M",
                            "innodb_doublewrite=OFF"
                        }
                        : new String[] {
                            "innodb_file_per_table=OFF",
                            "innodb_flush_log_at_trx_commit=0",
                            "innodb_buffer_pool_size=512M",
                            "innodb_doublewrite=OFF"
                        };
        try (WatchedServer one = WatchedServer.start(kind, directory, options)) {
            // Given
            long began = System.nanoTime();
            create(one);
            System.out.printf(
                    "%s: %d tables made in %d s%n",
                    kind, TABLES, (System.nanoTime() - began) / 1_000_000_000);
            Inventory inventory = read(one, Optional.empty());
            long opened = opened(one);
            long serverTicks = ticks(one.server.pid());
            long own = cpuNanos();
            long start = System.nanoTime();
            int rounds = 5;
            // When
            for (int i = 0; i < rounds; i++) {
                inventory = read(one, Optional.of(inventory));
            }
            // Then
            long took = System.nanoTime() - start;
            System.out.printf(
                    "%s: inventory of %d tables: %.0f ms, CPU of the server %.0f ms, of the agent %.0f ms;"
                            + " tables opened by %d inventories: %d; heap %d MB%n",
                    kind,
                    inventory.tables(),
                    took / 1e6 / rounds,
                    (ticks(one.server.pid()) - serverTicks) * 1000.0 / TICKS_PER_SECOND / rounds,
                    (cpuNanos() - own) / 1e6 / rounds,
                    rounds,
                    opened(one) - opened,
                    heap());
            assertThat(inventory.tables()).isEqualTo(TABLES);
            assertThat(opened(one) - opened).isLessThan(50);
            assertThat(inventory.rows(new TableName("p1", "t1"))).isEqualTo(OptionalLong.of(0));
            long fileStart = cpuNanos();
            Path path = directory.resolve("inventory");
            new InventoryFile(path, new ClusterId("c1"), one.family()).write(inventory);
            System.out.printf(
                    "%s: file of %d KB, CPU %.0f ms%n",
                    kind, Files.size(path) / 1024, (cpuNanos() - fileStart) / 1e6);
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    private static void create(WatchedServer one) throws SQLException {
        try (Connection connection = one.server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_log_bin = 0");
            int schemas = Math.max(1, TABLES / 1000);
            for (int s = 1; s <= schemas; s++) {
                statement.execute("CREATE DATABASE p" + s);
                statement.execute("USE p" + s);
                for (int i = 0; i < TABLES / schemas; i++) {
                    statement.execute("CREATE TABLE t" + i + " (id INT PRIMARY KEY) ENGINE=InnoDB");
                }
            }
        }
    }

    private static long opened(WatchedServer one) {
        return Long.parseLong(
                one.server.query("SHOW GLOBAL STATUS LIKE 'Opened_tables'").getFirst().get(1));
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** User and system time of a process. */
    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
