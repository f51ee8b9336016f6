package dev.homeport.router.admin;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.PlacementChoice.Candidate;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Something that holds in a fleet for a while, and of which no record says since when. */
sealed interface Condition {
    /** No agent is registered for it. */
    record Unwatched(ClusterId cluster) implements Condition {}

    /** The agent gets no answer from an instance that answers another agent of its cluster. */
    record Blind(ClusterId cluster, AgentId agent, InstanceId instance) implements Condition {}

    /** As much lives there as its capacity says. */
    record Full(ClusterId cluster) implements Condition {}

    /** The guard only observes. */
    record Observing() implements Condition {}

    /** All that hold. Asked at every change of the fleet: it makes no texts. */
    static Set<Condition> of(
            FleetSnapshot fleet, Map<ClusterId, Map<AgentId, AgentReport>> agents) {
        Set<Condition> found = new HashSet<>();
        if (fleet.guard().policy().observe()) {
            found.add(new Observing());
        }
        for (ClusterSnapshot cluster : fleet.clusters().values()) {
            Map<AgentId, AgentReport> watching = agents.getOrDefault(cluster.id(), Map.of());
            if (watching.isEmpty()) {
                found.add(new Unwatched(cluster.id()));
            }
            addBlind(cluster.id(), watching, found);
            boolean isLimited = !cluster.definition().capacity().equals(Capacity.UNLIMITED);
            if (isLimited && Candidate.of(cluster, fleet.placements()).isFull()) {
                found.add(new Full(cluster.id()));
            }
        }
        return found;
    }

    private static void addBlind(
            ClusterId cluster, Map<AgentId, AgentReport> watching, Set<Condition> found) {
        if (watching.size() < 2) {
            return;
        }
        Set<InstanceId> answering = new HashSet<>();
        for (AgentReport report : watching.values()) {
            for (InstanceStatus status : report.instances()) {
                if (status.reachability() == Reachability.ANSWERS) {
                    answering.add(status.instance());
                }
            }
        }
        for (AgentReport report : watching.values()) {
            for (InstanceStatus status : report.instances()) {
                if (status.reachability() != Reachability.ANSWERS
                        && answering.contains(status.instance())) {
                    found.add(new Blind(cluster, report.agent(), status.instance()));
                }
            }
        }
    }
}
