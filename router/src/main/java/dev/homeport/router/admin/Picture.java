package dev.homeport.router.admin;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Health;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Considered;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.Words;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Everything one answer is made of, taken at one moment.
 *
 * @param others what the other routers say of themselves
 * @param own sessions of this router
 * @param notHeardOf routers that were registered within the last minutes and are not now, and since
 *     when
 * @param missingAgents agents that were registered within the last minutes and are not now, and
 *     since when
 * @param standing conditions that hold, and since when, as far as that is known
 */
record Picture(
        FleetSnapshot fleet,
        FleetSource.Status status,
        Map<RouterId, RouterReport> others,
        Map<ClusterId, Map<AgentId, AgentReport>> agents,
        Map<ClusterId, SessionCounts> own,
        Map<RouterId, Since> notHeardOf,
        Map<ClusterId, Map<AgentId, Since>> missingAgents,
        Map<Condition, Since> standing) {
    private static final SessionCounts NONE = new SessionCounts(0, 0);

    Picture {
        others = Collections.unmodifiableMap(new TreeMap<>(others));
        notHeardOf = Collections.unmodifiableMap(new TreeMap<>(notHeardOf));
        missingAgents = Collections.unmodifiableMap(new TreeMap<>(missingAgents));
        standing = Map.copyOf(standing);
    }

    /** All routers are heard of, and nothing is remembered. */
    Picture(
            FleetSnapshot fleet,
            FleetSource.Status status,
            Map<RouterId, RouterReport> others,
            Map<ClusterId, Map<AgentId, AgentReport>> agents,
            Map<ClusterId, SessionCounts> own) {
        this(fleet, status, others, agents, own, Map.of(), Map.of(), Map.of());
    }

    /**
     * What is shown of a cluster's health.
     *
     * @param since empty where nobody knows
     */
    record ShownHealth(Health health, String reason, Optional<Instant> since) {}

    /** When a condition began; empty if nobody saw it, or it does not hold. */
    Optional<Instant> since(Condition condition) {
        return Optional.ofNullable(standing.get(condition)).flatMap(Since::when);
    }

    /** Whether a condition holds, and not only since a moment ago. */
    boolean isSettled(Condition condition) {
        Since since = standing.get(condition);
        return since != null && since.isSettled();
    }

    /** Sessions of one cluster over all routers. */
    SessionCounts sessions(ClusterId cluster) {
        int open = ownSessions(cluster).open();
        int inTransaction = ownSessions(cluster).inTransaction();
        for (RouterReport report : others.values()) {
            SessionCounts counts = report.sessions().getOrDefault(cluster, NONE);
            open += counts.open();
            inTransaction += counts.inTransaction();
        }
        return new SessionCounts(open, inTransaction);
    }

    /** Sessions of all clusters over all routers. */
    SessionCounts sessions() {
        int open = 0;
        int inTransaction = 0;
        for (ClusterId cluster : fleet.clusters().keySet()) {
            SessionCounts counts = sessions(cluster);
            open += counts.open();
            inTransaction += counts.inTransaction();
        }
        return new SessionCounts(open, inTransaction);
    }

    SessionCounts ownSessions(ClusterId cluster) {
        return own.getOrDefault(cluster, NONE);
    }

    boolean isConnected() {
        return status.connection() == FleetSource.Connection.CONNECTED;
    }

    /** A verdict stands when its agents are gone; what they would see now is not known. */
    ShownHealth health(ClusterSnapshot cluster) {
        if (!agents.getOrDefault(cluster.id(), Map.of()).isEmpty()) {
            return new ShownHealth(
                    cluster.health(), cluster.verdict().reason(), cluster.verdict().since());
        }
        return new ShownHealth(
                Health.UNKNOWN,
                "no agent is registered for it; the last verdict was %s: %s"
                        .formatted(Words.of(cluster.health()), cluster.verdict().reason()),
                since(new Condition.Unwatched(cluster.id())));
    }

    /** The clusters as a placement sees them: what no agent watches is of unknown health. */
    List<Candidate> candidates() {
        return fleet.clusters().values().stream()
                .map(
                        cluster ->
                                Candidate.of(cluster, fleet.placements())
                                        .with(health(cluster).health()))
                .toList();
    }

    /** What runs as that instance, as an agent says that it answers, or else one that remembers. */
    Optional<Server> server(ClusterId cluster, InstanceId instance) {
        return agents.getOrDefault(cluster, Map.of()).values().stream()
                .flatMap(report -> report.instances().stream())
                .filter(status -> status.instance().equals(instance))
                .filter(status -> status.server().isPresent())
                .min(Comparator.comparing(InstanceStatus::reachability))
                .flatMap(InstanceStatus::server);
    }

    /** Whether each cluster takes new projects, and why. */
    Map<ClusterId, Considered> considered() {
        return PlacementChoice.openClusters(fleet.policy(), candidates()).stream()
                .collect(Collectors.toMap(Considered::cluster, Function.identity()));
    }
}
