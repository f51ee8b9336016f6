package dev.homeport.bench;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the guard costs: CPU per statement of a router that guards and of two that do not, all
 * started for it with the same options. The same statements go to each in turn, in small portions
 * and in an order that changes, so that what else the machine does meets all of them. Prints the
 * median over the rounds of the ratio to the first that does not guard, with the 95 % confidence
 * interval of that median; the second that does not is the control: how far it is from 1 is how far
 * two equal processes are. The kernel's account of the event loops in nanoseconds is what is
 * compared (all that the guard does to a statement that passes happens there); a machine without
 * hardware counters has nothing finer. Needs a running sandbox ({@code ./homeport up}).
 */
@Command(name = "guard-cost", description = "CPU per statement with the guard on and off")
public final class GuardCostBenchmark implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROWS = 200;

    /** As far as the kernel remembers the name of such a thread. */
    private static final String EVENT_LOOP = "multiThreadIoEv";

    private static final int ON = 0;
    private static final int OFF = 1;
    private static final int CONTROL = 2;

    @Option(names = "--data", description = "data directory of the running sandbox")
    private Path data = Path.of("sandbox-data");

    @Option(names = "--rounds", description = "measurements of each kind on each router")
    private int rounds = 300;

    @Option(names = "--statements", description = "point selects in one measurement")
    private int statements = 1_000;

    @Option(names = "--warm-up", description = "seconds of each kind on each router")
    private int warmUp = 15;

    /** Statements of one kind; {@code divisor}: how many fewer of them than of point selects. */
    private record Kind(String name, String sql, boolean multi, int divisor) {}

    /** A router of its own. */
    private record Router(ChildProcess process, int port) {
        double cpuNanos() {
            try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
                double sum = 0;
                for (Path task : tasks.toList()) {
                    if (Files.readString(task.resolve("comm")).startsWith(EVENT_LOOP)) {
                        sum +=
                                Double.parseDouble(
                                        Files.readString(task.resolve("schedstat")).split(" ")[0]);
                    }
                }
                return sum;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A connection through a router. */
    private record Way(Router router, Connection connection) {}

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new GuardCostBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        SandboxDescription sandbox = SandboxDescription.read(data.resolve("sandbox.json"));
        announce(sandbox);
        Path scratch = Files.createTempDirectory("homeport-guard-cost");
        List<Router> routers = new ArrayList<>();
        try {
            routers.add(start(sandbox, scratch, "bench-on", true));
            routers.add(start(sandbox, scratch, "bench-off", false));
            routers.add(start(sandbox, scratch, "bench-control", false));
            measure(sandbox, routers);
        } finally {
            routers.forEach(router -> router.process().close());
        }
        return 0;
    }

    /** What goes through the router that does not guard would be a loss. */
    private static void announce(SandboxDescription sandbox) {
        SandboxDescription.Admin admin = sandbox.routers().getFirst().admin();
        AdminClient.Answer answer =
                new AdminClient(URI.create(admin.url()), admin.token())
                        .post(
                                "/v1/announcements",
                                AdminClient.object()
                                        .put("project", sandbox.projects().getFirst().id())
                                        .put("for", "2h")
                                        .put("reason", "guard-cost benchmark"));
        if (!answer.isOk()) {
            throw new IllegalStateException("no announcement: " + answer.body());
        }
    }

    private static Router start(SandboxDescription sandbox, Path scratch, String id, boolean guards)
            throws IOException {
        List<String> argv = new ArrayList<>(sandbox.routers().getFirst().command().argv());
        int config = argv.indexOf("--config") + 1;
        int port = FreePorts.next();
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(argv.get(config)))) {
            if (line.startsWith("id:")) {
                lines.add("id: " + id);
            } else if (line.startsWith("snapshotFile:")) {
                lines.add("snapshotFile: " + scratch.resolve(id + ".snapshot"));
            } else if (line.startsWith("admin:")) {
                lines.add(line.replaceFirst("port: \\d+", "port: " + FreePorts.next()));
            } else if (line.contains("name: main")) {
                lines.add(line.replaceFirst("port: \\d+", "port: " + port));
            } else if (guards || !line.startsWith("guard:")) {
                lines.add(line);
            }
        }
        Path file = Files.write(scratch.resolve(id + ".yaml"), lines);
        argv.set(config, file.toString());
        return new Router(ChildProcess.start(id, argv, scratch.resolve(id + ".log")), port);
    }

    private void measure(SandboxDescription sandbox, List<Router> routers)
            throws SQLException, InterruptedException {
        SandboxDescription.Project project = sandbox.projects().getFirst();
        List<Way> single = new ArrayList<>();
        List<Way> multi = new ArrayList<>();
        try {
            for (Router router : routers) {
                single.add(new Way(router, connect(sandbox, project, router, false)));
                multi.add(new Way(router, connect(sandbox, project, router, true)));
            }
            Connection plain = single.get(OFF).connection();
            prepare(plain);
            System.out.printf(
                    Locale.ROOT,
                    "%-34s %8s %8s %8s  %-22s %-22s%n",
                    "kind",
                    "on us",
                    "off us",
                    "ctrl us",
                    "on/off",
                    "control/off");
            for (Kind kind : kinds()) {
                compare(kind, kind.multi() ? multi : single, plain);
            }
            try (Statement statement = plain.createStatement()) {
                statement.execute("DROP TABLE guard_cost, guard_cost_rows");
            }
        } finally {
            for (Way way : Stream.concat(single.stream(), multi.stream()).toList()) {
                way.connection().close();
            }
        }
    }

    private static List<Kind> kinds() {
        String select = "SELECT c FROM guard_cost WHERE id = 1";
        String plain = insert("some text without it");
        String semicolons = insert("some text; it has one");
        return List.of(
                new Kind("point select", select, false, 1),
                new Kind("point select, multi statements", select, true, 1),
                new Kind("insert of 200 rows", plain, false, 10),
                new Kind("the same, multi statements", plain, true, 10),
                new Kind("the same, semicolons in values", semicolons, true, 10));
    }

    private static String insert(String text) {
        return "INSERT INTO guard_cost_rows (a, b, c) VALUES "
                + String.join(
                        ", ", Collections.nCopies(ROWS, "(1, '" + text + "', 'it''s \"quoted\"')"));
    }

    private static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS guard_cost, guard_cost_rows");
            statement.execute("CREATE TABLE guard_cost (id INT PRIMARY KEY, c VARCHAR(120))");
            statement.execute("INSERT INTO guard_cost VALUES (1, REPEAT('x', 120))");
            statement.execute("CREATE TABLE guard_cost_rows (a INT, b VARCHAR(99), c VARCHAR(99))");
        }
    }

    private void compare(Kind kind, List<Way> ways, Connection plain) throws SQLException {
        for (Way way : ways) {
            warmUp(kind, way.connection());
        }
        List<List<Double>> micros =
                ways.stream().<List<Double>>map(way -> new ArrayList<>()).toList();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                // Forth and back, beginning with another one each time.
                int turn = round % 2 == 0 ? i : ways.size() - 1 - i;
                int which = (turn + round / 2) % ways.size();
                micros.get(which).add(micros(kind, ways.get(which)));
            }
            empty(plain);
        }
        System.out.printf(
                Locale.ROOT,
                "%-34s %8.2f %8.2f %8.2f  %-22s %-22s%n",
                kind.name(),
                at(micros.get(ON), 0.5),
                at(micros.get(OFF), 0.5),
                at(micros.get(CONTROL), 0.5),
                ratio(micros.get(ON), micros.get(OFF)),
                ratio(micros.get(CONTROL), micros.get(OFF)));
    }

    /**
     * The median of the ratios; its interval by order statistics, which suppose no distribution.
     */
    private static String ratio(List<Double> these, List<Double> those) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < these.size(); i++) {
            ratios.add(these.get(i) / those.get(i));
        }
        double half = 0.98 / Math.sqrt(ratios.size());
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f to %.3f)",
                at(ratios, 0.5),
                at(ratios, Math.max(0, 0.5 - half)),
                at(ratios, Math.min(1, 0.5 + half)));
    }

    /** Through the router that does not guard. */
    private static void empty(Connection plain) throws SQLException {
        try (Statement statement = plain.createStatement()) {
            statement.execute("TRUNCATE TABLE guard_cost_rows");
        }
    }

    private void warmUp(Kind kind, Connection connection) throws SQLException {
        Instant end = Instant.now().plusSeconds(warmUp);
        try (Statement statement = connection.createStatement()) {
            while (Instant.now().isBefore(end)) {
                statement.execute(kind.sql());
            }
        }
    }

    private double micros(Kind kind, Way way) throws SQLException {
        Router router = way.router();
        int count = statements / kind.divisor();
        double before = router.cpuNanos();
        try (Statement statement = way.connection().createStatement()) {
            for (int i = 0; i < count; i++) {
                statement.execute(kind.sql());
            }
        }
        return (router.cpuNanos() - before) / 1e3 / count;
    }

    private static double at(List<Double> values, double quantile) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * quantile));
    }

    private static Connection connect(
            SandboxDescription sandbox,
            SandboxDescription.Project project,
            Router router,
            boolean multi)
            throws SQLException, InterruptedException {
        Properties properties = new Properties();
        properties.setProperty("user", sandbox.app().user() + "+" + project.id());
        properties.setProperty("password", sandbox.app().password());
        properties.setProperty("allowMultiQueries", Boolean.toString(multi));
        String url = "jdbc:mariadb://127.0.0.1:%d/%s".formatted(router.port(), project.schema());
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                return DriverManager.getConnection(url, properties);
            } catch (SQLException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }
}
