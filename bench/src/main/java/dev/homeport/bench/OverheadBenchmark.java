package dev.homeport.bench;

import dev.homeport.sandbox.description.SandboxDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the router costs per query: point selects straight to the primary, through HAProxy in TCP
 * mode, and through the router, in turn within one run, after a warm-up. Prints throughput, latency
 * and CPU per query of the process in the middle, and the router's ratio to HAProxy round by round.
 * Needs a running sandbox ({@code ./homeport up}), sysbench and haproxy.
 */
@Command(
        name = "bench",
        description = "What the router costs beside HAProxy and a direct connection")
public final class OverheadBenchmark implements Callable<Integer> {
    @Option(names = "--data", description = "data directory of the running sandbox")
    private Path data = Path.of("sandbox-data");

    @Option(names = "--seconds", description = "length of one measurement")
    private int seconds = 10;

    @Option(names = "--rounds", description = "measurements of each kind")
    private int rounds = 3;

    @Option(names = "--warm-up", description = "seconds of load on the router before the first")
    private int warmUp = 20;

    @Option(names = "--connections", split = ",", description = "such as 1,16,64")
    private List<Integer> connections = List.of(1, 16, 64);

    /** A way to the database and the process in the middle, if there is one. */
    private record Way(String name, Sysbench sysbench, Optional<ProcessCpu> middle) {}

    /**
     * One measurement.
     *
     * @param cpuMicros of the process in the middle per query; 0 where there is none
     */
    private record Measured(Sysbench.Outcome outcome, double cpuMicros) {}

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new OverheadBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        SandboxDescription sandbox = SandboxDescription.read(data.resolve("sandbox.json"));
        SandboxDescription.Project project = sandbox.projects().get(0);
        int primary =
                sandbox.clusters().stream()
                        .filter(cluster -> cluster.id().equals(project.cluster()))
                        .flatMap(cluster -> cluster.instances().stream())
                        .filter(instance -> instance.role().equals("primary"))
                        .findFirst()
                        .orElseThrow()
                        .port();
        Path scratch = Files.createTempDirectory("homeport-bench");
        try (HaProxy haproxy = HaProxy.start(scratch, primary)) {
            SandboxDescription.Router router = sandbox.routers().get(0);
            String user = sandbox.app().user();
            List<Way> ways =
                    List.of(
                            way("direct", primary, user, sandbox, project, Optional.empty()),
                            way(
                                    "haproxy",
                                    haproxy.port(),
                                    user,
                                    sandbox,
                                    project,
                                    Optional.of(haproxy.pid())),
                            way(
                                    "router",
                                    router.mysql().port(),
                                    user + "+" + project.id(),
                                    sandbox,
                                    project,
                                    Optional.of(router.pid())));
            ways.get(0).sysbench().prepare();
            try {
                measure(ways);
            } finally {
                ways.get(0).sysbench().cleanUp();
            }
        }
        return 0;
    }

    private static Way way(
            String name,
            int port,
            String user,
            SandboxDescription sandbox,
            SandboxDescription.Project project,
            Optional<Long> pid) {
        return new Way(
                name,
                new Sysbench("127.0.0.1", port, user, sandbox.app().password(), project.schema()),
                pid.map(ProcessCpu::new));
    }

    private void measure(List<Way> ways) {
        out("warming up for %d s", warmUp);
        ways.get(2).sysbench().selects(8, warmUp);
        out(
                "%-12s %-8s %12s %10s %14s",
                "connections", "way", "queries/s", "p99 ms", "cpu us/query");
        for (int count : connections) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                List<Measured> measured = ways.stream().map(way -> one(way, count)).toList();
                ratios.add(measured.get(2).cpuMicros() / measured.get(1).cpuMicros());
            }
            out(
                    "%-12d router/haproxy, cpu per query, by round: %s; median %.2f",
                    count,
                    ratios.stream().map(r -> String.format(Locale.ROOT, "%.2f", r)).toList(),
                    median(ratios));
        }
    }

    private Measured one(Way way, int count) {
        double before = way.middle().map(ProcessCpu::micros).orElse(0.0);
        Sysbench.Outcome outcome = way.sysbench().selects(count, seconds);
        double cpu = way.middle().map(ProcessCpu::micros).orElse(0.0) - before;
        double perQuery = cpu / outcome.queries();
        out(
                "%-12d %-8s %12.0f %10.2f %14s",
                count,
                way.name(),
                outcome.perSecond(),
                outcome.p99Millis(),
                way.middle().isPresent() ? String.format(Locale.ROOT, "%.1f", perQuery) : "-");
        return new Measured(outcome, perQuery);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void out(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
