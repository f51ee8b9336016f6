package dev.homeport.bench;

import dev.homeport.sandbox.description.SandboxDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the router makes of much data: a large result, in long rows and in short ones, a file of the
 * client, and a value of many packets as one parameter, straight to the primary and through the
 * router in turn. Prints time and the router's CPU per megabyte, the ratio of both ways, and by how
 * much the router's memory grew meanwhile. Needs a running sandbox ({@code ./homeport up}).
 */
@Command(name = "large-data", description = "What the router makes of much data")
public final class LargeDataBenchmark implements Callable<Integer> {
    private static final int MEGABYTE = 1 << 20;
    private static final int SHORT_ROW = 100;

    @Option(names = "--data", description = "data directory of the running sandbox")
    private Path data = Path.of("sandbox-data");

    @Option(names = "--megabytes", description = "size of the result and of the file")
    private int megabytes = 1024;

    @Option(names = "--blob-megabytes", description = "size of the parameter")
    private int blobMegabytes = 64;

    @Option(names = "--rounds", description = "measurements of each kind; the first warms up")
    private int rounds = 3;

    /** Moves that many megabytes over a connection. */
    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    private record Kind(String name, int megabytes, Work work) {}

    /** A way to the database. */
    private record Way(String url, String user) {}

    /** What a round took. */
    private record Took(double directSeconds, double routedSeconds, double cpuMicrosPerMegabyte) {}

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new LargeDataBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        SandboxDescription sandbox = SandboxDescription.read(data.resolve("sandbox.json"));
        SandboxDescription.Project project = sandbox.projects().getFirst();
        SandboxDescription.Cluster cluster =
                sandbox.clusters().stream()
                        .filter(one -> one.id().equals(project.cluster()))
                        .findFirst()
                        .orElseThrow();
        int primary =
                cluster.instances().stream()
                        .filter(instance -> instance.role().equals("primary"))
                        .findFirst()
                        .orElseThrow()
                        .port();
        SandboxDescription.Router router = sandbox.routers().getFirst();
        var direct = new Way(url(primary, project.schema()), sandbox.app().user());
        var routed =
                new Way(
                        url(router.mysql().port(), project.schema()),
                        sandbox.app().user() + "+" + project.id());
        try (Connection root =
                        connect(new Way(url(primary, ""), cluster.root().user()), cluster.root());
                var memory = RouterMemory.watch(router)) {
            allowMuch(root);
            measure(direct, routed, sandbox.app(), new ProcessCpu(router.pid()), memory);
        }
        return 0;
    }

    private static String url(int port, String schema) {
        return "jdbc:mariadb://127.0.0.1:%d/%s?sslMode=disable&allowLocalInfile=true&useServerPrepStmts=true"
                .formatted(port, schema);
    }

    private static Connection connect(Way way, SandboxDescription.Login login) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", way.user());
        properties.setProperty("password", login.password());
        return DriverManager.getConnection(way.url(), properties);
    }

    /** Until the server ends. */
    private void allowMuch(Connection root) throws SQLException {
        try (Statement statement = root.createStatement()) {
            long packet = Math.max(16, Integer.highestOneBit(blobMegabytes) * 4L) * MEGABYTE;
            statement.execute("SET GLOBAL max_allowed_packet = " + packet);
            statement.execute("SET GLOBAL local_infile = ON");
        }
    }

    private void measure(
            Way direct,
            Way routed,
            SandboxDescription.Login app,
            ProcessCpu cpu,
            RouterMemory memory)
            throws SQLException, InterruptedException {
        out(
                "%-22s %10s %10s %8s %14s %12s %12s %12s",
                "",
                "direct s",
                "routed s",
                "ratio",
                "cpu us/MB",
                "heap +MB",
                "direct +MB",
                "rss +MB");
        for (Kind kind : kinds()) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                memory.settle();
                Took took = once(kind, direct, routed, app, cpu);
                RouterMemory.Growth growth = memory.growth();
                if (round > 0 || rounds == 1) {
                    ratios.add(took.routedSeconds() / took.directSeconds());
                }
                out(
                        "%-22s %10.2f %10.2f %8.2f %14.0f %12.1f %12.1f %12.1f",
                        kind.name(),
                        took.directSeconds(),
                        took.routedSeconds(),
                        took.routedSeconds() / took.directSeconds(),
                        took.cpuMicrosPerMegabyte(),
                        growth.heapMegabytes(),
                        growth.directMegabytes(),
                        growth.residentMegabytes());
            }
            out(
                    "%-22s median of the ratios without the first: %.2f",
                    kind.name(), ratios.stream().sorted().toList().get(ratios.size() / 2));
        }
    }

    private static Took once(
            Kind kind, Way direct, Way routed, SandboxDescription.Login app, ProcessCpu cpu)
            throws SQLException {
        double directSeconds = seconds(kind, direct, app);
        double before = cpu.micros();
        double routedSeconds = seconds(kind, routed, app);
        return new Took(directSeconds, routedSeconds, (cpu.micros() - before) / kind.megabytes());
    }

    private static double seconds(Kind kind, Way way, SandboxDescription.Login app)
            throws SQLException {
        try (Connection connection = connect(way, app)) {
            long start = System.nanoTime();
            kind.work().run(connection);
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private List<Kind> kinds() {
        long bytes = (long) megabytes * MEGABYTE;
        return List.of(
                new Kind(
                        "result, rows of 1 MB",
                        megabytes,
                        connection -> read(connection, MEGABYTE, megabytes)),
                new Kind(
                        "result, rows of 100 B",
                        megabytes,
                        connection -> read(connection, SHORT_ROW, bytes / SHORT_ROW)),
                new Kind("local infile", megabytes, connection -> load(connection, bytes)),
                new Kind(
                        "blob as parameter",
                        blobMegabytes,
                        connection -> send(connection, blobMegabytes * MEGABYTE)));
    }

    private static void read(Connection connection, int rowBytes, long rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(100); // row by row, not all at once
            long seen = 0;
            try (ResultSet result =
                    statement.executeQuery(
                            "SELECT REPEAT('x', %d) FROM seq_1_to_%d".formatted(rowBytes, rows))) {
                while (result.next()) {
                    seen += result.getBytes(1).length;
                }
            }
            require(seen == rowBytes * rows, "a result of " + seen + " bytes");
        }
    }

    /** The server reads all of it and keeps nothing. */
    private static void load(Connection connection, long bytes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE large_data (line TEXT)");
            var lines = new Lines(bytes);
            statement.unwrap(org.mariadb.jdbc.Statement.class).setLocalInfileInputStream(lines);
            statement.execute(
                    "LOAD DATA LOCAL INFILE 'x' INTO TABLE large_data IGNORE 1000000000 LINES");
            require(lines.left() == 0, lines.left() + " bytes were not sent");
        }
    }

    private static void send(Connection connection, int bytes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT LENGTH(?)")) {
            statement.setBytes(1, new byte[bytes]);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                require(result.getInt(1) == bytes, "a value of " + result.getInt(1) + " bytes");
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** Lines of a hundred characters. */
    private static final class Lines extends InputStream {
        private long left;

        Lines(long bytes) {
            left = bytes;
        }

        long left() {
            return left;
        }

        @Override
        public int read() {
            if (left == 0) {
                return -1;
            }
            left--;
            return left % SHORT_ROW == 0 ? '\n' : 'x';
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            for (int i = 0; i < count; i++) {
                into[offset + i] = (byte) read();
            }
            return count;
        }
    }

    private static void out(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
