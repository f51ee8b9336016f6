package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;

/**
 * What placements are decided by, as it stands in ZooKeeper.
 *
 * @param observed clusters that have an agent
 * @param policy the znode, which may be absent or no good
 */
record PlacementBasis(StandingClusters clusters, Set<ClusterId> observed, Znode policy) {
    /** Four reads for each cluster; those of one kind are sent together. */
    static PlacementBasis read(Call call, Optional<FleetSnapshot> lastGood, ParsedZnodes parsed)
            throws KeeperException, TopologyException {
        CompletableFuture<Znode> policy = AsyncCalls.znode(call.zk(), ZnodePaths.POLICY);
        StandingClusters clusters = StandingClusters.read(call, lastGood, parsed);
        Map<ClusterId, CompletableFuture<AsyncCalls.Children>> agents = new LinkedHashMap<>();
        for (ClusterId id : clusters.all().keySet()) {
            agents.put(id, AsyncCalls.children(call.zk(), ZnodePaths.health(id)));
        }
        Set<ClusterId> observed = new HashSet<>();
        for (var entry : agents.entrySet()) {
            if (!call.await(entry.getValue()).names().isEmpty()) {
                observed.add(entry.getKey());
            }
        }
        return new PlacementBasis(clusters, Set.copyOf(observed), call.await(policy));
    }
}
