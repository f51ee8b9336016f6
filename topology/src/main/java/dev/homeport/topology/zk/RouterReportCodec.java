package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code routers/<id>}. The path says which router. */
final class RouterReportCodec {
    private RouterReportCodec() {}

    static Codec<RouterReport> znode(RouterId router) {
        return Codec.of(fields -> read(router, fields), RouterReportCodec::write);
    }

    private static Optional<RouterReport> read(RouterId router, Fields fields) {
        String mysqlAddress = fields.string("mysqlAddress");
        String adminUrl = fields.string("adminUrl");
        String version = fields.string("version");
        Instant started = fields.optionalInstant("started").orElse(Instant.EPOCH);
        List<RouterNumber> numbers =
                fields.integers("numbers", 1, RouterNumber.MOST).stream()
                        .map(RouterNumber::new)
                        .toList();
        long appliedZxid = fields.longInteger("appliedZxid", 0, 0, Long.MAX_VALUE);
        List<RejectedEdit> rejected = new ArrayList<>();
        for (Fields one : fields.objects("rejected")) {
            rejected(one).ifPresent(rejected::add);
        }
        Map<ClusterId, SessionCounts> sessions = new TreeMap<>();
        fields.objectMap("sessions")
                .forEach(
                        (name, one) ->
                                sessions(one)
                                        .ifPresent(
                                                counts ->
                                                        cluster(name, one)
                                                                .ifPresent(
                                                                        id ->
                                                                                sessions.put(
                                                                                        id,
                                                                                        counts))));
        boolean isStopping = fields.bool("stopping", false);
        return fields.build(
                () ->
                        new RouterReport(
                                router,
                                mysqlAddress,
                                adminUrl,
                                version,
                                started,
                                numbers,
                                appliedZxid,
                                rejected,
                                sessions,
                                isStopping));
    }

    private static Optional<ClusterId> cluster(String name, Fields fields) {
        try {
            return Optional.of(new ClusterId(name));
        } catch (IllegalArgumentException e) {
            fields.problems().add("sessions", e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<SessionCounts> sessions(Fields fields) {
        int open = fields.integer("open", 0, Integer.MAX_VALUE);
        int inTransaction = fields.integer("inTransaction", 0, Integer.MAX_VALUE);
        return fields.build(() -> new SessionCounts(open, inTransaction));
    }

    private static Optional<RejectedEdit> rejected(Fields fields) {
        String znode = fields.string("znode");
        String field = fields.string("field", "");
        String rule = fields.string("rule");
        Optional<String> suggestion = fields.optionalString("suggestion");
        Instant since = fields.optionalInstant("since").orElse(Instant.EPOCH);
        return fields.build(() -> new RejectedEdit(znode, field, rule, suggestion, since));
    }

    private static void write(RouterReport report, ObjectNode json) {
        json.put("mysqlAddress", report.mysqlAddress())
                .put("adminUrl", report.adminUrl())
                .put("version", report.version())
                .put("started", report.started().toString());
        ArrayNode numbers = json.putArray("numbers");
        report.numbers().forEach(number -> numbers.add(number.value()));
        json.put("appliedZxid", report.appliedZxid());
        var rejected = json.putArray("rejected");
        report.rejected().forEach(one -> write(one, rejected.addObject()));
        ObjectNode sessions = json.putObject("sessions");
        report.sessions()
                .forEach(
                        (cluster, counts) ->
                                sessions.putObject(cluster.value())
                                        .put("open", counts.open())
                                        .put("inTransaction", counts.inTransaction()));
        if (report.isStopping()) {
            json.put("stopping", true);
        }
    }

    private static void write(RejectedEdit edit, ObjectNode json) {
        json.put("znode", edit.znode());
        Json.optional(json, "field", edit.field());
        json.put("rule", edit.rule());
        Json.optional(json, "suggestion", edit.suggestion());
        json.put("since", edit.since().toString());
    }
}
