package dev.homeport.bench;

import static dev.homeport.testkit.fleet.Clusters.aCluster;

import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.zk.FleetStorage;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a fleet of many projects costs: heap of a router, start from ZooKeeper and from the file, a
 * lookup, all projects page by page, one placement, many placements, and ZooKeeper itself, each
 * beside its bar. Starts a real ZooKeeper and fills it. Writer and watcher have a connection each,
 * in this process.
 */
@Command(name = "fleet-size", description = "What a fleet of very many projects costs")
public final class FleetSizeBenchmark implements Callable<Integer> {
    private static final double MEBI = 1024 * 1024;
    private static final int PARTS = 16;
    private static final int LOOKUPS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Option(names = "--data", description = "directory of its ZooKeeper", required = true)
    private Path data;

    @Option(names = "--projects", description = "so many projects")
    private int projects = 1_000_000;

    @Option(names = "--clusters", description = "on so many clusters")
    private int clusters = 100;

    @Option(names = "--rate", description = "placements a second")
    private int rate = 1_000;

    @Option(names = "--seconds", description = "for so long")
    private int seconds = 60;

    @Option(names = "--callers", description = "that many placements at a time at most")
    private int callers = 64;

    @Option(names = "--zookeeper-heap", description = "its -Xmx")
    private String zooKeeperHeap = "2g";

