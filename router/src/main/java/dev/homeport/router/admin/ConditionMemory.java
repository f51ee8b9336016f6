package dev.homeport.router.admin;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Remembers since when conditions hold, as far as this router saw them begin: of what it found when
 * it began to look that is not known. Thread-safe.
 */
final class ConditionMemory {
    private final FleetSource source;
    private final FleetReports reports;
    private final Clock clock;
    private final Map<Condition, Beginning> standing = new HashMap<>();
    private boolean hasLooked;

    /**
     * Since when a condition is known to hold.
     *
     * @param seen since when this router sees it
     * @param isKnown whether that is when it began, too
     */
    record Beginning(Instant seen, boolean isKnown) {}

    private ConditionMemory(FleetSource source, FleetReports reports, Clock clock) {
        this.source = source;
        this.reports = reports;
        this.clock = clock;
    }

    static ConditionMemory of(FleetSource source, FleetReports reports, Clock clock) {
        ConditionMemory memory = new ConditionMemory(source, reports, clock);
        source.onChange((before, after) -> memory.refresh());
        reports.onChange(memory::refresh);
        memory.refresh();
        return memory;
    }

    /** Those that hold now. */
    Map<Condition, Beginning> standing() {
        refresh();
        synchronized (this) {
            return Map.copyOf(standing);
        }
    }

    private void refresh() {
        // Asked before the lock is taken: a source may call its listeners under its own.
        if (!source.status().fromFile()) {
            look();
        }
    }

    /** A picture of yesterday, or one without the agents, says nothing of now. */
    private synchronized void look() {
        Optional<FleetSnapshot> fleet = source.current();
        Optional<Map<ClusterId, Map<AgentId, AgentReport>>> agents = reports.knownAgents();
        if (fleet.isEmpty() || agents.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        Set<Condition> found = Condition.of(fleet.get(), agents.get());
        standing.keySet().retainAll(found);
        for (Condition condition : found) {
            standing.computeIfAbsent(condition, same -> new Beginning(now, hasLooked));
        }
        hasLooked = true;
    }
}
