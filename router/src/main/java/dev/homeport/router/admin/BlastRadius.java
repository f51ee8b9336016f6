package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.Words;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a change of an intent would do, over all routers. Pure. */
final class BlastRadius {
    private static final int SAMPLES = 200;

    private BlastRadius() {}

    static ObjectNode json(Picture picture, ClusterSnapshot cluster, Intent target) {
        ObjectNode json = Json.object();
        json.put("dryRun", true);
        json.put("cluster", cluster.id().value());
        json.put("from", Words.of(cluster.intent().intent()));
        json.put("to", Words.of(target));
        json.put("residents", picture.fleet().placements().residents(cluster.id()));
        SessionCounts sessions = picture.sessions(cluster.id());
        json.put("sessions", sessions.open());
        json.put("transactions", sessions.inTransaction());
        ObjectNode shares = json.putObject("newProjectsPercent");
        newProjects(picture, cluster.id(), target).forEach(shares::put);
        putRouters(json, picture, cluster.id());
        return json;
    }

    /** Which share of new projects would go where; nothing where none could be placed. */
    private static Map<String, Integer> newProjects(
            Picture picture, ClusterId changed, Intent target) {
        List<Candidate> candidates =
                picture.candidates().stream()
                        .map(one -> one.cluster().equals(changed) ? one.with(target) : one)
                        .toList();
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < SAMPLES; i++) {
            ProjectId sample = new ProjectId("sample-" + i);
            Choice choice = PlacementChoice.choose(sample, picture.fleet().policy(), candidates);
            if (choice instanceof Choice.Chosen chosen) {
                counts.merge(chosen.cluster().value(), 1, Integer::sum);
            }
        }
        counts.replaceAll((cluster, count) -> Math.round(100f * count / SAMPLES));
        return counts;
    }

    /** Who was counted: a router that ZooKeeper does not know of at the moment is not. */
    private static void putRouters(ObjectNode json, Picture picture, ClusterId cluster) {
        ObjectNode routers = json.putObject("otherRouters");
        for (RouterReport report : picture.others().values()) {
            SessionCounts counts = report.sessions().getOrDefault(cluster, new SessionCounts(0, 0));
            routers.put(report.id().value(), counts.open());
        }
        json.put("thisRouter", picture.ownSessions(cluster).open());
        json.put("complete", picture.isConnected());
    }
}