    private final List<String> table = new ArrayList<>();

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new FleetSizeBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(data);
        Path file = data.resolve("fleet.snapshot");
        Files.deleteIfExists(file);
        row("", "measured", "bar");
        try (ZooKeeperServer server =
                ZooKeeperServer.startWithHeap(data.resolve("zookeeper"), zooKeeperHeap)) {
            long zooKeeperBefore = ServerHeap.usedBytes(server.pid());
            try (ZooKeeperFleet fleet = open(server.connect(), Optional.empty())) {
                defineClusters(fleet);
            }
            fill(server);
            measureZooKeeper(server, zooKeeperBefore);
            long heapBefore = OwnHeap.retainedBytes();
            long begun = System.nanoTime();
            long cpu = ownCpuNanos();
            try (ZooKeeperFleet watcher = open(server.connect(), Optional.of(file))) {
                FleetSnapshot fleet = await(watcher);
                row(
                        "start from ZooKeeper",
                        "%.2f s, %.2f s of CPU"
                                .formatted(since(begun), (ownCpuNanos() - cpu) / 1e9),
                        "seconds");
                long heap = OwnHeap.retainedBytes() - heapBefore;
                row("heap of a router", "%.1f MiB".formatted(heap / MEBI), "");
                row(
                        "heap for each project",
                        "%.1f bytes".formatted(heap / (double) fleet.placements().size()),
                        "120 bytes");
                measureFile(fleet);
                measureLookup(fleet.placements());
                measurePages(watcher, fleet.placements());
                try (ZooKeeperFleet writer = open(server.connect(), Optional.empty())) {
                    await(writer);
                    measurePlacements(writer, watcher);
                }
            }
        }
        measureStartFromFile(file);
        table.forEach(System.out::println);
        return 0;
    }

    private static ZooKeeperFleet open(String address, Optional<Path> file) throws IOException {
        return ZooKeeperFleet.open(
                new ZooKeeperConfig(
                        address + "/homeport",
                        Optional.empty(),
                        ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT,
                        ZooKeeperConfig.DEFAULT_CONNECT_TIMEOUT),
                file,
                Clock.systemUTC());
    }

    private void defineClusters(ZooKeeperFleet fleet)
            throws TopologyException, InterruptedException {
        for (int i = 0; i < clusters; i++) {
            String id = LargeFleet.cluster(i).value();
            for (int attempt = 0; ; attempt++) {
                try {
                    fleet.writer()
                            .putCluster(
                                    aCluster(id)
                                            .withPrimary(id + "-1", "10.0.0.1", 1024 + i)
                                            .definition(),
                                    OptionalInt.empty());
                    break;
                } catch (TopologyException e) {
                    // The parents of all znodes are made beside.
                    if (attempt == 20) {
                        throw e;
                    }
                    TimeUnit.MILLISECONDS.sleep(250);
                }
            }
        }
    }

    private void fill(ZooKeeperServer server)
            throws IOException, InterruptedException, KeeperException {
        var zk = new ZooKeeper(server.connect() + "/homeport", 30_000, event -> {});
        try {
            var fleet = new LargeFleet(projects, clusters);
            long jsonBytes = 0;
            long znodeBytes = 0;
            long most = 0;
            for (int part = 0; part < PARTS; part++) {
                List<PackedBucket> buckets = fleet.buckets(part);
                var left = new CountDownLatch(buckets.size());
                for (PackedBucket bucket : buckets) {
                    byte[] content = FleetStorage.bucketContent(bucket);
                    jsonBytes += FleetStorage.jsonBytes(bucket);
                    znodeBytes += content.length;
                    most = Math.max(most, content.length);
                    zk.create(
                            FleetStorage.bucketPath(bucket.number()),
                            content,
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT,
                            (rc, path, context, name) -> left.countDown(),
                            null);
                }
                left.await();
            }
            row("JSON of all buckets", "%.1f MB".formatted(jsonBytes / 1e6), "");
            row("data in ZooKeeper", "%.1f MB".formatted(znodeBytes / 1e6), "60 MB");
            row(
                    "one bucket",
                    "%.1f KB, most %.1f KB".formatted(znodeBytes / 1e3 / Buckets.COUNT, most / 1e3),
                    "a few KB");
        } finally {
            zk.close();
        }
    }

    private void measureZooKeeper(ZooKeeperServer server, long before)
            throws IOException, InterruptedException {
        long after = ServerHeap.usedBytes(server.pid());
        row("heap of ZooKeeper for it", "%.1f MB".formatted((after - before) / 1e6), "60 MB");
    }

    private FleetSnapshot await(ZooKeeperFleet fleet) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<FleetSnapshot> now =
                    fleet.source().current().filter(one -> one.placements().size() >= projects);
            if (now.isPresent()) {
                return now.get();
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new IllegalStateException("not complete: " + fleet.source().status());
    }

    private void measureFile(FleetSnapshot fleet) throws IOException {
        Path other = data.resolve("other.snapshot");
        double fastest = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long begun = System.nanoTime();
            FleetStorage.writeSnapshot(other, fleet);
            fastest = Math.min(fastest, since(begun));
        }
        row("snapshot file", "%.1f MB".formatted(Files.size(other) / 1e6), "");
        row("to write it", "%.2f s, fastest of 3".formatted(fastest), "");
        Files.delete(other);
    }

    private void measureStartFromFile(Path file) throws IOException {
        for (int i = 1; i <= 2; i++) {
            long begun = System.nanoTime();
            long cpu = ownCpuNanos();
            try (ZooKeeperFleet fleet = open("127.0.0.1:1", Optional.of(file))) {
                int loaded = fleet.source().current().orElseThrow().placements().size();
                row(
                        "start from the file, no. " + i,
                        "%.2f s, %.2f s of CPU, %d projects"
                                .formatted(since(begun), (ownCpuNanos() - cpu) / 1e9, loaded),
                        "seconds");
            }
        }
    }

    /** By the time that the thread had a CPU: a machine may be busy with other things. */
    private void measureLookup(PlacementMap placements) {
        row("a read of memory that is in no cache", "%.0f ns".formatted(CacheMiss.nanos()), "");
        for (int ids : new int[] {64, 4_096, 1 << 18}) {
            var asked = new ProjectId[ids];
            for (int i = 0; i < asked.length; i++) {
                asked[i] = LargeFleet.project((i * 7_919L) % projects);
            }
            lookUp(placements, asked, LOOKUPS / 4);
            var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long begun = threads.getCurrentThreadCpuTime();
            int found = lookUp(placements, asked, LOOKUPS);
            double nanos = (threads.getCurrentThreadCpuTime() - begun) / (double) LOOKUPS;
            bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
            row(
                    "a lookup, of %d projects in turn".formatted(ids),
                    "%.0f ns, %.3f bytes, %d of %d found"
                            .formatted(nanos, bytes / (double) LOOKUPS, found, LOOKUPS),
                    "100 ns, 0 bytes");
        }
    }

    private static int lookUp(PlacementMap placements, ProjectId[] asked, int times) {
        int found = 0;
        for (int i = 0; i < times; i++) {
            found += placements.residence(asked[i & (asked.length - 1)]).isPresent() ? 1 : 0;
        }
        return found;
    }

    private void measurePages(ZooKeeperFleet fleet, PlacementMap placements)
            throws ConfigException, IOException, InterruptedException {
        try (ProjectPages pages = ProjectPages.of(fleet)) {
            row("all projects by REST", pages.read(""), placements.size());
            row(
                    "those that are offline",
                    pages.read("&state=offline"),
                    placements.count(ProjectState.OFFLINE));
            ClusterId first = LargeFleet.cluster(0);
            row("those of one cluster", pages.read("&cluster=" + first), placements.records(first));
        }
    }

    private void row(String what, ProjectPages.Result pages, int expected) {
        if (pages.projects() != expected) {
            throw new IllegalStateException(
                    "%s: %d came, not %d".formatted(what, pages.projects(), expected));
        }
        row(what, "%d on %d pages".formatted(pages.projects(), pages.pages()), "each once");
        row("  a page", pages.page() + " ms", "");
        row("  the last full page to the first", "%.2f".formatted(pages.growth()), "1");
    }

    private void measurePlacements(ZooKeeperFleet writer, ZooKeeperFleet watcher)
            throws TopologyException, InterruptedException {
        var load = new PlacementLoad(writer.writer(), watcher.source());
        load.oneByOne("warm-", 50);
        row(
                "one placed project is known elsewhere",
                load.oneByOne("one-", 200) + " ms",
                "one small read");
        long ownCpu = ownCpuNanos();
        PlacementLoad.Result result = load.atRate("many-", rate, seconds, callers);
        row(
                "placements at %d a second for %d s".formatted(rate, seconds),
                "%.0f a second, %d failed %s"
                        .formatted(result.perSecond(), result.failed(), result.firstFailure()),
                "all");
        row(
                "  CPU of writer and watcher for each",
                "%.2f ms".formatted((ownCpuNanos() - ownCpu) / 1e6 / (rate * (double) seconds)),
                "");
        row("  until placed", result.place() + " ms", "");
        row("  until known elsewhere", result.visibility() + " ms", "");
        row(
                "  longest time without a new picture",
                "%.0f ms, %d pictures".formatted(result.longestGapMillis(), result.snapshots()),
                "no stall");
    }

    private static long ownCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private void row(String what, String measured, String bar) {
        String line = String.format(Locale.ROOT, "%-42s %-52s %s", what, measured, bar);
        System.err.println(line);
        table.add(line);
    }
}
