package dev.homeport.testkit.fleet;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Incident;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Builds a whole picture: {@code aFleet().with(aCluster("c1").withPrimary("c1-1")).withProject(
 * "p1", "c1").build()}. Mutable, for one thread.
 */
public final class Fleets {
    private final Map<ClusterId, ClusterSnapshot> clusters = new TreeMap<>();
    private PlacementMap placements = PlacementMap.EMPTY;
    private PlacementPolicy policy = PlacementPolicy.DEFAULT;
    private GuardState guard = GuardState.DEFAULT;
    private final List<Incident> incidents = new ArrayList<>();
    private long zxid = 1;

    private Fleets() {}

    public static Fleets aFleet() {
        return new Fleets();
    }

    /** Goes on from a picture that exists. */
    public static Fleets from(FleetSnapshot fleet) {
        Fleets builder = new Fleets();
        builder.clusters.putAll(fleet.clusters());
        builder.placements = fleet.placements();
        builder.policy = fleet.policy();
        builder.guard = fleet.guard();
        builder.incidents.addAll(fleet.incidents());
        builder.zxid = fleet.zxid() + 1;
        return builder;
    }

    /** Adds a cluster, or replaces the one of that id. */
    public Fleets with(Clusters cluster) {
        ClusterSnapshot built = cluster.build();
        clusters.put(built.id(), built);
        return this;
    }

    public Fleets withProject(String project, String home) {
        return withProject(project, home, ProjectState.SERVING);
    }

    /** Adds a project, or replaces the one of that id. */
    public Fleets withProject(String project, String home, ProjectState state) {
        return withProject(project, home, state, RefusalTerms.NONE);
    }

    /** Likewise, with what an operator said about its sessions. */
    public Fleets withProject(String project, String home, ProjectState state, RefusalTerms terms) {
        ProjectId id = new ProjectId(project);
        Placement placement =
                new Placement(
                                new ClusterId(home),
                                state,
                                Clusters.SINCE,
                                "as built",
                                Optional.empty())
                        .on(terms);
        placements =
                placements.with(List.of(placements.bucket(Buckets.of(id)).with(id, placement)));
        return this;
    }

    public Fleets with(PlacementPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    public Fleets with(GuardPolicy newPolicy) {
        guard = new GuardState(newPolicy, guard.approvals(), guard.announcements());
        return this;
    }

    public Fleets with(GuardState newGuard) {
        guard = newGuard;
        return this;
    }

    /** Adds an incident, or replaces the one of that id. */
    public Fleets with(Incident incident) {
        incidents.removeIf(one -> one.id().equals(incident.id()));
        incidents.add(incident);
        return this;
    }

    public FleetSnapshot build() {
        return new FleetSnapshot(
                clusters, placements, policy, guard, incidents, zxid, Clusters.SINCE);
    }
}
