package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Incident;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.Verdict;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One judgement of what stands against what is in force. The order matters: clusters that come or
 * change, then placements and policy, which name clusters; then clusters that go, when it is known
 * that nothing names them any more; then what belongs to a cluster; incidents at the end, when it
 * is known whether something is missing that must not be.
 */
final class FleetJudge {
    /** What holds for a cluster whose intent never could be read: it takes nothing new. */
    static final ClusterIntent UNREADABLE_INTENT =
            new ClusterIntent(
                    Intent.CORDONED,
                    "its intent cannot be read",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private final Optional<FleetSnapshot> before;
    private final StandingFleet standing;
    private final Rejections rejections;
    private final Disappearances disappearances;
    private final Instant now;
    private final Map<ClusterId, ClusterDefinition> definitions = new TreeMap<>();

    private Optional<FleetSnapshot> vacant = Optional.empty();

    /** A definition names a server that another cluster has, which may be about to go. */
    private boolean awaitsServer;

    FleetJudge(
            Optional<FleetSnapshot> before,
            StandingFleet standing,
            Rejections rejections,
            Disappearances disappearances,
            Instant now) {
        this.before = before;
        this.standing = standing;
        this.rejections = rejections;
        this.disappearances = disappearances;
        this.now = now;
    }

    Rejections rejections() {
        return rejections;
    }

    Optional<Instant> recheck() {
        return disappearances.recheck();
    }

    /** The next picture; empty if there was none and nothing usable stands there. */
    Optional<FleetSnapshot> judge(long zxid) {
        judgeDefinitions();
        judgeWhole();
        standing.misnamed.forEach((path, rule) -> rejections.add(path, "", rule));
        var placementJudge =
                new PlacementJudge(
                        before.map(FleetSnapshot::placements).orElse(PlacementMap.EMPTY),
                        existing(),
                        rejections);
        PlacementMap placements = placementJudge.judge(standing.buckets);
        if (placementJudge.hasShrunk()) {
            disappearances.shrunk();
        }
        judgeRemovals(placements);
        PlacementPolicy policy = judgePolicy();
        removeUnnamed(policy);
        Map<ClusterId, ClusterSnapshot> clusters = new TreeMap<>();
        definitions.forEach(
                (id, definition) ->
                        clusters.put(
                                id,
                                new ClusterSnapshot(
                                        definition, judgeIntent(id), judgeVerdict(definition))));
        GuardState guard =
                new GuardJudge(
                                before.map(FleetSnapshot::guard).orElse(GuardState.DEFAULT),
                                disappearances,
                                rejections)
                        .judge(standing);
        List<Incident> incidents = judgeIncidents(zxid);
        rejectOrphans(ZnodePaths.INTENTS, standing.intents);
        rejectOrphans(ZnodePaths.VERDICTS, standing.verdicts);
        var fleet =
                new FleetSnapshot(
                        clusters,
                        placements,
                        policy,
                        guard,
                        incidents,
                        new VersionJudge(before, standing).judge(clusters, policy, guard.policy()),
                        zxid,
                        now);
        if (clusters.isEmpty()) {
            rejections.add(ZnodePaths.CLUSTERS, "", "there is no cluster that can be used");
            vacant = Optional.of(fleet);
            return Optional.empty();
        }
        return Optional.of(fleet);
    }

    /** Where judging gave no picture: what there is beside clusters. */
    Optional<FleetSnapshot> vacant() {
        return vacant;
    }

    /**
     * Transactions are counted from the ensemble's beginning: a smaller number is another one's.
     */
    private List<Incident> judgeIncidents(long zxid) {
        boolean isNewEnsemble = before.filter(fleet -> zxid < fleet.zxid()).isPresent();
        return new IncidentJudge(
                        before.map(FleetSnapshot::incidents).orElse(List.of()),
                        isNewEnsemble,
                        disappearances,
                        rejections)
                .judge(standing.incidents, standing.lostIncidents);
    }

    private void judgeDefinitions() {
        before.ifPresent(
                fleet ->
                        fleet.clusters()
                                .forEach((id, old) -> definitions.put(id, old.definition())));
        standing.clusters.forEach(
                (id, stands) -> {
                    switch (stands) {
                        case Standing.Good<ClusterDefinition> good -> judgeDefinition(good.value());
                        case Standing.Bad<ClusterDefinition> bad ->
                                rejections.addAll(ZnodePaths.cluster(id), bad.problems());
                        case Standing.Gone<ClusterDefinition> gone -> {}
                    }
                });
        standing.clusters
                .entrySet()
                .removeIf(
                        entry ->
                                entry.getValue() instanceof Standing.Gone
                                        && !definitions.containsKey(entry.getKey()));
    }

    private void judgeDefinition(ClusterDefinition cluster) {
        if (cluster.equals(definitions.get(cluster.id()))) {
            return;
        }
        Optional<String> problem =
                old(cluster.id())
                        .flatMap(
                                old -> FleetRules.lostPrimary(cluster, old.intent(), old.verdict()))
                        .or(() -> sharedServer(cluster));
        if (problem.isPresent()) {
            rejections.add(ZnodePaths.cluster(cluster.id()), "instances", problem.get());
        } else {
            definitions.put(cluster.id(), cluster);
        }
    }

    private Optional<String> sharedServer(ClusterDefinition cluster) {
        Optional<String> problem = FleetRules.sharedServer(cluster, definitions.values());
        awaitsServer |= problem.isPresent();
        return problem;
    }

    /** Clusters that are in force and whose znode still stands. */
    private Set<ClusterId> existing() {
        Set<ClusterId> existing = new HashSet<>(definitions.keySet());
        existing.removeAll(gone());
        return existing;
    }

    private List<ClusterId> gone() {
        return definitions.keySet().stream()
                .filter(id -> standing.clusters.get(id) instanceof Standing.Gone)
                .toList();
    }

    /** Told before all else: there is room for so many edits only. */
    private void judgeWhole() {
        List<ClusterId> gone = gone();
        if (!gone.isEmpty() && gone.size() == definitions.size()) {
            disappearances.shrunk();
            rejections.addOfAll(ZnodePaths.CLUSTERS, "all clusters are gone; they stay in force");
        }
    }

    private void judgeRemovals(PlacementMap placements) {
        for (ClusterId id : gone()) {
            int records = placements.records(id);
            if (records > 0) {
                disappearances.shrunk();
                rejections.add(
                        ZnodePaths.cluster(id),
                        "",
                        "is gone, but is the home of %d projects".formatted(records));
            }
        }
    }

    private PlacementPolicy judgePolicy() {
        PlacementPolicy old = before.map(FleetSnapshot::policy).orElse(PlacementPolicy.DEFAULT);
        if (standing.policy.isEmpty()) {
            return old;
        }
        return switch (standing.policy.get()) {
            case Standing.Good<PlacementPolicy> good -> {
                List<ClusterId> unknown = FleetRules.unknownClusters(good.value(), existing());
                // One that is in force already holds its clusters: see removeUnnamed.
                if (unknown.isEmpty() || (before.isPresent() && good.value().equals(old))) {
                    yield good.value();
                }
                rejections.add(
                        ZnodePaths.POLICY, "", "names clusters that do not exist: " + unknown);
                yield old;
            }
            case Standing.Bad<PlacementPolicy> bad -> {
                rejections.addAll(ZnodePaths.POLICY, bad.problems());
                yield old;
            }
            case Standing.Gone<PlacementPolicy> gone ->
                    old.equals(PlacementPolicy.DEFAULT)
                                    || disappearances.isBelieved(ZnodePaths.POLICY, gone.since())
                            ? PlacementPolicy.DEFAULT
                            : old;
        };
    }

    private void removeUnnamed(PlacementPolicy policy) {
        for (ClusterId id : gone()) {
            if (policy.clusters().contains(id)) {
                disappearances.shrunk();
                rejections.add(
                        ZnodePaths.cluster(id), "", "is gone, but placement-policy names it");
            }
        }
        for (ClusterId id : gone()) {
            String path = ZnodePaths.cluster(id);
            if (standing.clusters.get(id) instanceof Standing.Gone<ClusterDefinition> gone
                    && disappearances.isBelieved(path, gone.since())) {
                definitions.remove(id);
                standing.clusters.remove(id);
                if (awaitsServer) {
                    disappearances.recheckNow();
                }
            }
        }
    }

    private ClusterIntent judgeIntent(ClusterId id) {
        Optional<ClusterIntent> old = old(id).map(ClusterSnapshot::intent);
        return switch (standing.intents.get(id)) {
            case null -> old.orElse(ClusterIntent.ACTIVE);
            case Standing.Good<ClusterIntent> good -> good.value();
            case Standing.Bad<ClusterIntent> bad -> {
                rejections.addAll(ZnodePaths.intent(id), bad.problems());
                yield old.orElse(UNREADABLE_INTENT);
            }
            case Standing.Gone<ClusterIntent> gone -> {
                boolean saidNothing = old.isEmpty() || old.get().equals(ClusterIntent.ACTIVE);
                if (saidNothing || disappearances.isBelieved(ZnodePaths.intent(id), gone.since())) {
                    standing.intents.remove(id);
                    yield ClusterIntent.ACTIVE;
                }
                yield old.get();
            }
        };
    }

    private Verdict judgeVerdict(ClusterDefinition cluster) {
        Verdict old = old(cluster.id()).map(ClusterSnapshot::verdict).orElse(Verdict.NONE);
        String path = ZnodePaths.verdict(cluster.id());
        return switch (standing.verdicts.get(cluster.id())) {
            case null -> old;
            case Standing.Good<Verdict> good -> {
                Optional<String> problem =
                        good.value().equals(old)
                                ? Optional.empty()
                                : FleetRules.verdictProblem(cluster, old, good.value());
                problem.ifPresent(rule -> rejections.add(path, "", rule));
                yield problem.isPresent() ? old : good.value();
            }
            case Standing.Bad<Verdict> bad -> {
                rejections.addAll(path, bad.problems());
                yield old;
            }
            case Standing.Gone<Verdict> gone -> {
                if (!old.equals(Verdict.NONE)) {
                    rejections.add(path, "", "is gone; the last verdict stays in force");
                }
                yield old;
            }
        };
    }

    private <T> void rejectOrphans(String parent, Map<ClusterId, Standing<T>> kind) {
        kind.entrySet()
                .removeIf(
                        entry ->
                                entry.getValue() instanceof Standing.Gone
                                        && !definitions.containsKey(entry.getKey()));
        kind.keySet().stream()
                .filter(id -> !definitions.containsKey(id))
                .forEach(
                        id ->
                                rejections.add(
                                        parent + "/" + id, "", "there is no cluster of that name"));
    }

    private Optional<ClusterSnapshot> old(ClusterId id) {
        return before.flatMap(fleet -> fleet.cluster(id));
    }
}
