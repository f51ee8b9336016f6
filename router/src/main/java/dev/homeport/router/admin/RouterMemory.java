package dev.homeport.router.admin;

import dev.homeport.topology.FleetReports;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Remembers the routers that were registered while this one watched, and are not any more: whether
 * they have sessions nobody can say. One that said that it stops has ended its sessions, and is not
 * among them. Thread-safe.
 */
final class RouterMemory {
    /** So long a router that has gone counts as one that is not heard of. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final FleetReports reports;
    private final Clock clock;
    private final LongSupplier nanos;
    private Map<RouterId, RouterReport> present;
    private final Map<RouterId, Gone> gone = new TreeMap<>();

    /**
     * @param when by the time of day, to be told
     * @param sinceNanos by what forgets it
     */
    private record Gone(Instant when, long sinceNanos) {}

    private RouterMemory(FleetReports reports, Clock clock, LongSupplier nanos) {
        this.reports = reports;
        this.clock = clock;
        this.nanos = nanos;
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

    /** Routers that went within {@link #MEMORY} and have not come back, and when they went. */
    synchronized Map<RouterId, Instant> notHeardOf() {
        refresh();
        Map<RouterId, Instant> when = new TreeMap<>();
        gone.forEach((router, one) -> when.put(router, one.when()));
        return when;
    }

    private synchronized void refresh() {
        var now = new Gone(clock.instant(), nanos.getAsLong());
        Map<RouterId, RouterReport> next = Map.copyOf(reports.routers());
        present.forEach(
                (router, last) -> {
                    if (!next.containsKey(router) && !last.isStopping()) {
                        gone.put(router, now);
                    }
                });
        gone.keySet().removeAll(next.keySet());
        gone.values().removeIf(one -> now.sinceNanos() - one.sinceNanos() > MEMORY.toNanos());
        present = next;
    }
}
