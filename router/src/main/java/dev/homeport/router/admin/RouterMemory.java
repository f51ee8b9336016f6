package dev.homeport.router.admin;

import dev.homeport.topology.FleetReports;
import dev.homeport.topology.RouterId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Remembers the routers that were registered while this one watched, and are not any more: whether
 * they have sessions nobody can say. A router that was stopped is among them for a while, too.
 * Thread-safe.
 */
final class RouterMemory {
    /** So long a router that has gone counts as one that is not heard of. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final FleetReports reports;
    private final Clock clock;
    private Set<RouterId> present;
    private final Map<RouterId, Instant> goneSince = new TreeMap<>();

    private RouterMemory(FleetReports reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
        this.present = Set.copyOf(reports.routers().keySet());
    }

    static RouterMemory of(FleetReports reports, Clock clock) {
        RouterMemory memory = new RouterMemory(reports, clock);
        reports.onChange(memory::refresh);
        return memory;
    }

    /** Routers that went within {@link #MEMORY} and have not come back. */
    synchronized Set<RouterId> notHeardOf() {
        refresh();
        return new TreeSet<>(goneSince.keySet());
    }

    private synchronized void refresh() {
        Instant now = clock.instant();
        Set<RouterId> next = Set.copyOf(reports.routers().keySet());
        for (RouterId router : present) {
            if (!next.contains(router)) {
                goneSince.put(router, now);
            }
        }
        goneSince.keySet().removeAll(next);
        goneSince.values().removeIf(since -> since.isBefore(now.minus(MEMORY)));
        present = next;
    }
}
