package dev.homeport.topology.zk;

import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.fields.Problems;

/**
 * One bucket as it stands in ZooKeeper, to be changed by compare-and-set.
 *
 * @param version in which it was read
 */
record PlacementBucket(PackedBucket placements, int version) {
    /**
     * @param known need not be parsed again
     * @throws TopologyException {@code CONFLICT} if it cannot be read: writing would lose what
     *     stands there
     */
    static PlacementBucket of(int bucket, Znode znode, KnownBuckets known)
            throws TopologyException {
        var problems = new Problems();
        if (!znode.unreadable().isEmpty()) {
            problems.add("", znode.unreadable());
        }
        PackedBucket placements =
                znode.bytes()
                        .flatMap(bytes -> known.znode(bucket).read(bytes, problems))
                        .orElseGet(() -> PackedBucket.empty(bucket));
        if (!problems.isEmpty()) {
            throw new TopologyException(
                    Reason.CONFLICT,
                    "znode %s must be mended first: %s"
                            .formatted(
                                    ZnodePaths.shown(ZnodePaths.bucket(bucket)), problems.text()));
        }
        return new PlacementBucket(placements, znode.version());
    }
}
