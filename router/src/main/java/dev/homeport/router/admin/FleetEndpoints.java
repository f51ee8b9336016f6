package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.router.placement.AppliedWrites;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.RecordVersions;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.PlacementPolicyCodec;
import dev.homeport.topology.zk.WriteRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Routers, agents, the placement policy, and how a login would be routed. */
final class FleetEndpoints {
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(2);
    private static final String ATTRIBUTE_PREFIX = "attribute.";

    private final AdminParts parts;
    private final PictureTaker pictures;
    private final AppliedWrites applied;

    FleetEndpoints(AdminParts parts, PictureTaker pictures) {
        this.parts = parts;
        this.pictures = pictures;
        this.applied = new AppliedWrites(parts.source());
    }

    Answer policy(Call call) throws Refusal {
        FleetSnapshot fleet = pictures.take().fleet();
        return Answer.ok(policy(fleet.policy())).withEtag(EntityTags.of(fleet.versions().policy()));
    }

    Answer putPolicy(Call call) throws Refusal, TopologyException {
        PlacementPolicy policy = call.body(PlacementPolicyCodec::read);
        OptionalInt expected = EntityTags.expected(call);
        if (call.isDryRun()) {
            return dryRun(policy, expected);
        }
        // A fleet without a picture has its first policy before its first cluster.
        ObjectNode before =
                policy(
                        parts.source()
                                .current()
                                .map(FleetSnapshot::policy)
                                .orElse(PlacementPolicy.DEFAULT));
        Written<PlacementPolicy> written = parts.writer().putPolicy(policy, expected);
        ObjectNode json = policy(written.value());
        json.put("zxid", written.zxid());
        json.put("applied", applied.await(written.zxid(), APPLY_PATIENCE));
        return Answer.ok(json)
                .withEtag(Optional.of(EntityTags.of(written.version())))
                .changing(
                        Changed.of("placement-policy")
                                .with("version", written.version())
                                .fields(before, policy(policy)));
    }

    private Answer dryRun(PlacementPolicy policy, OptionalInt expected)
            throws Refusal, TopologyException {
        Picture picture = pictures.take();
        FleetSnapshot fleet = picture.fleet();
        WriteRules.requireReadable(policy);
        WriteRules.requireKnownClusters(policy, fleet.clusters().keySet());
        OptionalInt current = fleet.versions().policy();
        EntityTags.requireCurrent(
                expected, current, EntityTags.of(current.orElse(RecordVersions.ABSENT)));
        return Answer.ok(
                BlastRadius.ofPolicy(
                        picture,
                        policy,
                        Changed.differing(policy(fleet.policy()), policy(policy))));
    }

    Answer routers(Call call) {
        ObjectNode json = Json.object();
        ArrayNode routers = json.putArray("routers");
        parts.reports().routers().values().forEach(report -> routers.add(router(report)));
        ArrayNode notHeardOf = json.putArray("notHeardOf");
        pictures.notHeardOf().keySet().forEach(router -> notHeardOf.add(router.value()));
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
        json.put("rejectedMayBeMore", report.mayRejectMore());
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
