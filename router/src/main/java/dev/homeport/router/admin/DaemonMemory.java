package dev.homeport.router.admin;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.Agreement;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Remembers the routers and agents that were registered while this router watched, and are not any
 * more: whether such a router has sessions nobody can say. One that said at last that it stops, and
 * has no sessions, is not among them. Thread-safe.
 */
final class DaemonMemory {
    /** So long a daemon that has gone counts as one that is not heard of. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final FleetReports reports;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Absences<RouterId> routers;
    private final Absences<Watcher> agents;

    /** The last that each router said. */
    private Map<RouterId, RouterReport> last;

    /** In which they were looked at. */
    private Agreement looked;

    /** An agent's id means something only beside its cluster's. */
    private record Watcher(ClusterId cluster, AgentId agent) {}

    private DaemonMemory(FleetReports reports, Clock clock, LongSupplier nanos) {
        this.reports = reports;
        this.clock = clock;
        this.nanos = nanos;
        this.looked = reports.agreement();
        this.last = Map.copyOf(reports.routers());
        this.routers = new Absences<>(MEMORY, last.keySet());
        this.agents = new Absences<>(MEMORY, watchers());
    }

    /**
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}: nobody who sets
     *     the machine's makes a daemon forgotten
     */
    static DaemonMemory of(FleetReports reports, Clock clock, LongSupplier nanos) {
        DaemonMemory memory = new DaemonMemory(reports, clock, nanos);
        reports.onChange(memory::refresh);
        return memory;
    }

    /** Routers that went within {@link #MEMORY} and have not come back, and since when. */
    synchronized Map<RouterId, Since> notHeardOf() {
        refresh();
        return new TreeMap<>(routers.at(nanos.getAsLong()));
    }

    /** Agents that went within {@link #MEMORY} and have not come back, and since when. */
    synchronized Map<ClusterId, Map<AgentId, Since>> missingAgents() {
        refresh();
        Map<ClusterId, Map<AgentId, Since>> missing = new TreeMap<>();
        agents.at(nanos.getAsLong())
                .forEach(
                        (watcher, since) ->
                                missing.computeIfAbsent(watcher.cluster, any -> new TreeMap<>())
                                        .put(watcher.agent, since));
        return missing;
    }

    private synchronized void refresh() {
        Agreement before = reports.agreement();
        Map<RouterId, RouterReport> next = Map.copyOf(reports.routers());
        Set<Watcher> watching = watchers();
        boolean isWhole = before.holds() && before.equals(reports.agreement());
        var now =
                new Beginning(clock.instant(), nanos.getAsLong(), isWhole && before.equals(looked));
        routers.look(next.keySet(), router -> !hasEnded(last.get(router)), now);
        agents.look(watching, any -> true, now);
        last = next;
        if (isWhole) {
            looked = before;
        }
    }

    private Set<Watcher> watchers() {
        Set<Watcher> watchers = new HashSet<>();
        reports.agents()
                .forEach(
                        (cluster, all) ->
                                all.keySet()
                                        .forEach(
                                                agent ->
                                                        watchers.add(new Watcher(cluster, agent))));
        return watchers;
    }

    /** One that loses ZooKeeper while it drains has sessions still. */
    private static boolean hasEnded(RouterReport last) {
        return last.isStopping()
                && last.sessions().values().stream().allMatch(counts -> counts.open() == 0);
    }
}
