package dev.homeport.bench;

import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Places new projects at a rate, whether the earlier ones are through or not, and looks when
 * another router knows them. Latencies count from the moment when a project was to be placed.
 */
final class PlacementLoad implements FleetSource.Listener {
    private final FleetWriter writer;
    private final FleetSource watcher;
    private final List<Long> placed = new ArrayList<>();
    private final List<Long> visible = new ArrayList<>();
    private final ConcurrentSkipListMap<Long, List<Long>> awaited = new ConcurrentSkipListMap<>();
    private final AtomicInteger failed = new AtomicInteger();
    private String firstFailure = "";
    private long lastSnapshotNanos;
    private long longestGapNanos;
    private int snapshots;
    private boolean isCounting;

    PlacementLoad(FleetWriter writer, FleetSource watcher) {
        this.writer = writer;
        this.watcher = watcher;
        watcher.onChange(this);
    }

    /**
     * The middle one and the one that one in a hundred exceeds, and the largest, in milliseconds.
     */
    record Latencies(double p50, double p99, double most) {
        static Latencies of(List<Long> nanos) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            return sorted.length == 0
                    ? new Latencies(Double.NaN, Double.NaN, Double.NaN)
                    : new Latencies(
                            sorted[sorted.length / 2] / 1e6,
                            sorted[(int) (sorted.length * 0.99)] / 1e6,
                            Arrays.stream(sorted).max().orElseThrow() / 1e6);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "p50 %.1f, p99 %.1f, most %.1f", p50, p99, most);
        }
    }

    /** What came of it. */
    record Result(
            double perSecond,
            Latencies place,
            Latencies visibility,
            double longestGapMillis,
            int snapshots,
            int failed,
            String firstFailure) {}

    /** The time from the call until the other router knows each of some projects, one by one. */
    Latencies oneByOne(String prefix, int projects) throws TopologyException {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < projects; i++) {
            var project = new ProjectId(prefix + i);
            long begun = System.nanoTime();
            writer.place(project, Optional.empty());
            while (watcher.current().orElseThrow().placements().residence(project).isEmpty()) {
                LockSupport.parkNanos(50_000);
            }
            nanos.add(System.nanoTime() - begun);
        }
        return Latencies.of(nanos);
    }

    Result atRate(String prefix, int perSecond, int seconds, int callers)
            throws InterruptedException {
        synchronized (this) {
            isCounting = true;
            lastSnapshotNanos = System.nanoTime();
        }
        long begun = System.nanoTime();
        try (ExecutorService executor = Executors.newFixedThreadPool(callers)) {
            for (int i = 0; i < perSecond * seconds; i++) {
                long due = begun + i * 1_000_000_000L / perSecond;
                for (long left = due - System.nanoTime();
                        left > 0;
                        left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                var project = new ProjectId(prefix + i);
                executor.execute(() -> place(project, due));
            }
        }
        double took = (System.nanoTime() - begun) / 1e9;
        for (int i = 0; i < 300 && !awaited.isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        synchronized (this) {
            return new Result(
                    placed.size() / took,
                    Latencies.of(placed),
                    Latencies.of(visible),
                    longestGapNanos / 1e6,
                    snapshots,
                    failed.get() + awaited.size(),
                    firstFailure);
        }
    }

    private void place(ProjectId project, long due) {
        try {
            FleetWriter.Placed outcome = writer.place(project, Optional.empty());
            long end = System.nanoTime();
            synchronized (this) {
                placed.add(end - due);
            }
            if (outcome instanceof FleetWriter.Placed.Created created) {
                awaited.computeIfAbsent(created.zxid(), zxid -> new ArrayList<>());
                awaited.computeIfPresent(
                        created.zxid(),
                        (zxid, all) -> {
                            List<Long> more = new ArrayList<>(all);
                            more.add(due);
                            return more;
                        });
                watcher.current().ifPresent(this::arrived);
            }
        } catch (TopologyException e) {
            failed.incrementAndGet();
            synchronized (this) {
                firstFailure = firstFailure.isEmpty() ? e.getMessage() : firstFailure;
            }
        }
    }

    @Override
    public void onSnapshot(Optional<FleetSnapshot> before, FleetSnapshot after) {
        synchronized (this) {
            if (isCounting) {
                long now = System.nanoTime();
                longestGapNanos = Math.max(longestGapNanos, now - lastSnapshotNanos);
                lastSnapshotNanos = now;
                snapshots++;
            }
        }
        arrived(after);
    }

    private void arrived(FleetSnapshot fleet) {
        long now = System.nanoTime();
        for (Map.Entry<Long, List<Long>> first = awaited.firstEntry();
                first != null && first.getKey() <= fleet.zxid();
                first = awaited.firstEntry()) {
            List<Long> dues = awaited.remove(first.getKey());
            if (dues != null) {
                synchronized (this) {
                    dues.forEach(due -> visible.add(now - due));
                }
            }
        }
    }
}
