package dev.homeport.agent.plan;

import dev.homeport.topology.AgentReport.GaleraStatus;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The observations behind a verdict, as lines for people. Only what is judged: it changes rarely.
 */
final class Evidence {
    private Evidence() {}

    /** One line for each instance and agent, such as {@code c1-1 to a1: answers, writable}. */
    static List<String> of(List<InstanceView> views) {
        return views.stream().flatMap(Evidence::lines).toList();
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
