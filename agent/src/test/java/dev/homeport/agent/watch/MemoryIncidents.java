package dev.homeport.agent.watch;

import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Severity;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.IncidentId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Incidents in memory and in the log, for an agent that has nowhere else to put them. Thread-safe.
 */
public final class LoggedIncidents implements IncidentSink {
    private static final Logger log = LoggerFactory.getLogger(LoggedIncidents.class);

    private final ClusterId cluster;
    private final Map<IncidentId, LossFinding> open = new HashMap<>(); // guarded by this
    private final Set<IncidentId> closed = new HashSet<>(); // guarded by this

    public LoggedIncidents(ClusterId cluster) {
        this.cluster = cluster;
    }

    @Override
    public synchronized Outcome put(LossFinding finding) {
        if (closed.contains(finding.id())) {
            return Outcome.CLOSED;
        }
        LossFinding before = open.put(finding.id(), finding);
        if (before != null && isSame(before, finding)) {
            return Outcome.UNCHANGED;
        }
        (finding.severity() == Severity.LOSS ? log.atError() : log.atWarn())
                .addKeyValue("cluster", cluster)
                .addKeyValue("incident", finding.id())
                .addKeyValue("severity", finding.severity())
                .addKeyValue("projects", finding.projects().size())
                .addKeyValue(
                        "first",
                        finding.projects().stream().findFirst().map(Object::toString).orElse(""))
                .addKeyValue("tables", finding.tablesLost())
                .addKeyValue("gtidBefore", finding.gtidBefore().orElse("not known"))
                .addKeyValue("actor", finding.actor())
                .log(before == null ? "data loss" : "data loss goes on");
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
    public synchronized void close(IncidentId id) {
        open.remove(id);
        closed.add(id);
    }

    /** Those that are open. */
    public synchronized Map<IncidentId, LossFinding> open() {
        return Map.copyOf(open);
    }

    @Override
    public synchronized Set<IncidentId> closedAmong(Set<IncidentId> ids) {
        Set<IncidentId> among = new HashSet<>(ids);
        among.retainAll(closed);
        return among;
    }
}
