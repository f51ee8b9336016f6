package dev.homeport.router.session;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often clients were told within the last minute that a table does not exist, by project: a
 * project that begins to hear it has lost tables. Thread-safe; costs nothing but where such an
 * error is told.
 *
 * <p>Bounded: at {@link #MOST_PROJECTS} those that hear of none any more make room, and until then
 * no more projects are counted.
 */
public final class MissingTables {
    /** ER_NO_SUCH_TABLE. DROP of what is not there says 1051, and that is no sign of anything. */
    static final int ER_NO_SUCH_TABLE = 1146;

    /** How far back it is counted; up to one step less. */
    public static final Duration WINDOW = Duration.ofSeconds(60);

    /** Projects that are counted at once. */
    static final int MOST_PROJECTS = 10_000;

    static final Duration STEP = Duration.ofSeconds(5);

    private final ConcurrentMap<Home, StepCounts> homes = new ConcurrentHashMap<>();
    private final AtomicLong lastSweep = new AtomicLong(Long.MIN_VALUE);
    private final Counter counter;
    private final Clock clock;

    private record Home(ClusterId cluster, ProjectId project) {}

    public MissingTables(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        this.counter =
                Counter.builder("router.errors.missing.table")
                        .description("how often clients were told that a table does not exist")
                        .register(registry);
    }

    /** A client of that project is told that a table does not exist. */
    void told(ClusterId cluster, ProjectId project) {
        counter.increment();
        long step = step();
        Home home = new Home(cluster, project);
        StepCounts counts = homes.get(home);
        if (counts == null && hasRoom(step)) {
            counts = homes.computeIfAbsent(home, key -> new StepCounts());
        }
        if (counts != null) {
            counts.add(step);
        }
    }

    /** The projects of a cluster that heard it within the window, and how often. */
    public Map<ProjectId, Integer> of(ClusterId cluster) {
        long step = step();
        Map<ProjectId, Integer> found = new TreeMap<>();
        homes.forEach(
                (home, counts) -> {
                    int sum = home.cluster.equals(cluster) ? counts.sum(step) : 0;
                    if (sum > 0) {
                        found.put(home.project, sum);
                    }
                });
        return found;
    }

    /** Looks through all of them once a step at most. */
    private boolean hasRoom(long step) {
        if (homes.size() < MOST_PROJECTS) {
            return true;
        }
        if (lastSweep.getAndSet(step) != step) {
            homes.values().removeIf(counts -> counts.sum(step) == 0);
        }
        return homes.size() < MOST_PROJECTS;
    }

    private long step() {
        return clock.millis() / STEP.toMillis();
    }

    /** A count for each step of the window. Thread-safe. */
    private static final class StepCounts {
        private static final int STEPS = (int) WINDOW.dividedBy(STEP);

        private final int[] counts = new int[STEPS];
        private long newest;

        synchronized void add(long step) {
            forgetUpTo(step);
            counts[(int) (newest % STEPS)]++;
        }

        synchronized int sum(long step) {
            forgetUpTo(step);
            int sum = 0;
            for (int count : counts) {
                sum += count;
            }
            return sum;
        }

        /** With a clock that was put back it is counted on in the newest step. */
        private void forgetUpTo(long step) {
            for (long next = Math.max(newest + 1, step - STEPS + 1); next <= step; next++) {
                counts[(int) (next % STEPS)] = 0;
            }
            newest = Math.max(newest, step);
        }
    }
}
