package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.GaleraStatus;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code health/<cluster>/<agent>}. The path says which cluster and which agent. */
final class AgentReportCodec {
    private AgentReportCodec() {}

    static Codec<AgentReport> znode(ClusterId cluster, AgentId agent) {
        return Codec.of(fields -> read(cluster, agent, fields), AgentReportCodec::write);
    }

    private static Optional<AgentReport> read(ClusterId cluster, AgentId agent, Fields fields) {
        String adminUrl = fields.string("adminUrl", "");
        Instant since = fields.optionalInstant("since").orElse(Instant.EPOCH);
        List<InstanceStatus> instances = new ArrayList<>();
        for (Fields one : fields.objects("instances")) {
            instance(one).ifPresent(instances::add);
        }
        return fields.build(() -> new AgentReport(agent, cluster, adminUrl, since, instances));
    }

    private static Optional<InstanceStatus> instance(Fields fields) {
        Optional<InstanceId> id = fields.required("id", InstanceId::new);
        Optional<Reachability> reachability =
                fields.requiredWord("reachability", Reachability.class);
        boolean writable = fields.bool("writable", false);
        Optional<ReplicationStatus> replication =
                fields.object("replication").flatMap(AgentReportCodec::replication);
        Optional<GaleraStatus> galera = fields.object("galera").flatMap(AgentReportCodec::galera);
        Optional<Server> server = fields.object("server").flatMap(AgentReportCodec::server);
        String detail = fields.string("detail", "");
        return fields.build(
                () ->
                        new InstanceStatus(
                                id.orElseThrow(),
                                reachability.orElseThrow(),
                                writable,
                                replication,
                                galera,
                                server,
                                detail));
    }

    private static Optional<ReplicationStatus> replication(Fields fields) {
        String source = fields.string("source");
        boolean ioRunning = fields.bool("ioRunning", false);
        boolean sqlRunning = fields.bool("sqlRunning", false);
        boolean lagging = fields.bool("lagging", false);
        return fields.build(() -> new ReplicationStatus(source, ioRunning, sqlRunning, lagging));
    }

    private static Optional<GaleraStatus> galera(Fields fields) {
        boolean ready = fields.bool("ready", false);
        return fields.build(() -> new GaleraStatus(ready));
    }

    private static Optional<Server> server(Fields fields) {
        String version = fields.string("version");
        Optional<ServerCapabilities> capabilities =
                fields.required("capabilities", ServerCapabilities::parse);
        return fields.build(() -> new Server(version, capabilities.orElseThrow()));
    }

    private static void write(AgentReport report, ObjectNode json) {
        json.put("adminUrl", report.adminUrl()).put("since", report.since().toString());
        var instances = json.putArray("instances");
        report.instances().forEach(one -> write(one, instances.addObject()));
    }

    private static void write(InstanceStatus status, ObjectNode json) {
        json.put("id", status.instance().value());
        Json.word(json, "reachability", status.reachability());
        json.put("writable", status.writable());
        status.replication()
                .ifPresent(
                        one ->
                                json.putObject("replication")
                                        .put("source", one.source())
                                        .put("ioRunning", one.ioRunning())
                                        .put("sqlRunning", one.sqlRunning())
                                        .put("lagging", one.lagging()));
        status.galera().ifPresent(one -> json.putObject("galera").put("ready", one.ready()));
        status.server()
                .ifPresent(
                        one ->
                                json.putObject("server")
                                        .put("version", one.version())
                                        .put("capabilities", one.capabilities().toString()));
        Json.optional(json, "detail", status.detail());
    }
}
