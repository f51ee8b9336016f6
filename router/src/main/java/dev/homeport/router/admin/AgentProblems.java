package dev.homeport.router.admin;

import dev.homeport.router.admin.Condition.Blind;
import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Agents that are gone, or see less than others of their cluster, as problems. Pure. */
final class AgentProblems {
    private static final int NAMED = 3;

    private AgentProblems() {}

    static List<FleetProblem> of(Picture picture) {
        List<FleetProblem> found = new ArrayList<>();
        picture.agents()
                .forEach(
                        (cluster, agents) ->
                                agents.values()
                                        .forEach(
                                                agent ->
                                                        blind(picture, cluster, agent)
                                                                .ifPresent(found::add)));
        picture.missingAgents()
                .forEach(
                        (cluster, agents) ->
                                agents.forEach(
                                        (agent, since) ->
                                                missing(picture, cluster, agent, since)
                                                        .ifPresent(found::add)));
        return found;
    }

    /** Where it was the last one, the cluster itself is of unknown health. */
    private static Optional<FleetProblem> missing(
            Picture picture, ClusterId cluster, AgentId agent, Since since) {
        int others = picture.agents().getOrDefault(cluster, Map.of()).size();
        if (!since.isSettled() || others == 0 || picture.fleet().cluster(cluster).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new FleetProblem(
                        Severity.WARNING,
                        "agent " + agent,
                        "of cluster %s is not registered any more".formatted(cluster),
                        since.when(),
                        others == 1
                                ? "nobody is refused; 1 agent is left to watch the cluster"
                                : "nobody is refused; %d agents are left to watch the cluster"
                                        .formatted(others),
                        "if nobody stopped it, look at its process and its log; it is forgotten"
                                + " %d minutes after it went"
                                        .formatted(DaemonMemory.MEMORY.toMinutes())));
    }

    private static Optional<FleetProblem> blind(
            Picture picture, ClusterId cluster, AgentReport agent) {
        Map<InstanceId, Optional<Instant>> since =
                agent.instances().stream()
                        .map(status -> new Blind(cluster, agent.agent(), status.instance()))
                        .filter(picture::isSettled)
                        .collect(
                                Collectors.toMap(
                                        Blind::instance, picture::since, (one, same) -> one));
        if (since.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new FleetProblem(
                        Severity.WARNING,
                        "agent " + agent.agent(),
                        "of cluster %s %s, which another agent can ask"
                                .formatted(cluster, whatItSees(agent, since.keySet())),
                        since.values().stream().allMatch(Optional::isPresent)
                                ? since.values().stream()
                                        .flatMap(Optional::stream)
                                        .min(Comparator.naturalOrder())
                                : Optional.empty(),
                        "nobody is refused; if the others end, it cannot judge the cluster",
                        "homeport agents says what it was told; correct its probe account or the"
                                + " network between them"));
    }

    /** {@code is not let in by a1, a2; gets no answer from a3}. */
    private static String whatItSees(AgentReport agent, Set<InstanceId> blind) {
        List<String> parts = new ArrayList<>();
        named(agent, blind, Reachability.LOCKED_OUT)
                .ifPresent(names -> parts.add("is not let in by " + names));
        named(agent, blind, Reachability.SILENT)
                .ifPresent(names -> parts.add("gets no answer from " + names));
        return String.join(" and ", parts);
    }

    private static Optional<String> named(
            AgentReport agent, Set<InstanceId> blind, Reachability reachability) {
        List<InstanceId> such =
                agent.instances().stream()
                        .filter(status -> status.reachability() == reachability)
                        .map(InstanceStatus::instance)
                        .filter(blind::contains)
                        .toList();
        if (such.isEmpty()) {
            return Optional.empty();
        }
        String names =
                such.stream().limit(NAMED).map(InstanceId::value).collect(Collectors.joining(", "));
        int more = such.size() - NAMED;
        return Optional.of(more > 0 ? names + " and " + more + " more" : names);
    }
}
