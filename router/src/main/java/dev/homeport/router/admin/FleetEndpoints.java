package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.PlacementPolicyCodec;
import java.util.LinkedHashMap;
import java.util.Map;

/** Routers, agents, the placement policy, and how a login would be routed. */
final class FleetEndpoints {
    private static final String ATTRIBUTE_PREFIX = "attribute.";

    private final AdminParts parts;
    private final PictureTaker pictures;

    FleetEndpoints(AdminParts parts, PictureTaker pictures) {
        this.parts = parts;
        this.pictures = pictures;
    }

    Answer policy(Call call) throws Refusal {
        return Answer.ok(policy(pictures.take().fleet().policy()));
    }

    Answer putPolicy(Call call) throws Refusal, TopologyException {
        PlacementPolicy policy = call.body(PlacementPolicyCodec::read);
        Written<PlacementPolicy> written = parts.writer().putPolicy(policy);
        ObjectNode json = policy(written.value());
        json.put("zxid", written.zxid());
        return Answer.ok(json);
    }

    Answer routers(Call call) {
        ObjectNode json = Json.object();
        ArrayNode routers = json.putArray("routers");
        parts.reports().routers().values().forEach(report -> routers.add(router(report)));
        return Answer.ok(json);
    }

    Answer agents(Call call) {
        ObjectNode json = Json.object();
        ArrayNode agents = json.putArray("agents");
        parts.reports()
                .agents()
                .values()
                .forEach(
                        ofCluster ->
                                ofCluster.values().forEach(report -> agents.add(agent(report))));
        return Answer.ok(json);
    }

    Answer route(Call call) throws Refusal {
        String user =
                call.parameter("user").orElseThrow(() -> Refusal.invalid("user", "is required"));
        Map<String, String> attributes = new LinkedHashMap<>();
        call.query()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(ATTRIBUTE_PREFIX)) {
                                attributes.put(name.substring(ATTRIBUTE_PREFIX.length()), value);
                            }
                        });
        try {
            return Answer.ok(
                    RouteView.json(
                            parts.explainer()
                                    .explain(
                                            user,
                                            call.parameter("schema"),
                                            attributes,
                                            call.parameter("sni"),
                                            call.parameter("listener"))));
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("listener", e.getMessage());
        }
    }

    private static ObjectNode policy(PlacementPolicy policy) {
        ObjectNode json = Json.object();
        json.putArray("preferred");
        json.putArray("fallback");
        PlacementPolicyCodec.write(policy, json);
        return json;
    }

    private static ObjectNode router(RouterReport report) {
        ObjectNode json = Json.object();
        json.put("id", report.id().value());
        json.put("mysqlAddress", report.mysqlAddress());
        json.put("adminUrl", report.adminUrl());
        json.put("version", report.version());
        json.put("started", report.started().toString());
        ArrayNode numbers = json.putArray("numbers");
        report.numbers().forEach(number -> numbers.add(number.value()));
        json.put("appliedZxid", report.appliedZxid());
        json.put("rejectedEdits", report.rejected().size());
        ArrayNode rejected = json.putArray("rejected");
        report.rejected().forEach(edit -> rejected.add(RejectedEditView.json(edit)));
        ObjectNode sessions = json.putObject("sessions");
        report.sessions()
                .forEach((cluster, counts) -> sessions.put(cluster.value(), counts.open()));
        return json;
    }

    private static ObjectNode agent(AgentReport report) {
        ObjectNode json = Json.object();
        json.put("id", report.agent().value());
        json.put("cluster", report.cluster().value());
        json.put("adminUrl", report.adminUrl());
        json.put("since", report.since().toString());
        ArrayNode instances = json.putArray("instances");
        for (AgentReport.InstanceStatus status : report.instances()) {
            ObjectNode one = instances.addObject();
            one.put("id", status.instance().value());
            one.put("reachability", Words.of(status.reachability()));
            one.put("writable", status.writable());
            one.put("replicates", status.replication().isPresent());
            Json.put(one, "version", status.server().map(Server::version));
            Json.put(one, "capabilities", status.server().map(Server::capabilities));
            one.put("detail", status.detail());
        }
        return json;
    }
}
