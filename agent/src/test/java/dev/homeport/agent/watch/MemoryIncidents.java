package dev.homeport.agent.watch;

import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.topology.IncidentId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Incidents as all agents share them, without ZooKeeper. Thread-safe. */
final class MemoryIncidents implements IncidentSink {
    private final Map<IncidentId, LossFinding> open = new HashMap<>(); // guarded by this
    private final Set<IncidentId> closed = new HashSet<>(); // guarded by this

    @Override
    public synchronized Outcome put(LossFinding finding) {
        if (closed.contains(finding.id())) {
            return Outcome.CLOSED;
        }
        LossFinding before = open.put(finding.id(), finding);
        if (before != null && isSame(before, finding)) {
            return Outcome.UNCHANGED;
        }
        return before == null ? Outcome.OPENED : Outcome.AMENDED;
    }

    /** Whether it says nothing new. What an agent adds after a restart it may have said before. */
    private static boolean isSame(LossFinding before, LossFinding now) {
        return before.severity() == now.severity()
                && before.tablesLost() == now.tablesLost()
                && before.projects().equals(now.projects())
                && before.evidence().equals(now.evidence());
    }

    /** Closes one, as an operator does. */
    synchronized void close(IncidentId id) {
        open.remove(id);
        closed.add(id);
    }

    /** Those that are open. */
    synchronized Map<IncidentId, LossFinding> open() {
        return Map.copyOf(open);
    }

    @Override
    public synchronized Set<IncidentId> closedAmong(Set<IncidentId> ids) {
        Set<IncidentId> among = new HashSet<>(ids);
        among.retainAll(closed);
        return among;
    }
}
