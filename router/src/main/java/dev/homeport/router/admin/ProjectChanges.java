package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What two pictures of the fleet mean for single projects: where the project's own state has
 * changed, or the incidents that name it. What a whole cluster goes through is no event of its
 * residents. Costs what has changed: buckets that both pictures share are not looked at. Pure.
 */
final class ProjectChanges {
    /** Of one change of the picture; more of them are told as a number. */
    static final int MOST_EVENTS = 100;

    private final FleetSnapshot before;
    private final FleetSnapshot after;
    private final List<FleetEvent> events = new ArrayList<>();
    private int untold;

    private ProjectChanges(FleetSnapshot before, FleetSnapshot after) {
        this.before = before;
        this.after = after;
    }

    /** In order of the projects' ids. */
    static List<FleetEvent> between(FleetSnapshot before, FleetSnapshot after) {
        var changes = new ProjectChanges(before, after);
        changes.concerned().forEach(changes::add);
        if (changes.untold > 0) {
            changes.events.add(
                    FleetEvent.of(
                            FleetEvent.Kind.PROJECTS_CHANGED,
                            Json.object()
                                    .put("projects", changes.untold)
                                    .put(
                                            "reason",
                                            "more projects changed at once than are told one by"
                                                    + " one; read /v1/projects anew")));
        }
        return List.copyOf(changes.events);
    }

    private Set<ProjectId> concerned() {
        Set<ProjectId> concerned = new TreeSet<>();
        after.placements().changedSince(before.placements()).stream()
                .forEach(
                        bucket ->
                                after.placements()
                                        .bucket(bucket)
                                        .forEachMoved(
                                                before.placements().bucket(bucket),
                                                concerned::add));
        Set<ClusterId> clusters = new TreeSet<>(before.clusters().keySet());
        clusters.addAll(after.clusters().keySet());
        clusters.forEach(
                cluster -> {
                    Set<ProjectId> was = named(before, cluster);
                    Set<ProjectId> is = named(after, cluster);
                    if (!was.equals(is)) {
                        concerned.addAll(onlyInFirst(was, is));
                        concerned.addAll(onlyInFirst(is, was));
                    }
                });
        return concerned;
    }

    private static Set<ProjectId> named(FleetSnapshot fleet, ClusterId cluster) {
        return fleet.cluster(cluster).map(one -> one.containment().projects()).orElse(Set.of());
    }

    private static Set<ProjectId> onlyInFirst(Set<ProjectId> first, Set<ProjectId> second) {
        Set<ProjectId> rest = new HashSet<>(first);
        rest.removeAll(second);
        return rest;
    }

    private void add(ProjectId project) {
        Optional<Placement> from = before.placements().find(project);
        Optional<Placement> to = after.placements().find(project);
        // Being placed is no change for anybody: it had no sessions.
        if (from.isEmpty() || isPlaced(from.get(), to)) {
            return;
        }
        Optional<Availability> was = from.flatMap(one -> of(before, project, one));
        Optional<Availability> is = to.flatMap(one -> of(after, project, one));
        if (was.equals(is)) {
            return;
        }
        if (events.size() == MOST_EVENTS) {
            untold++;
            return;
        }
        ObjectNode json = Json.object().put("project", project.value());
        json.put("cluster", to.orElse(from.get()).home().value());
        Json.put(json, "before", was.map(one -> Words.of(one.limit())));
        Json.put(json, "after", is.map(one -> Words.of(one.limit())));
        Json.put(json, "limitedBy", is.filter(one -> one != Availability.SERVE).map(Words::of));
        json.put("reason", reason(was, is, to));
        events.add(FleetEvent.of(FleetEvent.Kind.PROJECT_AVAILABILITY, json));
    }

    private static boolean isPlaced(Placement from, Optional<Placement> to) {
        return from.state() == ProjectState.PROVISIONING
                && to.map(one -> one.state() == ProjectState.SERVING).orElse(false);
    }

    private static Optional<Availability> of(
            FleetSnapshot fleet, ProjectId project, Placement placement) {
        Optional<ClusterSnapshot> home = fleet.cluster(placement.home());
        return home.map(cluster -> Availability.of(cluster, project, placement.state()));
    }

    /** What is said where a limit begins; where it ends, what is said now instead. */
    private static String reason(
            Optional<Availability> was, Optional<Availability> is, Optional<Placement> to) {
        if (to.isEmpty()) {
            return "its record is gone";
        }
        Availability telling =
                is.filter(one -> one != Availability.SERVE)
                        .or(() -> was)
                        .orElse(Availability.SERVE);
        return telling == Availability.PROJECT_DATA_LOSS
                ? is.equals(Optional.of(telling))
                        ? "an open incident names it"
                        : "no open incident names it"
                : to.get().reason();
    }
}
