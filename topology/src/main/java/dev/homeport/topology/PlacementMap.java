package dev.homeport.topology;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Every project's placement at one moment. Immutable; a change makes a new map, which shares all
 * buckets that have not changed. There can be millions: nothing here but {@link #forEach} costs
 * more than the buckets it is about.
 *
 * <p>See decisions/0012.
 */
public interface PlacementMap {
    PlacementMap EMPTY = PackedPlacements.EMPTY;

    /** Where the project lives, which is all that routing asks. Allocates nothing. */
    Optional<Residence> residence(ProjectId project);

    /** The project's placement. Safe on an event loop. */
    Optional<Placement> find(ProjectId project);

    /** How many projects there are, tombstones included. */
    int size();

    /** How many projects live on that cluster: all states but {@link ProjectState#DELETED}. */
    int residents(ClusterId cluster);

    /** How many records name that cluster, tombstones included. */
    int records(ClusterId cluster);

    /** How many projects are in that state. */
    int count(ProjectState state);

    /** Some of the projects whose provisioning has an error, as many as that at most. */
    List<ProjectId> failures(int most);

    /** One of the 4096 buckets. */
    PackedBucket bucket(int bucket);

    /** The buckets that may differ from those of another map; those that are shared do not. */
    BitSet changedSince(PlacementMap before);

    /** Visits all projects: buckets in order, ids in order within each. */
    void forEach(BiConsumer<ProjectId, Placement> visitor);

    /**
     * Visits the projects whose residence is wanted, in that order, until the visitor has enough.
     *
     * @param after begins behind that project, whether it is still there or not; empty begins with
     *     the first
     */
    void visit(
            Optional<ProjectId> after, Predicate<Residence> wanted, PackedBucket.Visitor visitor);

    /** A map with some buckets replaced. Copies the 4096 references once. */
    PlacementMap with(Collection<PackedBucket> changed);

    /**
     * A map with one bucket replaced.
     *
     * @throws IllegalArgumentException if a project does not belong into that bucket
     */
    PlacementMap withBucket(int bucket, Map<ProjectId, Placement> content);
}
