package dev.homeport.agent.plan;

import dev.homeport.topology.AgentReport.GaleraStatus;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The observations behind a verdict, as lines for people. Only what is judged: it changes rarely.
 */
final class Evidence {
    private Evidence() {}

    /**
     * One line for each instance and agent, such as {@code c1-1 to a1: answers, writable}; then one
     * for each instance that lacks what another one has.
     */
    static List<String> of(List<InstanceView> views) {
        return Stream.concat(views.stream().flatMap(Evidence::lines), shortfalls(views)).toList();
    }

    private static Stream<String> shortfalls(List<InstanceView> views) {
        ServerCapabilities all =
                views.stream()
                        .flatMap(view -> view.capabilities().stream())
                        .reduce(new ServerCapabilities(0), ServerCapabilities::or);
        return views.stream()
                .flatMap(
                        view ->
                                view.capabilities().stream()
                                        .map(all::without)
                                        .filter(lacking -> !lacking.names().isEmpty())
                                        .map(lacking -> shortfall(view, lacking)));
    }

    private static String shortfall(InstanceView view, ServerCapabilities lacking) {
        return "%s lacks what others have, so clients are not offered it: %s"
                .formatted(view.instance(), String.join(", ", lacking.names()));
    }

    private static Stream<String> lines(InstanceView view) {
        if (view.statuses().isEmpty()) {
            return Stream.of(view.instance() + ": not judged yet");
        }
        return view.statuses().entrySet().stream()
                .map(
                        entry ->
                                "%s to %s: %s"
                                        .formatted(
                                                view.instance(),
                                                entry.getKey(),
                                                line(entry.getValue())));
    }

    private static String line(InstanceStatus status) {
        List<String> parts = new ArrayList<>();
        parts.add(Words.of(status.reachability()));
        switch (status.reachability()) {
            case ANSWERS -> {
                parts.add(status.writable() ? "writable" : "read-only");
                status.replication().map(Evidence::line).ifPresent(parts::add);
                status.galera().map(Evidence::line).ifPresent(parts::add);
            }
            case SILENT, LOCKED_OUT -> {}
        }
        if (!status.detail().isEmpty()) {
            parts.add(status.detail());
        }
        return String.join(", ", parts);
    }

    private static String line(ReplicationStatus replication) {
        return "replicates from " + replication.source();
    }

    private static String line(GaleraStatus galera) {
        return galera.ready() ? "Galera node" : "Galera node, not ready";
    }
}
