package dev.homeport.agent.watch;

import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Severity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.IncidentStore;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Incidents of one cluster in ZooKeeper, where routers and operators see them. Each write is of the
 * leader only, which the transaction checks. Of one thread.
 */
public final class ZnodeIncidents implements IncidentSink {
    private static final Logger log = LoggerFactory.getLogger(ZnodeIncidents.class);

    private final ClusterId cluster;
    private final IncidentStore store;
    private final Supplier<Optional<ClusterDefinition>> definition;
    private final Supplier<Optional<String>> leaderZnode;
    private final Clock clock;

    /** Writes of which nobody knows whether they happened, with what they would have come to. */
    private final Map<IncidentId, Outcome> unsure = new HashMap<>();

    /**
     * @param definition of the cluster, which says what a loss limits
     * @param leaderZnode the znode that this agent leads by; empty while it does not lead
     */
    public ZnodeIncidents(
            ClusterId cluster,
            IncidentStore store,
            Supplier<Optional<ClusterDefinition>> definition,
            Supplier<Optional<String>> leaderZnode,
            Clock clock) {
        this.cluster = cluster;
        this.store = store;
        this.definition = definition;
        this.leaderZnode = leaderZnode;
        this.clock = clock;
    }

    @Override
    public Outcome put(LossFinding finding) throws TopologyException {
        String leader =
                leaderZnode
                        .get()
                        .orElseThrow(
                                () ->
                                        new TopologyException(
                                                Reason.CONFLICT, "no longer the leader"));
        Incident wanted = incident(finding);
        Optional<Incident> standing = store.find(finding.id());
        if (standing.isPresent() && !standing.get().isOpen()) {
            unsure.remove(finding.id());
            return Outcome.CLOSED;
        }
        if (standing.isPresent() && standing.get().widened(wanted).equals(standing.get())) {
            Outcome before = unsure.remove(finding.id());
            return before == null ? Outcome.UNCHANGED : before;
        }
        Outcome outcome = standing.isPresent() ? Outcome.AMENDED : Outcome.OPENED;
        // What was opened and never told of stays opened, also where this attempt widens it.
        unsure.putIfAbsent(finding.id(), outcome);
        if (standing.isPresent()) {
            store.amend(finding.id(), was -> was.widened(wanted), leader);
        } else {
            store.open(wanted, leader);
        }
        Outcome first = unsure.remove(finding.id());
        tell(finding, first);
        return first;
    }

    private Incident incident(LossFinding finding) {
        IncidentLimit onLoss =
                definition
                        .get()
                        .map(ClusterDefinition::onDataLoss)
                        .orElse(ClusterDefinition.DEFAULT_ON_DATA_LOSS);
        // As exactly as it is written, or it would not be equal to what is read.
        return finding.incident(cluster, onLoss, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private void tell(LossFinding finding, Outcome outcome) {
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
                .log(outcome == Outcome.OPENED ? "data loss" : "data loss goes on");
    }

    @Override
    public Set<IncidentId> closedAmong(Set<IncidentId> ids) throws TopologyException {
        Set<IncidentId> closed = new HashSet<>();
        for (IncidentId id : ids) {
            if (!store.find(id).map(Incident::isOpen).orElse(false)) {
                closed.add(id);
            }
        }
        return closed;
    }
}
