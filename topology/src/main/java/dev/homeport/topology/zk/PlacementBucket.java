package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.ConditionalWrites.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/** One bucket as it stands in ZooKeeper, to be changed by compare-and-set. */
final class PlacementBucket {
    private final int bucket;
    private final int version;
    private final Map<ProjectId, Placement> placements;

    private PlacementBucket(int bucket, int version, Map<ProjectId, Placement> placements) {
        this.bucket = bucket;
        this.version = version;
        this.placements = placements;
    }

    /**
     * The bucket of that project.
     *
     * @throws TopologyException {@code CONFLICT} if it cannot be read: writing would lose what
     *     stands there
     */
    static PlacementBucket read(Call call, ProjectId project)
            throws KeeperException, TopologyException {
        int bucket = Buckets.of(project);
        return of(bucket, call.read(ZnodePaths.bucket(bucket)));
    }

    static PlacementBucket of(int bucket, Znode znode) throws TopologyException {
        var problems = new Problems();
        if (!znode.unreadable().isEmpty()) {
            problems.add("", znode.unreadable());
        }
        Map<ProjectId, Placement> placements =
                znode.bytes()
                        .flatMap(bytes -> PlacementBucketCodec.znode(bucket).read(bytes, problems))
                        .orElseGet(Map::of);
        if (!problems.isEmpty()) {
            throw new TopologyException(
                    Reason.CONFLICT,
                    "znode %s must be mended first: %s"
                            .formatted(
                                    ZnodePaths.shown(ZnodePaths.bucket(bucket)), problems.text()));
        }
        return new PlacementBucket(bucket, znode.version(), placements);
    }

    Optional<Placement> find(ProjectId project) {
        return Optional.ofNullable(placements.get(project));
    }

    Map<ProjectId, Placement> placements() {
        return placements;
    }

    /** The change that puts this placement in. */
    Change<Map<ProjectId, Placement>> with(
            ProjectId project, Placement placement, List<Op> others) {
        Map<ProjectId, Placement> changed = new TreeMap<>(placements);
        changed.put(project, placement);
        return new Change<>(
                changed,
                PlacementBucketCodec.znode(bucket),
                ZnodePaths.bucket(bucket),
                version,
                others);
    }
}
