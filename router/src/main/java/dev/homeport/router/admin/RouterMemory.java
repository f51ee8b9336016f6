package dev.homeport.router.admin;

import dev.homeport.topology.FleetReports;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

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
    private Map<RouterId, RouterReport> present;
    private final Map<RouterId, Instant> goneSince = new TreeMap<>();

    private RouterMemory(FleetReports reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
        this.present = Map.copyOf(reports.routers());
    }

    static RouterMemory of(FleetReports reports, Clock clock) {
        RouterMemory memory = new RouterMemory(reports, clock);
        reports.onChange(memory::refresh);
        return memory;
    }

    /** Routers that went within {@link #MEMORY} and have not come back, and when they went. */
    synchronized Map<RouterId, Instant> notHeardOf() {
        refresh();
        return new TreeMap<>(goneSince);
    }

    private synchronized void refresh() {
        Instant now = clock.instant();
        Map<RouterId, RouterReport> next = Map.copyOf(reports.routers());
        present.forEach(
                (router, last) -> {
                    if (!next.containsKey(router) && !last.isStopping()) {
                        goneSince.put(router, now);
                    }
                });
        goneSince.keySet().removeAll(next.keySet());
        goneSince.values().removeIf(since -> since.isBefore(now.minus(MEMORY)));
        present = next;
    }
}
