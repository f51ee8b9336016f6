package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Health;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/**
 * What the decisions of one round go by, as it stands in ZooKeeper: read when the first of them
 * asks, and then the same for all. For one thread.
 */
final class PlacementRound {
    private final Call call;
    private final Optional<FleetSnapshot> picture;
    private final PlacementBasisReader reader;
    private final Map<ClusterId, Integer> placed = new LinkedHashMap<>();
    private Optional<PlacementBasis> basis = Optional.empty();
    private Optional<Map<ClusterId, Candidate>> candidates = Optional.empty();
    private Optional<PlacementPolicy> policy = Optional.empty();

    /**
     * @param reader has what earlier rounds have read
     */
    PlacementRound(Call call, Optional<FleetSnapshot> picture, PlacementBasisReader reader) {
        this.call = call;
        this.picture = picture;
        this.reader = reader;
    }

    /** The picture that was in force before anything was read. */
    Optional<FleetSnapshot> picture() {
        return picture;
    }

    StandingClusters clusters() throws KeeperException, TopologyException {
        return basis().clusters();
    }

    /** With what this round has placed already. */
    Map<ClusterId, Candidate> candidates() throws KeeperException, TopologyException {
        if (candidates.isEmpty()) {
            candidates = Optional.of(readCandidates());
        }
        Map<ClusterId, Candidate> now = new TreeMap<>(candidates.get());
        placed.forEach((id, more) -> now.computeIfPresent(id, (key, one) -> one.withMore(more, 0)));
        return now;
    }

    /** One more project goes there. */
    void placed(ClusterId home) {
        placed.merge(home, 1, Integer::sum);
    }

    /** A verdict outlives its agents: where none is registered, the health is unknown. */
    private Map<ClusterId, Candidate> readCandidates() throws KeeperException, TopologyException {
        PlacementMap placements = picture.map(FleetSnapshot::placements).orElse(PlacementMap.EMPTY);
        Map<ClusterId, Candidate> found = new TreeMap<>();
        for (ClusterSnapshot cluster : clusters().all().values()) {
            Candidate candidate = Candidate.of(cluster, placements);
            boolean isObserved = basis().observed().contains(cluster.id());
            found.put(cluster.id(), isObserved ? candidate : candidate.with(Health.UNKNOWN));
        }
        return found;
    }

    PlacementPolicy policy() throws KeeperException, TopologyException {
        if (policy.isEmpty()) {
            policy = Optional.of(readPolicy());
        }
        return policy.get();
    }

    private PlacementPolicy readPolicy() throws KeeperException, TopologyException {
        Znode znode = basis().policy();
        if (znode.isAbsent()) {
            return PlacementPolicy.DEFAULT;
        }
        return StandingClusters.good(znode, PlacementPolicyCodec.ZNODE)
                .or(() -> picture.map(FleetSnapshot::policy))
                .orElseThrow(
                        () ->
                                new TopologyException(
                                        Reason.CONFLICT,
                                        "znode placement-policy must be mended first"));
    }

    /** Let a transaction fail if any of these clusters is not as it was read. */
    Collection<Op> checks(Collection<ClusterId> homes) throws KeeperException, TopologyException {
        // By path: two homes have the check of the incidents in common, and none may stand twice.
        Map<String, Op> checks = new LinkedHashMap<>();
        for (ClusterId home : homes) {
            clusters().checks(home, call).forEach(one -> checks.putIfAbsent(one.getPath(), one));
        }
        return checks.values();
    }

    /** Asked for by decisions, which come when their bucket has been read. */
    private PlacementBasis basis() throws KeeperException, TopologyException {
        if (basis.isEmpty()) {
            basis = Optional.of(reader.read(call, picture));
        }
        return basis.get();
    }
}
