package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.Words;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a change would do, over all routers. Pure. Routers count their sessions per cluster, so what
 * is smaller than a cluster can only be said to be at most so much.
 */
final class BlastRadius {
    private static final int SAMPLES = 200;

    private BlastRadius() {}

    /** Of another intent. */
    static ObjectNode json(Picture picture, ClusterSnapshot cluster, Intent target) {
        ObjectNode json = begin().put("cluster", cluster.id().value());
        json.put("from", Words.of(cluster.intent().intent()));
        json.put("to", Words.of(target));
        putCluster(json, picture, cluster.id());
        putShares(
                json,
                picture.fleet().policy(),
                picture.candidates().stream()
                        .map(one -> one.cluster().equals(cluster.id()) ? one.with(target) : one)
                        .toList());
        putRouters(json, picture, Optional.of(cluster.id()));
        return json;
    }

    /** Of deleting a cluster. */
    static ObjectNode ofRemoval(Picture picture, ClusterSnapshot cluster) {
        ObjectNode json = begin().put("cluster", cluster.id().value());
        json.put("from", Words.of(cluster.intent().intent()));
        json.put("to", "deleted");
        putCluster(json, picture, cluster.id());
        putShares(json, picture.fleet().policy(), without(picture, cluster.id()));
        putRouters(json, picture, Optional.of(cluster.id()));
        return json;
    }

    /**
     * Of another definition. Sessions to an instance that is not in it any more are cut: at most
     * those of the cluster.
     *
     * @param changes the fields that differ
     */
    static ObjectNode ofDefinition(
            Picture picture, ClusterDefinition after, Iterable<String> changes) {
        Optional<ClusterSnapshot> before = picture.fleet().cluster(after.id());
        ObjectNode json = begin().put("cluster", after.id().value());
        json.put("isNew", before.isEmpty());
        putNames(json, "changes", changes);
        ArrayNode removed = json.putArray("instancesRemoved");
        before.ifPresent(
                old ->
                        old.definition().instances().stream()
                                .filter(one -> !after.instances().contains(one))
                                .forEach(one -> removed.add(one.id().value())));
        putCluster(json, picture, after.id());
        putShares(
                json,
                picture.fleet().policy(),
                Stream.concat(
                                without(picture, after.id()).stream(),
                                Stream.of(candidate(picture, after, before)))
                        .toList());
        putRouters(json, picture, Optional.of(after.id()));
        return json;
    }

    private static Candidate candidate(
            Picture picture, ClusterDefinition after, Optional<ClusterSnapshot> before) {
        if (before.isEmpty()) {
            return Candidate.of(fresh(after), picture.fleet().placements());
        }
        ClusterSnapshot old = before.get();
        ClusterSnapshot changed =
                new ClusterSnapshot(after, old.intent(), old.verdict(), old.containment());
        return Candidate.of(changed, picture.fleet().placements())
                .with(picture.health(old).health());
    }

    private static ClusterSnapshot fresh(ClusterDefinition definition) {
        return new ClusterSnapshot(definition, ClusterIntent.ACTIVE, Verdict.NONE);
    }

    /** Of another placement policy: nothing that runs is touched. */
    static ObjectNode ofPolicy(Picture picture, PlacementPolicy after, Iterable<String> changes) {
        ObjectNode json = begin();
        putNames(json, "changes", changes);
        json.put("residents", 0).put("sessions", 0).put("transactions", 0);
        ObjectNode before = json.putObject("newProjectsPercentBefore");
        shares(picture.fleet().policy(), picture.candidates()).forEach(before::put);
        putShares(json, after, picture.candidates());
        putRouters(json, picture, Optional.empty());
        return json;
    }

    /** Of other rules of the guard: they hold for every session of the fleet at once. */
    static ObjectNode ofGuard(Picture picture, Iterable<String> changes) {
        ObjectNode json = begin();
        putNames(json, "changes", changes);
        PlacementMap placements = picture.fleet().placements();
        json.put("residents", placements.size() - placements.count(ProjectState.DELETED));
        SessionCounts sessions = picture.sessions();
        json.put("sessions", sessions.open());
        json.put("transactions", sessions.inTransaction());
        putRouters(json, picture, Optional.empty());
        return json;
    }

    /** Of another state of a project. */
    static ObjectNode ofProject(
            Picture picture, ProjectId project, Placement placement, ProjectState target) {
        ObjectNode json = begin().put("project", project.value());
        json.put("cluster", placement.home().value());
        json.put("from", Words.of(placement.state()));
        json.put("to", Words.of(target));
        SessionCounts sessions = picture.sessions(placement.home());
        json.put("sessionsAtMost", sessions.open());
        json.put("transactionsAtMost", sessions.inTransaction());
        json.put(
                "note",
                "routers count sessions per cluster: of the %d on %s, how many are the project's is"
                                .formatted(sessions.open(), placement.home())
                        + " not known");
        putRouters(json, picture, Optional.of(placement.home()));
        return json;
    }

    private static ObjectNode begin() {
        return Json.object().put("dryRun", true);
    }

    private static void putNames(ObjectNode json, String name, Iterable<String> names) {
        ArrayNode array = json.putArray(name);
        names.forEach(array::add);
    }

    private static void putCluster(ObjectNode json, Picture picture, ClusterId cluster) {
        json.put("residents", picture.fleet().placements().residents(cluster));
        SessionCounts sessions = picture.sessions(cluster);
        json.put("sessions", sessions.open());
        json.put("transactions", sessions.inTransaction());
    }

    private static List<Candidate> without(Picture picture, ClusterId cluster) {
        return picture.candidates().stream().filter(one -> !one.cluster().equals(cluster)).toList();
    }

    private static void putShares(
            ObjectNode json, PlacementPolicy policy, List<Candidate> candidates) {
        ObjectNode shares = json.putObject("newProjectsPercent");
        shares(policy, candidates).forEach(shares::put);
    }

    /** Which share of new projects would go where; nothing where none could be placed. */
    private static Map<String, Integer> shares(PlacementPolicy policy, List<Candidate> candidates) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < SAMPLES; i++) {
            ProjectId sample = new ProjectId("sample-" + i);
            Choice choice = PlacementChoice.choose(sample, policy, candidates);
            if (choice instanceof Choice.Chosen chosen) {
                counts.merge(chosen.cluster().value(), 1, Integer::sum);
            }
        }
        counts.replaceAll((cluster, count) -> Math.round(100f * count / SAMPLES));
        return counts;
    }

    /**
     * Who was counted, and who was not.
     *
     * @param cluster whose sessions are told; empty tells all
     */
    private static void putRouters(ObjectNode json, Picture picture, Optional<ClusterId> cluster) {
        ObjectNode routers = json.putObject("otherRouters");
        for (RouterReport report : picture.others().values()) {
            routers.put(
                    report.id().value(),
                    report.sessions().entrySet().stream()
                            .filter(one -> cluster.isEmpty() || cluster.get().equals(one.getKey()))
                            .mapToInt(one -> one.getValue().open())
                            .sum());
        }
        json.put(
                "thisRouter",
                picture.own().entrySet().stream()
                        .filter(one -> cluster.isEmpty() || cluster.get().equals(one.getKey()))
                        .mapToInt(one -> one.getValue().open())
                        .sum());
        ArrayNode notHeardOf = json.putArray("notHeardOf");
        picture.notHeardOf().keySet().forEach(router -> notHeardOf.add(router.value()));
        json.put("complete", picture.isConnected());
    }
}
