package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.RecordVersions;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * In which versions of their znodes the records are in force. A record that is kept against what
 * stands there keeps the version in which it came: who changes it by that version is told that
 * something else stands there by now.
 */
final class VersionJudge {
    private final Optional<FleetSnapshot> before;
    private final StandingFleet standing;

    VersionJudge(Optional<FleetSnapshot> before, StandingFleet standing) {
        this.before = before;
        this.standing = standing;
    }

    RecordVersions judge(
            Map<ClusterId, ClusterSnapshot> clusters, PlacementPolicy policy, GuardPolicy guard) {
        RecordVersions old = before.map(FleetSnapshot::versions).orElse(RecordVersions.UNKNOWN);
        Map<ClusterId, Integer> definitions = new TreeMap<>();
        Map<ClusterId, Integer> intents = new TreeMap<>();
        clusters.forEach(
                (id, cluster) -> {
                    version(
                                    ZnodePaths.cluster(id),
                                    Optional.ofNullable(standing.clusters.get(id)),
                                    cluster.definition(),
                                    false,
                                    old.definition(id))
                            .ifPresent(version -> definitions.put(id, version));
                    version(
                                    ZnodePaths.intent(id),
                                    Optional.ofNullable(standing.intents.get(id)),
                                    cluster.intent(),
                                    cluster.intent().equals(ClusterIntent.ACTIVE),
                                    old.intent(id))
                            .ifPresent(version -> intents.put(id, version));
                });
        return new RecordVersions(
                definitions,
                intents,
                version(
                        ZnodePaths.POLICY,
                        standing.policy,
                        policy,
                        policy.equals(PlacementPolicy.DEFAULT),
                        old.policy()),
                version(
                        ZnodePaths.GUARD,
                        standing.guard,
                        guard,
                        guard.equals(GuardPolicy.DEFAULT),
                        old.guard()));
    }

    private <T> OptionalInt version(
            String path,
            Optional<Standing<T>> stands,
            T inForce,
            boolean isDefault,
            OptionalInt old) {
        if (stands.isPresent() && stands.get() instanceof Standing.Good<T> good) {
            Integer version = standing.versions.get(path);
            return good.value().equals(inForce) && version != null ? OptionalInt.of(version) : old;
        }
        boolean isAbsent = stands.isEmpty() || stands.get() instanceof Standing.Gone;
        return isAbsent && isDefault ? OptionalInt.of(RecordVersions.ABSENT) : old;
    }
}
