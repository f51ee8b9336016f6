package dev.homeport.topology;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Every project's placement at one moment. Immutable; a change makes a new map. */
public interface PlacementMap {
    PlacementMap EMPTY = BucketedPlacements.EMPTY;

    /** The project's placement. Safe on an event loop. */
    Optional<Placement> find(ProjectId project);

    /** How many projects there are, tombstones included. */
    int size();

    /** How many projects live on that cluster: all states but {@link ProjectState#DELETED}. */
    int residents(ClusterId cluster);

    /** How many records name that cluster, tombstones included. */
    int records(ClusterId cluster);

    /** The projects of one bucket, in order of their ids. */
    Map<ProjectId, Placement> bucket(int bucket);

    /** Visits all projects: buckets in order, ids in order within each. */
    void forEach(BiConsumer<ProjectId, Placement> visitor);

    /**
     * A map with one bucket replaced.
     *
     * @throws IllegalArgumentException if a project does not belong into that bucket
     */
    PlacementMap withBucket(int bucket, Map<ProjectId, Placement> content);
}
