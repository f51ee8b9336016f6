package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The whole picture at one moment: all clusters, all projects, the policy for new ones, what the
 * guard goes by, and what is wrong with data. Immutable and replaced as a whole; whoever decides
 * takes it once and keeps that copy.
 *
 * @param clusters sorted by id: iteration order reaches logs and tests. Their containments follow
 *     from the incidents
 * @param incidents the open ones by id, so from the oldest to the newest
 * @param versions in which versions of their znodes the records are in force; says nothing of what
 *     they mean
 * @param zxid the newest ZooKeeper transaction that is in the picture, 0 where there is none
 * @param asOf when the picture was last known to agree with ZooKeeper
 */
public record FleetSnapshot(
        Map<ClusterId, ClusterSnapshot> clusters,
        PlacementMap placements,
        PlacementPolicy policy,
        GuardState guard,
        List<Incident> incidents,
        RecordVersions versions,
        long zxid,
        Instant asOf) {
    /** A picture of which nobody knows in which versions of the znodes it stands. */
    public FleetSnapshot(
            Map<ClusterId, ClusterSnapshot> clusters,
            PlacementMap placements,
            PlacementPolicy policy,
            GuardState guard,
            List<Incident> incidents,
            long zxid,
            Instant asOf) {
        this(clusters, placements, policy, guard, incidents, RecordVersions.UNKNOWN, zxid, asOf);
    }

    public FleetSnapshot {
        requireNonNull(placements, "placements");
        requireNonNull(policy, "policy");
        requireNonNull(asOf, "asOf");
        requireNonNull(guard, "guard");
        requireNonNull(versions, "versions");
        incidents =
                incidents.stream()
                        .filter(Incident::isOpen)
                        .sorted(Comparator.comparing(Incident::id))
                        .toList();
        Map<ClusterId, List<Incident>> byCluster =
                incidents.stream().collect(Collectors.groupingBy(Incident::cluster));
        // Of one that is sorted already this takes no comparisons.
        SortedMap<ClusterId, ClusterSnapshot> sorted = new TreeMap<>(clusters);
        sorted.replaceAll(
                (id, one) -> one.with(Containment.of(byCluster.getOrDefault(id, List.of()))));
        clusters = Collections.unmodifiableSortedMap(sorted);
    }

    /** The same with other placements, as they stand at that transaction. */
    public FleetSnapshot with(PlacementMap newPlacements, long newZxid, Instant newAsOf) {
        return new FleetSnapshot(
                clusters, newPlacements, policy, guard, incidents, versions, newZxid, newAsOf);
    }

    public Optional<ClusterSnapshot> cluster(ClusterId id) {
        return Optional.ofNullable(clusters.get(id));
    }

    /**
     * The buckets whose projects this picture may mean something else for than the one before; all
     * where the clusters are not the same.
     */
    public BitSet bucketsConcerned(FleetSnapshot before) {
        if (clusters.equals(before.clusters)) {
            return placements.changedSince(before.placements);
        }
        var all = new BitSet(Buckets.COUNT);
        all.set(0, Buckets.COUNT);
        return all;
    }

    /**
     * Whether somebody said that data of that project would go: by an announcement, or by deleting
     * the project.
     *
     * @param tenant whose data, as far as the table's name tells
     */
    public boolean isDeletionAnnounced(ProjectId project, Optional<String> tenant, Instant at) {
        boolean isDeleted =
                placements
                        .residence(project)
                        .filter(residence -> residence.state() == ProjectState.DELETED)
                        .isPresent();
        return isDeleted || guard.announcementOf(project, tenant, at).isPresent();
    }
}
