package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Problems;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What operators' writes are refused for, apart from versions: by the writes themselves, over what
 * stands in ZooKeeper, and by dry runs, over a picture of the fleet. Pure. Every method throws
 * {@code INVALID} for what no fleet would take, and {@code CONFLICT} for what this one does not.
 */
public final class WriteRules {
    private WriteRules() {}

    public static void requireReadable(ClusterDefinition cluster) throws TopologyException {
        requireReadable(ClusterDefinitionCodec.znode(cluster.id()), cluster);
    }

    public static void requireReadable(PlacementPolicy policy) throws TopologyException {
        requireReadable(PlacementPolicyCodec.ZNODE, policy);
    }

    public static void requireReadable(GuardPolicy policy) throws TopologyException {
        requireReadable(GuardPolicyCodec.ZNODE, policy);
    }

    /** Nothing may be written that the watchers would reject: too long, or out of a limit. */
    static <T> void requireReadable(Codec<T> codec, T value) throws TopologyException {
        var problems = new Problems();
        if (codec.read(codec.write(value), problems).isEmpty()) {
            throw new TopologyException(Reason.INVALID, problems.text());
        }
    }

    /** Whether a definition may come into force beside the others of a picture. */
    public static void requireFitting(ClusterDefinition cluster, FleetSnapshot fleet)
            throws TopologyException {
        Optional<ClusterSnapshot> before = fleet.cluster(cluster.id());
        requireFitting(
                cluster,
                before.map(ClusterSnapshot::intent).orElse(ClusterIntent.ACTIVE),
                before.map(ClusterSnapshot::verdict),
                definitions(fleet.clusters().values()));
    }

    /**
     * Whether a definition may come into force.
     *
     * @param intent of the cluster
     * @param verdict on the cluster, if there is one
     * @param all the definitions of the fleet; that of the cluster itself counts for nothing
     */
    static void requireFitting(
            ClusterDefinition cluster,
            ClusterIntent intent,
            Optional<Verdict> verdict,
            Collection<ClusterDefinition> all)
            throws TopologyException {
        Optional<String> lost =
                verdict.flatMap(one -> FleetRules.lostPrimary(cluster, intent, one));
        if (lost.isPresent()) {
            throw new TopologyException(Reason.CONFLICT, "instances " + lost.get());
        }
        Optional<String> shared = FleetRules.sharedServer(cluster, all);
        if (shared.isPresent()) {
            throw TopologyException.ofRecords(
                    "instances " + shared.get(),
                    all.stream()
                            .filter(
                                    one ->
                                            FleetRules.sharedServer(cluster, List.of(one))
                                                    .isPresent())
                            .map(one -> ZnodePaths.shown(ZnodePaths.cluster(one.id())))
                            .toList());
        }
    }

    static List<ClusterDefinition> definitions(Collection<ClusterSnapshot> clusters) {
        return clusters.stream().map(ClusterSnapshot::definition).toList();
    }

    /** Whether all clusters exist that a policy names. */
    public static void requireKnownClusters(PlacementPolicy policy, Set<ClusterId> existing)
            throws TopologyException {
        List<ClusterId> unknown = FleetRules.unknownClusters(policy, existing);
        if (!unknown.isEmpty()) {
            throw new TopologyException(
                    Reason.INVALID, "names clusters that do not exist: " + unknown);
        }
    }

    /**
     * Whether nothing needs a cluster. Homes come first: a policy is easier to change.
     *
     * @param records of projects whose home it is, tombstones included
     */
    public static void requireUnneeded(ClusterId cluster, PlacementPolicy policy, int records)
            throws TopologyException {
        if (records > 0) {
            throw new TopologyException(
                    Reason.CONFLICT,
                    "cluster %s is the home of %d projects (tombstones included)"
                            .formatted(cluster, records));
        }
        if (policy.clusters().contains(cluster)) {
            throw TopologyException.ofRecords(
                    "placement-policy names cluster " + cluster,
                    List.of(ZnodePaths.shown(ZnodePaths.POLICY)));
        }
    }
}
