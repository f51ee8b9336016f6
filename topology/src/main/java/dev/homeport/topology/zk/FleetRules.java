package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Rules between records, for those who read znodes and those who write them. Pure. */
final class FleetRules {
    private FleetRules() {}

    /**
     * Why a definition must not come into force: it no longer has the primary, and the cluster is
     * in service. Taking a primary away needs a switchover, or a cluster that is offline.
     */
    static Optional<String> lostPrimary(
            ClusterDefinition next, ClusterIntent intent, Verdict verdict) {
        return intent.intent() == Intent.OFFLINE
                ? Optional.empty()
                : verdict.primary()
                        .filter(primary -> next.instance(primary).isEmpty())
                        .map(
                                primary ->
                                        "must have "
                                                + primary
                                                + ", which is the primary: switch over first, or"
                                                + " take the cluster offline");
    }

    /**
     * Why a definition must not come into force: a server of it belongs to another cluster already,
     * and one cluster's projects would reach the other's.
     */
    static Optional<String> sharedServer(
            ClusterDefinition next, Collection<ClusterDefinition> others) {
        return others.stream()
                .filter(other -> !other.id().equals(next.id()))
                .flatMap(
                        other ->
                                other.instances().stream()
                                        .filter(one -> has(next, one))
                                        .map(
                                                one ->
                                                        "must not name %s, which is instance %s of cluster %s"
                                                                .formatted(
                                                                        one.address(),
                                                                        one.id(),
                                                                        other.id())))
                .findFirst();
    }

    private static boolean has(ClusterDefinition cluster, Instance server) {
        return cluster.instances().stream()
                .anyMatch(one -> one.address().equalsIgnoreCase(server.address()));
    }

    /** Why a verdict must not come into force after another. */
    static Optional<String> verdictProblem(
            ClusterDefinition cluster, Verdict before, Verdict next) {
        List<InstanceId> unknown =
                Stream.concat(next.primary().stream(), next.replicas().stream())
                        .filter(instance -> cluster.instance(instance).isEmpty())
                        .toList();
        if (!unknown.isEmpty()) {
            return Optional.of("names instances that the cluster does not have: " + unknown);
        }
        if (next.epoch() < before.epoch()) {
            return Optional.of(
                    "its epoch is stale: must be at least %d, was %d"
                            .formatted(before.epoch(), next.epoch()));
        }
        boolean isOtherPrimary =
                before.primary().isPresent()
                        && next.primary().isPresent()
                        && !before.primary().equals(next.primary());
        return isOtherPrimary && next.epoch() == before.epoch()
                ? Optional.of(
                        "names %s as primary in epoch %d, which is the epoch of %s"
                                .formatted(
                                        next.primary().get(), next.epoch(), before.primary().get()))
                : Optional.empty();
    }

    /** The clusters that a policy names and that do not exist. */
    static List<ClusterId> unknownClusters(PlacementPolicy policy, Set<ClusterId> existing) {
        return policy.clusters().stream().filter(cluster -> !existing.contains(cluster)).toList();
    }
}
