package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Verdict;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Everything that stands in ZooKeeper at this moment, good or bad. Buckets are kept only while they
 * are not in force as they stand: the others are in the picture already. Not thread-safe; {@link
 * FleetImage} works on copies.
 */
final class StandingFleet {
    final Map<ClusterId, Standing<ClusterDefinition>> clusters = new TreeMap<>();
    final Map<ClusterId, Standing<ClusterIntent>> intents = new TreeMap<>();
    final Map<ClusterId, Standing<Verdict>> verdicts = new TreeMap<>();
    final Map<Integer, Standing<Map<ProjectId, Placement>>> buckets = new TreeMap<>();
    Optional<Standing<PlacementPolicy>> policy = Optional.empty();

    /** Paths whose last part is no id of what should stand there, and why. */
    final Map<String, String> misnamed = new TreeMap<>();

    StandingFleet copy() {
        var copy = new StandingFleet();
        copy.clusters.putAll(clusters);
        copy.intents.putAll(intents);
        copy.verdicts.putAll(verdicts);
        copy.buckets.putAll(buckets);
        copy.policy = policy;
        copy.misnamed.putAll(misnamed);
        return copy;
    }

    /** Takes note of one znode as it was read. Paths that are none of ours are passed over. */
    void note(String path, Znode znode, Instant now) {
        if (path.equals(ZnodePaths.POLICY)) {
            policy = Optional.of(Standing.of(znode, PlacementPolicyCodec.ZNODE, now));
            return;
        }
        switch (ZnodePaths.parent(path)) {
            case ZnodePaths.CLUSTERS ->
                    noteCluster(path, znode, clusters, ClusterDefinitionCodec::znode, now);
            case ZnodePaths.INTENTS ->
                    noteCluster(path, znode, intents, id -> ClusterIntentCodec.ZNODE, now);
            case ZnodePaths.VERDICTS ->
                    noteCluster(path, znode, verdicts, id -> VerdictCodec.ZNODE, now);
            case ZnodePaths.PROJECTS -> noteBucket(path, znode, now);
            default -> {}
        }
    }

    private <T> void noteCluster(
            String path,
            Znode znode,
            Map<ClusterId, Standing<T>> kind,
            Function<ClusterId, Codec<T>> codec,
            Instant now) {
        try {
            var id = new ClusterId(ZnodePaths.name(path));
            kind.put(id, Standing.of(znode, codec.apply(id), now));
        } catch (IllegalArgumentException e) {
            noteMisnamed(path, znode, e.getMessage());
        }
    }

    private void noteBucket(String path, Znode znode, Instant now) {
        OptionalInt bucket = Buckets.parse(ZnodePaths.name(path));
        if (bucket.isPresent()) {
            int number = bucket.getAsInt();
            buckets.put(number, Standing.of(znode, PlacementBucketCodec.znode(number), now));
        } else {
            noteMisnamed(path, znode, "must be named by three hexadecimal digits");
        }
    }

    private void noteMisnamed(String path, Znode znode, String rule) {
        if (znode.isAbsent()) {
            misnamed.remove(path);
        } else {
            misnamed.put(path, rule);
        }
    }
}
