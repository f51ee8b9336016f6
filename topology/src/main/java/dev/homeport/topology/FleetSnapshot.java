package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole picture at one moment: all clusters, all projects, the policy for new ones. Immutable
 * and replaced as a whole; whoever decides takes it once and keeps that copy.
 *
 * @param clusters sorted by id: iteration order reaches logs and tests
 * @param zxid the newest ZooKeeper transaction that is in the picture, 0 where there is none
 * @param asOf when the picture was last known to agree with ZooKeeper
 */
public record FleetSnapshot(
        Map<ClusterId, ClusterSnapshot> clusters,
        PlacementMap placements,
        PlacementPolicy policy,
        long zxid,
        Instant asOf) {
    public FleetSnapshot {
        requireNonNull(placements, "placements");
        requireNonNull(policy, "policy");
        requireNonNull(asOf, "asOf");
        clusters = Collections.unmodifiableMap(new TreeMap<>(clusters));
    }

    public Optional<ClusterSnapshot> cluster(ClusterId id) {
        return Optional.ofNullable(clusters.get(id));
    }
}
