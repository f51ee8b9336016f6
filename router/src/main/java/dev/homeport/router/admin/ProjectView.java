package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import java.time.Duration;
import java.util.Optional;

/** A project as the interface shows it. */
final class ProjectView {
    private ProjectView() {}

    static ObjectNode json(FleetSnapshot fleet, ProjectId project, Placement placement) {
        ObjectNode json = Json.object();
        json.put("id", project.value());
        json.put("cluster", placement.home().value());
        json.put("state", Words.of(placement.state()));
        Optional<ClusterSnapshot> home = fleet.cluster(placement.home());
        Optional<Availability> availability =
                home.map(cluster -> Availability.of(cluster, project, placement.state()));
        Availability.Limit limit =
                availability.map(Availability::limit).orElse(Availability.Limit.REFUSE);
        json.put("available", limit == Availability.Limit.SERVE);
        json.put("limit", Words.of(limit));
        json.put("limitedBy", limitedBy(availability));
        Json.putSeconds(json, "retryAfter", retryAfter(home, placement, limit));
        Json.putSeconds(json, "deadline", placement.terms().deadline());
        Json.put(json, "since", Optional.of(placement.since()));
        json.put("reason", placement.reason());
        Json.put(json, "error", placement.error());
        return json;
    }

    /** The word of the limit in force; null where the project is served. */
    private static String limitedBy(Optional<Availability> availability) {
        if (availability.isEmpty()) {
            return "cluster-unknown";
        }
        Availability found = availability.get();
        return found == Availability.SERVE ? null : Words.of(found);
    }

    private static Optional<Duration> retryAfter(
            Optional<ClusterSnapshot> home, Placement placement, Availability.Limit limit) {
        return limit == Availability.Limit.SERVE
                ? Optional.empty()
                : placement
                        .terms()
                        .retryAfter()
                        .or(() -> home.flatMap(cluster -> cluster.intent().retryAfter()));
    }
}
