package dev.homeport.bench;

import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.InventoryReader;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What an inventory of the data-loss watch costs on a cluster with many tables: CPU of the server
 * and of the agent for each, as a share of one core at one inventory a minute; whether it opened a
 * table; and, in the same run, what asking {@code information_schema} for the same costs, which is
 * what one would do otherwise. Makes the tables itself, which takes minutes, and leaves them in its
 * directory for the next run.
 */
@Command(name = "inventory", description = "What an inventory of many tables costs")
public final class InventoryBenchmark implements Callable<Integer> {
    private static final int TABLES_PER_SCHEMA = 1_000;
    private static final double MINUTE_MICROS = TimeUnit.MINUTES.toMicros(1);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Option(names = "--data", description = "directory of its server", required = true)
    private Path data;

    @Option(names = "--tables", description = "so many tables")
    private int tables = 200_000;

    @Option(names = "--rounds", description = "inventories; the first warms up")
    private int rounds = 10;

    /** What one inventory took, in microseconds, and the tables that the server opened for it. */
    private record Cost(double serverMicros, double agentMicros, double wallMicros, long opened) {}

    /** Something to measure. */
    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new InventoryBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws SQLException {
        MariaDbSettings settings =
                MariaDbSettings.in(data)
                        .withOption("innodb_flush_log_at_trx_commit", "0")
                        .withOption("sync_frm", "OFF");
        try (MariaDbServer server = MariaDbServer.startPrimary(settings)) {
            try (Connection connection = server.connect()) {
                makeTables(connection);
            }
            // With empty caches: whatever it opens is seen.
            server.stop();
            server.restart();
            try (Connection connection = server.connect()) {
                measure(server, connection);
            }
        }
        return 0;
    }

    private void makeTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int made = 0; made < tables; made += TABLES_PER_SCHEMA) {
                String schema = "p" + made / TABLES_PER_SCHEMA;
                statement.execute("CREATE DATABASE IF NOT EXISTS " + schema);
                int here = Math.min(TABLES_PER_SCHEMA, tables - made);
                if (count(connection, schema) < here) {
                    for (int i = 0; i < here; i++) {
                        statement.execute(
                                "CREATE TABLE IF NOT EXISTS %s.t%d (id INT PRIMARY KEY, x INT)"
                                        .formatted(schema, i));
                    }
                    System.err.printf(Locale.ROOT, "%d tables%n", made + here);
                }
            }
        }
    }

    private static long count(Connection connection, String schema) throws SQLException {
        return number(
                connection,
                "SELECT COUNT(*) FROM mysql.innodb_table_stats WHERE database_name = '"
                        + schema
                        + "'");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void measure(MariaDbServer server, Connection connection) throws SQLException {
        var reader = new InventoryReader(Family.MARIADB, Clock.systemUTC());
        var known = new KnownTables(table -> ProjectId.parse(table.schema()));
        Work inventory =
                one -> {
                    Optional<Inventory> before = known.base();
                    known.adopt(reader.read(one, before));
                };
        Work names =
                one -> {
                    try (Statement statement = one.createStatement();
                            ResultSet rows =
                                    statement.executeQuery(
                                            "SELECT table_schema, table_name, table_rows"
                                                    + " FROM information_schema.tables")) {
                        while (rows.next()) {
                            rows.getString(2);
                        }
                    }
                };
        System.out.printf(
                Locale.ROOT,
                "%-24s %12s %12s %10s %14s %13s%n",
                "",
                "server ms",
                "agent ms",
                "wall ms",
                "% of a core",
                "tables opened");
        print("inventory, the first", cost(server, connection, inventory));
        List<Cost> costs = new ArrayList<>();
        for (int i = 1; i < rounds; i++) {
            costs.add(cost(server, connection, inventory));
        }
        costs.sort((one, other) -> Double.compare(total(one), total(other)));
        print("inventory, median", costs.get(costs.size() / 2));
        print("inventory, worst", costs.getLast());
        print("information_schema", cost(server, connection, names));
    }

    private static double total(Cost cost) {
        return cost.serverMicros() + cost.agentMicros();
    }

    private static Cost cost(MariaDbServer server, Connection connection, Work work)
            throws SQLException {
        var cpu = new ProcessCpu(server.process().pid());
        long openedBefore = opened(connection);
        double serverBefore = cpu.micros();
        long agentBefore = THREADS.getCurrentThreadCpuTime();
        long wallBefore = System.nanoTime();
        work.run(connection);
        double wall = (System.nanoTime() - wallBefore) / 1e3;
        double agent = (THREADS.getCurrentThreadCpuTime() - agentBefore) / 1e3;
        return new Cost(
                cpu.micros() - serverBefore, agent, wall, opened(connection) - openedBefore);
    }

    /** Data files and definitions that the server opened since it started. */
    private static long opened(Connection connection) throws SQLException {
        return number(
                connection,
                "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS WHERE"
                        + " VARIABLE_NAME IN ('OPENED_TABLES', 'OPENED_TABLE_DEFINITIONS',"
                        + " 'INNODB_NUM_OPEN_FILES')");
    }

    private static void print(String name, Cost cost) {
        System.out.printf(
                Locale.ROOT,
                "%-24s %12.0f %12.0f %10.0f %14.2f %13d%n",
                name,
                cost.serverMicros() / 1e3,
                cost.agentMicros() / 1e3,
                cost.wallMicros() / 1e3,
                100 * total(cost) / MINUTE_MICROS,
                cost.opened());
    }
}
