package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Containment;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.Stat;

/**
 * The clusters as they stand in ZooKeeper, with the versions in which they were read. A znode that
 * is no good counts with its last good value; without one, its cluster takes nothing new.
 */
final class StandingClusters {
    private final Map<ClusterId, ClusterSnapshot> clusters = new TreeMap<>();
    private final Map<ClusterId, Integer> definitionVersions = new TreeMap<>();
    private final Map<ClusterId, Integer> intentVersions = new TreeMap<>();
    private List<Incident> incidents = List.of();
    private int incidentsVersion;

    private final ParsedZnodes parsed;

    private StandingClusters(ParsedZnodes parsed) {
        this.parsed = parsed;
    }

    static StandingClusters read(Call call, Optional<FleetSnapshot> lastGood)
            throws KeeperException, TopologyException {
        return read(call, lastGood, new ParsedZnodes());
    }

    /**
     * @param parsed what was read before, for whoever does this often
     */
    static StandingClusters read(Call call, Optional<FleetSnapshot> lastGood, ParsedZnodes parsed)
            throws KeeperException, TopologyException {
        var result = new StandingClusters(parsed);
        CompletableFuture<Stat> incidents = AsyncCalls.stat(call.zk(), ZnodePaths.INCIDENTS);
        CompletableFuture<AsyncCalls.Children> children =
                AsyncCalls.children(call.zk(), ZnodePaths.CLUSTERS);
        result.readIncidents(call, lastGood, call.await(incidents));
        List<String> names = call.await(children).names();
        Map<ClusterId, List<CompletableFuture<Znode>>> reads = new LinkedHashMap<>();
        for (String name : names) {
            clusterId(name)
                    .ifPresent(
                            id ->
                                    reads.put(
                                            id,
                                            List.of(
                                                    AsyncCalls.znode(
                                                            call.zk(), ZnodePaths.cluster(id)),
                                                    AsyncCalls.znode(
                                                            call.zk(), ZnodePaths.intent(id)),
                                                    AsyncCalls.znode(
                                                            call.zk(), ZnodePaths.verdict(id)))));
        }
        for (var entry : reads.entrySet()) {
            result.add(
                    entry.getKey(),
                    call.await(entry.getValue().get(0)),
                    call.await(entry.getValue().get(1)),
                    call.await(entry.getValue().get(2)),
                    lastGood.flatMap(fleet -> fleet.cluster(entry.getKey())));
        }
        return result;
    }

    /** A misnamed znode is no cluster; the watcher reports it. */
    private static Optional<ClusterId> clusterId(String name) {
        try {
            return Optional.of(new ClusterId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Map<ClusterId, ClusterSnapshot> all() {
        return clusters;
    }

    /**
     * The picture's, unless something was written since: every incident that is opened or widened
     * by an agent writes the parent.
     */
    private void readIncidents(Call call, Optional<FleetSnapshot> lastGood, Stat parent)
            throws KeeperException, TopologyException {
        incidentsVersion = parent.getVersion();
        long newest = Math.max(parent.getMzxid(), parent.getPzxid());
        Map<IncidentId, Incident> found = new TreeMap<>();
        lastGood.ifPresent(fleet -> fleet.incidents().forEach(one -> found.put(one.id(), one)));
        if (lastGood.isEmpty() || lastGood.get().zxid() < newest) {
            Siblings.read(
                            call,
                            ZnodePaths.INCIDENTS,
                            Siblings.named(IncidentId::new, IncidentCodec::znode))
                    .good()
                    .forEach(one -> found.put(one.value().id(), one.value()));
        }
        incidents = List.copyOf(found.values());
    }

    private Containment containment(ClusterId cluster) {
        return Containment.of(
                incidents.stream().filter(one -> one.cluster().equals(cluster)).toList());
    }

    /**
     * Lets the transaction fail if the cluster or its intent is not as it was read, or an incident
     * was opened since.
     */
    List<Op> checks(ClusterId cluster, Call call) {
        int intentVersion = intentVersions.get(cluster);
        String intentPath = ZnodePaths.intent(cluster);
        Op intentCheck =
                intentVersion == Versioned.ABSENT
                        ? call.write(
                                intentPath,
                                ClusterIntentCodec.ZNODE.write(ClusterIntent.ACTIVE),
                                Versioned.ABSENT)
                        : Op.check(intentPath, intentVersion);
        Op incidentCheck =
                incidentsVersion == Versioned.ABSENT
                        ? call.write(ZnodePaths.INCIDENTS, new byte[0], Versioned.ABSENT)
                        : Op.check(ZnodePaths.INCIDENTS, incidentsVersion);
        return List.of(
                Op.check(ZnodePaths.cluster(cluster), definitionVersions.get(cluster)),
                intentCheck,
                incidentCheck);
    }

    private void add(
            ClusterId id,
            Znode definition,
            Znode intent,
            Znode verdict,
            Optional<ClusterSnapshot> old) {
        Optional<ClusterDefinition> usable =
                parsed.good(ZnodePaths.cluster(id), definition, ClusterDefinitionCodec.znode(id))
                        .or(() -> old.map(ClusterSnapshot::definition));
        if (definition.isAbsent() || usable.isEmpty()) {
            return;
        }
        ClusterIntent usableIntent =
                intent.isAbsent()
                        ? ClusterIntent.ACTIVE
                        : parsed.good(ZnodePaths.intent(id), intent, ClusterIntentCodec.ZNODE)
                                .or(() -> old.map(ClusterSnapshot::intent))
                                .orElse(FleetJudge.UNREADABLE_INTENT);
        Verdict oldVerdict = old.map(ClusterSnapshot::verdict).orElse(Verdict.NONE);
        Verdict usableVerdict =
                parsed.good(ZnodePaths.verdict(id), verdict, VerdictCodec.ZNODE)
                        .filter(
                                one ->
                                        FleetRules.verdictProblem(usable.get(), oldVerdict, one)
                                                .isEmpty())
                        .orElse(oldVerdict);
        clusters.put(
                id,
                new ClusterSnapshot(usable.get(), usableIntent, usableVerdict, containment(id)));
        definitionVersions.put(id, definition.version());
        intentVersions.put(id, intent.version());
    }

    static <T> Optional<T> good(Znode znode, Codec<T> codec) {
        return Standing.of(znode, codec, Instant.EPOCH) instanceof Standing.Good<T> good
                ? Optional.of(good.value())
                : Optional.empty();
    }
}
