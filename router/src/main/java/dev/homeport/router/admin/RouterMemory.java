package dev.homeport.router.admin;

import dev.homeport.topology.Agreement;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Remembers the routers that were registered while this one watched, and are not any more: whether
 * they have sessions nobody can say. One that said at last that it stops, and has no sessions, is
 * not among them. Thread-safe.
 */
final class RouterMemory {
    /** So long a router that has gone counts as one that is not heard of. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final FleetReports reports;
    private final Clock clock;
    private final LongSupplier nanos;
    private Map<RouterId, RouterReport> present;

    /** In which they were looked at. */
    private Agreement looked;

    private final Map<RouterId, Beginning> gone = new TreeMap<>();

    private RouterMemory(FleetReports reports, Clock clock, LongSupplier nanos) {
        this.reports = reports;
        this.clock = clock;
        this.nanos = nanos;
        this.looked = reports.agreement();
        this.present = Map.copyOf(reports.routers());
    }

    /**
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}: nobody who sets
     *     the machine's makes a router forgotten
     */
    static RouterMemory of(FleetReports reports, Clock clock, LongSupplier nanos) {
        RouterMemory memory = new RouterMemory(reports, clock, nanos);
        reports.onChange(memory::refresh);
        return memory;
    }

    /** Routers that went within {@link #MEMORY} and have not come back, and since when. */
    synchronized Map<RouterId, Since> notHeardOf() {
        refresh();
        long now = nanos.getAsLong();
        Map<RouterId, Since> since = new TreeMap<>();
        gone.forEach((router, beginning) -> since.put(router, beginning.at(now)));
        return since;
    }

    private synchronized void refresh() {
        Agreement before = reports.agreement();
        Map<RouterId, RouterReport> next = Map.copyOf(reports.routers());
        boolean isWhole = before.holds() && before.equals(reports.agreement());
        var now =
                new Beginning(clock.instant(), nanos.getAsLong(), isWhole && before.equals(looked));
        present.forEach(
                (router, last) -> {
                    if (!next.containsKey(router) && !hasEnded(last)) {
                        gone.put(router, now);
                    }
                });
        gone.keySet().removeAll(next.keySet());
        gone.values().removeIf(one -> now.seenNanos() - one.seenNanos() > MEMORY.toNanos());
        present = next;
        if (isWhole) {
            looked = before;
        }
    }

    /** One that loses ZooKeeper while it drains has sessions still. */
    private static boolean hasEnded(RouterReport last) {
        return last.isStopping()
                && last.sessions().values().stream().allMatch(counts -> counts.open() == 0);
    }
}
