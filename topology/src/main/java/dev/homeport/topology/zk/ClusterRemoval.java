package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.ConditionalWrites.Change;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/**
 * Removes a cluster that is nobody's home. A transaction cannot check 4096 buckets, so the cluster
 * is taken offline first: whoever places a project there checks its intent, and fails from then on.
 * Then the policy and the buckets are read once more, and only then it goes, together with a check
 * that the policy is still the one that was read.
 */
final class ClusterRemoval {
    private final BlockingCalls calls;
    private final ConditionalWrites writes;
    private final KnownBuckets known;
    private final Clock clock;

    ClusterRemoval(BlockingCalls calls, ConditionalWrites writes, KnownBuckets known, Clock clock) {
        this.calls = calls;
        this.writes = writes;
        this.known = known;
        this.clock = clock;
    }

    void remove(ClusterId cluster, OptionalInt expectedVersion) throws TopologyException {
        String what = "removal of cluster " + cluster;
        calls.run(
                what,
                call -> {
                    ZooKeeperFleetWriter.requireCluster(call, cluster);
                    requireVersion(call, cluster, expectedVersion);
                    return requireUnnamed(call, cluster);
                });
        Closing closing = close(what, cluster);
        try {
            calls.run(
                    what,
                    call -> {
                        // Absent where the answer to the deletion was lost.
                        if (!call.read(ZnodePaths.cluster(cluster)).isAbsent()) {
                            requireVersion(call, cluster, expectedVersion);
                            int policyVersion = requireUnnamed(call, cluster);
                            delete(
                                    call,
                                    cluster,
                                    expectedVersion.orElse(-1),
                                    closing.written.version(),
                                    policyVersion);
                        }
                        return cluster;
                    });
        } catch (TopologyException e) {
            try {
                reopen(what, cluster, closing);
            } catch (TopologyException notReopened) {
                e.addSuppressed(notReopened);
            }
            throw e;
        }
    }

    /**
     * What was done to the intent.
     *
     * @param before the intent to go back to
     */
    private record Closing(ClusterIntent before, Written<ClusterIntent> written) {}

    private Closing close(String what, ClusterId cluster) throws TopologyException {
        var before = new ArrayList<ClusterIntent>();
        Written<ClusterIntent> written =
                writes.write(
                        what,
                        call -> {
                            Znode znode = call.read(ZnodePaths.intent(cluster));
                            before.add(
                                    0,
                                    StandingClusters.good(znode, ClusterIntentCodec.ZNODE)
                                            .orElse(ClusterIntent.ACTIVE));
                            return new Change<>(
                                    new ClusterIntent(
                                            Intent.OFFLINE,
                                            "the cluster is being removed",
                                            "",
                                            Optional.of(clock.instant()),
                                            Optional.empty(),
                                            Optional.empty(),
                                            Optional.of(
                                                    before.get(0).intent() == Intent.ACTIVE
                                                            ? Intent.ACTIVE
                                                            : Intent.CORDONED)),
                                    ClusterIntentCodec.ZNODE,
                                    ZnodePaths.intent(cluster),
                                    znode.version(),
                                    List.of(Op.check(ZnodePaths.cluster(cluster), -1)));
                        });
        return new Closing(before.get(0), written);
    }

    private void reopen(String what, ClusterId cluster, Closing closing) throws TopologyException {
        writes.write(
                what,
                call -> {
                    Znode znode = call.read(ZnodePaths.intent(cluster));
                    // Somebody else's word since then stands.
                    boolean isOurs = znode.version() == closing.written.version();
                    ClusterIntent standing =
                            StandingClusters.good(znode, ClusterIntentCodec.ZNODE)
                                    .orElse(closing.before);
                    return new Change<>(
                            isOurs ? closing.before : standing,
                            ClusterIntentCodec.ZNODE,
                            ZnodePaths.intent(cluster),
                            znode.version(),
                            List.of(Op.check(ZnodePaths.cluster(cluster), -1)));
                });
    }

    private static void requireVersion(Call call, ClusterId cluster, OptionalInt expectedVersion)
            throws KeeperException, TopologyException {
        ZooKeeperFleetWriter.requireVersion(
                "cluster " + cluster, expectedVersion, call.read(ZnodePaths.cluster(cluster)));
    }

    private static void delete(
            Call call, ClusterId cluster, int version, int intentVersion, int policyVersion)
            throws KeeperException, TopologyException {
        List<Op> operations = new ArrayList<>();
        operations.add(checkPolicy(call, policyVersion));
        operations.add(Op.delete(ZnodePaths.cluster(cluster), version));
        operations.add(Op.delete(ZnodePaths.intent(cluster), intentVersion));
        if (!call.read(ZnodePaths.verdict(cluster)).isAbsent()) {
            operations.add(Op.delete(ZnodePaths.verdict(cluster), -1));
        }
        call.await(AsyncCalls.multi(call.zk(), operations));
    }

    /**
     * Lets the transaction fail if the policy is not as it was read: reading thousands of buckets
     * takes long enough for somebody to write one that names the cluster. ZooKeeper has no check of
     * absence, so the policy that holds without one is made.
     */
    private static Op checkPolicy(Call call, int version) {
        return version == Versioned.ABSENT
                ? call.write(
                        ZnodePaths.POLICY,
                        PlacementPolicyCodec.ZNODE.write(PlacementPolicy.DEFAULT),
                        Versioned.ABSENT)
                : Op.check(ZnodePaths.POLICY, version);
    }

    /**
     * @return the version of the policy, which was read before the buckets
     */
    private int requireUnnamed(Call call, ClusterId cluster)
            throws KeeperException, TopologyException {
        Znode znode = call.read(ZnodePaths.POLICY);
        Optional<PlacementPolicy> policy = StandingClusters.good(znode, PlacementPolicyCodec.ZNODE);
        WriteRules.requireUnneeded(
                cluster, policy.orElse(PlacementPolicy.DEFAULT), countRecords(call, cluster));
        return znode.version();
    }

    private int countRecords(Call call, ClusterId cluster)
            throws KeeperException, TopologyException {
        Map<Integer, CompletableFuture<Znode>> reads = new LinkedHashMap<>();
        for (String name :
                call.await(AsyncCalls.children(call.zk(), ZnodePaths.PROJECTS)).names()) {
            OptionalInt bucket = Buckets.parse(name);
            if (bucket.isPresent()) {
                reads.put(
                        bucket.getAsInt(),
                        AsyncCalls.znode(call.zk(), ZnodePaths.bucket(bucket.getAsInt())));
            }
        }
        int records = 0;
        for (var read : reads.entrySet()) {
            records +=
                    PlacementBucket.of(read.getKey(), call.await(read.getValue()), known)
                            .placements()
                            .records(cluster);
        }
        return records;
    }
}
