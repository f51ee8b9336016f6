package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.Availability;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.PlacementChoice.Considered;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.Words;
import java.util.TreeMap;

/** A cluster as the interface shows it. */
final class ClusterView {
    private ClusterView() {}

    /**
     * {@code reason}, {@code since}, {@code by} and {@code retryAfter} are the intent's; what the
     * agents say begins with {@code health}.
     */
    static ObjectNode json(Picture picture, ClusterSnapshot cluster, Considered considered) {
        ObjectNode json = Json.object();
        json.put("id", cluster.id().value());
        json.put("family", Words.of(cluster.definition().family()));
        putIntent(json, cluster.intent());
        putHealth(json, picture, cluster);
        json.put("availability", Words.of(Availability.ofCluster(cluster).limit()));
        json.put("residents", picture.fleet().placements().residents(cluster.id()));
        SessionCounts sessions = picture.sessions(cluster.id());
        json.put("sessions", sessions.open());
        json.put("transactions", sessions.inTransaction());
        json.put("acceptsProjects", considered.isFit());
        json.put("acceptsProjectsReason", considered.why());
        putDefinition(json, picture, cluster);
        return json;
    }

    /** {@link #json} and what takes more room: what all instances have in common, by its names. */
    static ObjectNode detailed(Picture picture, ClusterSnapshot cluster, Considered considered) {
        ObjectNode json = json(picture, cluster, considered);
        cluster.verdict()
                .capabilities()
                .ifPresentOrElse(
                        common -> {
                            ArrayNode names = json.putArray("capabilities");
                            common.names().forEach(names::add);
                        },
                        () -> json.putNull("capabilities"));
        return json;
    }

    static void putIntent(ObjectNode json, ClusterIntent intent) {
        json.put("intent", Words.of(intent.intent()));
        json.put("reason", intent.reason());
        json.put("by", intent.by());
        Json.put(json, "since", intent.since());
        Json.putSeconds(json, "retryAfter", intent.retryAfter());
        Json.putSeconds(json, "deadline", intent.deadline());
        Json.put(json, "previous", intent.previous().map(Words::of));
    }

    private static void putHealth(ObjectNode json, Picture picture, ClusterSnapshot cluster) {
        Picture.ShownHealth shown = picture.health(cluster);
        Verdict verdict = cluster.verdict();
        json.put("health", Words.of(shown.health()));
        json.put("healthReason", shown.reason());
        Json.put(json, "healthSince", shown.since());
        ArrayNode evidence = json.putArray("healthEvidence");
        verdict.evidence().forEach(evidence::add);
        json.put("epoch", verdict.epoch());
        Json.put(json, "primary", verdict.primary());
        Json.put(json, "primaryAddress", cluster.primary().map(Instance::address));
    }

    private static void putDefinition(ObjectNode json, Picture picture, ClusterSnapshot cluster) {
        ArrayNode instances = json.putArray("instances");
        for (Instance instance : cluster.definition().instances()) {
            ObjectNode one = instances.addObject();
            one.put("id", instance.id().value());
            one.put("host", instance.host());
            one.put("port", instance.port());
            one.put("role", role(cluster.verdict(), instance.id()));
            Json.put(
                    one,
                    "version",
                    picture.server(cluster.id(), instance.id()).map(Server::version));
        }
        json.put("weight", cluster.definition().weight());
        Capacity capacity = cluster.definition().capacity();
        capacity.residents().ifPresent(most -> json.put("capacity", most));
        capacity.bytes().ifPresent(most -> json.put("capacityBytes", most));
        cluster.verdict().dataBytes().ifPresent(bytes -> json.put("dataBytes", bytes));
        ObjectNode labels = json.putObject("labels");
        new TreeMap<>(cluster.definition().labels()).forEach(labels::put);
    }

    private static String role(Verdict verdict, InstanceId instance) {
        if (verdict.primary().filter(instance::equals).isPresent()) {
            return "primary";
        }
        return verdict.replicas().contains(instance) ? "replica" : "unknown";
    }
}
