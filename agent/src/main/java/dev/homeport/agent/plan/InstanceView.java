package dev.homeport.agent.plan;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.GaleraStatus;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.Family;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One instance as all agents see it. Where they differ: it answers if it answers any agent, and
 * takes writes if any agent sees it take writes; something is wrong with it only if every agent
 * that it answers says so.
 *
 * @param statuses by agent, sorted; empty while no agent has judged it
 */
record InstanceView(InstanceId instance, Map<AgentId, InstanceStatus> statuses) {
    InstanceView {
        statuses = Collections.unmodifiableMap(new TreeMap<>(statuses));
    }

    static InstanceView of(InstanceId instance, Map<AgentId, AgentReport> reports) {
        Map<AgentId, InstanceStatus> statuses = new TreeMap<>();
        reports.forEach(
                (agent, report) ->
                        report.instances().stream()
                                .filter(status -> status.instance().equals(instance))
                                .forEach(status -> statuses.put(agent, status)));
        return new InstanceView(instance, statuses);
    }

    boolean isAnswering() {
        return !answers().isEmpty();
    }

    /** Judged, and silent to every agent that judged it. */
    boolean isSilent() {
        return !statuses.isEmpty()
                && statuses.values().stream()
                        .allMatch(status -> status.reachability() == Reachability.SILENT);
    }

    /** Nobody can tell what it does: not judged yet, or it lets no agent in. */
    boolean isUnseen() {
        return !isAnswering() && !isSilent();
    }

    /** A writable instance that does not replicate; of a Galera group, a node that is ready. */
    boolean isFitAsPrimary() {
        return answers().stream()
                .anyMatch(
                        status ->
                                status.writable()
                                        && status.replication().isEmpty()
                                        && status.galera().map(GaleraStatus::ready).orElse(true));
    }

    /** A Galera node to every agent that it answers: in doubt it is no member of a group. */
    boolean isGalera() {
        return isAnswering() && answers().stream().allMatch(status -> status.galera().isPresent());
    }

    /** Takes part as something else than the primary. */
    boolean isReplica() {
        return answers().stream()
                .anyMatch(
                        status ->
                                status.replication().isPresent()
                                        || status.galera().map(GaleraStatus::ready).orElse(false));
    }

    /** What is wrong with it, given that another one is the primary; empty if nothing is. */
    Optional<String> problemAsReplica() {
        if (!isAnswering()) {
            return Optional.of(instance + " " + absence());
        }
        return answers().stream()
                .map(InstanceView::problems)
                .min(Comparator.comparingInt(List::size))
                .filter(problems -> !problems.isEmpty())
                .map(problems -> instance + " " + String.join(" and ", problems));
    }

    private String absence() {
        if (statuses.isEmpty()) {
            return "has not been judged yet";
        }
        return isSilent() ? "does not answer" : "does not let the agents in";
    }

    private static List<String> problems(InstanceStatus status) {
        List<String> problems = new ArrayList<>();
        if (status.galera().isPresent()) {
            if (!status.galera().get().ready()) {
                problems.add("is a Galera node that is not ready");
            }
            return problems;
        }
        if (status.replication().isEmpty()) {
            problems.add("does not replicate");
            return problems;
        }
        ReplicationStatus replication = status.replication().get();
        if (status.writable()) {
            problems.add("is writable although it replicates");
        }
        if (!replication.ioRunning()) {
            problems.add("does not receive (IO thread stopped)");
        }
        if (!replication.sqlRunning()) {
            problems.add("does not apply (SQL thread stopped)");
        }
        if (replication.lagging()) {
            problems.add("lags");
        }
        return problems;
    }

    /** What it can do; whoever it answers knows better than who remembers it. */
    Optional<ServerCapabilities> capabilities() {
        return capabilities(answers()).or(() -> capabilities(statuses.values()));
    }

    /** Whose server it is, if that is known. */
    Optional<Family> family() {
        return capabilities().map(ServerCapabilities::family);
    }

    private static Optional<ServerCapabilities> capabilities(Collection<InstanceStatus> statuses) {
        return ServerCapabilities.common(
                statuses.stream()
                        .flatMap(status -> status.server().stream())
                        .map(Server::capabilities));
    }

    private List<InstanceStatus> answers() {
        return statuses.values().stream()
                .filter(status -> status.reachability() == Reachability.ANSWERS)
                .toList();
    }
}
