package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What happened between two pictures of the fleet. Pure: the same two give the same events. */
final class FleetChanges {
    private final List<FleetEvent> events = new ArrayList<>();

    private FleetChanges() {}

    /** Incidents first: they may be why a cluster is refused. Then clusters, then projects. */
    static List<FleetEvent> between(FleetSnapshot before, FleetSnapshot after) {
        var changes = new FleetChanges();
        changes.addIncidents(byId(before), byId(after));
        var clusters = new TreeSet<>(before.clusters().keySet());
        clusters.addAll(after.clusters().keySet());
        for (ClusterId cluster : clusters) {
            changes.addCluster(cluster, before.cluster(cluster), after.cluster(cluster));
        }
        changes.events.addAll(ProjectChanges.between(before, after));
        return List.copyOf(changes.events);
    }

    private static Map<IncidentId, Incident> byId(FleetSnapshot fleet) {
        Map<IncidentId, Incident> incidents = new LinkedHashMap<>();
        fleet.incidents().forEach(one -> incidents.put(one.id(), one));
        return incidents;
    }

    private void addIncidents(Map<IncidentId, Incident> before, Map<IncidentId, Incident> after) {
        before.forEach(
                (id, incident) -> {
                    if (!after.containsKey(id)) {
                        // The picture has open ones only: this is how it was seen last.
                        add(
                                FleetEvent.Kind.INCIDENT_CLOSED,
                                IncidentEndpoints.json(incident).put("state", "closed"));
                    }
                });
        after.forEach(
                (id, incident) -> {
                    if (!before.containsKey(id)) {
                        add(FleetEvent.Kind.INCIDENT_OPENED, IncidentEndpoints.json(incident));
                    } else if (!before.get(id).equals(incident)) {
                        add(FleetEvent.Kind.INCIDENT_AMENDED, IncidentEndpoints.json(incident));
                    }
                });
    }

    private void addCluster(
            ClusterId id, Optional<ClusterSnapshot> before, Optional<ClusterSnapshot> after) {
        Optional<Availability> was = before.map(Availability::ofCluster);
        Optional<Availability> is = after.map(Availability::ofCluster);
        if (was.equals(is)) {
            return;
        }
        ObjectNode json = Json.object().put("cluster", id.value());
        Json.put(json, "before", was.map(one -> Words.of(one.limit())));
        Json.put(json, "after", is.map(one -> Words.of(one.limit())));
        Json.put(json, "limitedBy", is.filter(one -> one != Availability.SERVE).map(Words::of));
        json.put(
                "reason",
                after.map(cluster -> reason(was, is.orElseThrow(), cluster))
                        .orElse("it was removed"));
        add(FleetEvent.Kind.CLUSTER_AVAILABILITY, json);
    }

    /** What is said where a limit begins; where it ends, what is said now instead. */
    private static String reason(
            Optional<Availability> was, Availability is, ClusterSnapshot cluster) {
        if (was.isEmpty()) {
            return "it was added";
        }
        return switch (is == Availability.SERVE ? was.get() : is) {
            case NO_PRIMARY -> cluster.verdict().reason();
            case CLUSTER_DATA_LOSS ->
                    is == Availability.SERVE
                            ? "no open incident takes it out of service"
                            : "an open incident takes it out of service";
            default -> cluster.intent().reason();
        };
    }

    private void add(FleetEvent.Kind kind, ObjectNode data) {
        events.add(FleetEvent.of(kind, data));
    }
}
