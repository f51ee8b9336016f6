package dev.homeport.router.admin;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.Agreement;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Remembers since when conditions hold, as far as this router saw them begin: of what it found when
 * it began to look, or looks again after ZooKeeper was away, that is not known. What holds before
 * and after such a time counts as having held in it. Thread-safe.
 */
final class ConditionMemory {
    private final FleetSource source;
    private final FleetReports reports;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Map<Condition, Beginning> standing = new HashMap<>();

    /** In which it was looked last; none yet. */
    private Optional<Agreements> looked = Optional.empty();

    /** Of the two that are looked at; each is compared at a time of its own. */
    private record Agreements(Agreement fleet, Agreement reports) {
        boolean hold() {
            return fleet.holds() && reports.holds();
        }
    }

    private ConditionMemory(
            FleetSource source, FleetReports reports, Clock clock, LongSupplier nanos) {
        this.source = source;
        this.reports = reports;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    static ConditionMemory of(
            FleetSource source, FleetReports reports, Clock clock, LongSupplier nanos) {
        ConditionMemory memory = new ConditionMemory(source, reports, clock, nanos);
        source.onChange((before, after) -> memory.refresh());
        reports.onChange(memory::refresh);
        memory.refresh();
        return memory;
    }

    /** Those that hold now. */
    Map<Condition, Since> standing() {
        refresh();
        Map<Condition, Since> result = new HashMap<>();
        synchronized (this) {
            long now = nanos.getAsLong();
            standing.forEach((condition, beginning) -> result.put(condition, beginning.at(now)));
        }
        return result;
    }

    private void refresh() {
        // Asked before the lock is taken: a source may have one of its own.
        if (!source.status().fromFile()) {
            look();
        }
    }

    /** A picture of yesterday, or one without the agents, says nothing of now. */
    private synchronized void look() {
        Agreements agreements = agreements();
        Optional<FleetSnapshot> fleet = source.current();
        Optional<Map<ClusterId, Map<AgentId, AgentReport>>> agents = reports.knownAgents();
        if (fleet.isEmpty() || agents.isEmpty()) {
            return;
        }
        boolean isWhole = agreements.hold() && agreements.equals(agreements());
        boolean isKnown = isWhole && agreements.equals(looked.orElse(null));
        var now = new Beginning(clock.instant(), nanos.getAsLong(), isKnown);
        Set<Condition> found = Condition.of(fleet.get(), agents.get());
        standing.keySet().retainAll(found);
        found.forEach(condition -> standing.putIfAbsent(condition, now));
        if (isWhole) {
            looked = Optional.of(agreements);
        }
    }

    private Agreements agreements() {
        return new Agreements(source.agreement(), reports.agreement());
    }
}
