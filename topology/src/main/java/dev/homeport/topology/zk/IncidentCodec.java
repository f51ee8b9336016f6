package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@code incidents/<id>}. The id is the znode's name. */
public final class IncidentCodec {
    /** Room for as many projects and tables as a scope may name. */
    private static final int MOST_BYTES = 512 * 1024;

    private IncidentCodec() {}

    private static Optional<Incident> read(IncidentId id, Fields fields) {
        Optional<IncidentKind> kind = fields.requiredWord("kind", IncidentKind.class);
        Optional<ClusterId> cluster = fields.required("cluster", ClusterId::new);
        Optional<IncidentScope> scope = fields.object("scope").flatMap(IncidentCodec::scope);
        fields.problems().require(fields.has("scope"), fields.pathOf("scope"), "is required");
        Optional<IncidentLimit> limit = fields.requiredWord("limit", IncidentLimit.class);
        Optional<Instant> opened = fields.requiredInstant("opened");
        Optional<Instant> happened = fields.optionalInstant("happened");
        Optional<String> gtidBefore = fields.optionalString("gtidBefore");
        String actor = fields.string("actor", "");
        int tablesLost = fields.integer("tablesLost", 0, 0, Integer.MAX_VALUE);
        long rowsLost = fields.longInteger("rowsLost", -1, -1, Long.MAX_VALUE);
        List<String> evidence = fields.list("evidence", UnaryOperator.identity());
        Optional<Incident.Closing> closing =
                fields.object("closed").flatMap(IncidentCodec::closing);
        return fields.build(
                () ->
                        new Incident(
                                id,
                                kind.orElseThrow(),
                                cluster.orElseThrow(),
                                scope.orElseThrow(),
                                limit.orElseThrow(),
                                opened.orElseThrow(),
                                happened.or(() -> opened).orElseThrow(),
                                gtidBefore,
                                actor,
                                tablesLost,
                                rowsLost,
                                evidence,
                                closing));
    }

    private static Optional<IncidentScope> scope(Fields fields) {
        List<ProjectId> projects = fields.list("projects", ProjectId::new);
        List<String> tenants = fields.list("tenants", UnaryOperator.identity());
        List<TableName> tables = new ArrayList<>();
        for (Fields one : fields.objects("tables")) {
            String schema = one.string("schema");
            String table = one.string("table");
            one.build(() -> new TableName(schema, table)).ifPresent(tables::add);
        }
        boolean wholeCluster = fields.bool("wholeCluster", false);
        return fields.build(
                () -> new IncidentScope(new HashSet<>(projects), tenants, tables, wholeCluster));
    }

    private static Optional<Incident.Closing> closing(Fields fields) {
        String by = fields.string("by", "");
        String reason = fields.string("reason", "");
        Optional<Instant> at = fields.requiredInstant("at");
        return fields.build(() -> new Incident.Closing(by, reason, at.orElseThrow()));
    }

    /** All fields but the format version and the id. */
    public static void write(Incident incident, ObjectNode json) {
        Json.word(json, "kind", incident.kind());
        json.put("cluster", incident.cluster().value());
        write(incident.scope(), json.putObject("scope"));
        Json.word(json, "limit", incident.limit());
        json.put("opened", incident.opened().toString());
        json.put("happened", incident.happened().toString());
        Json.optional(json, "gtidBefore", incident.gtidBefore());
        Json.optional(json, "actor", incident.actor());
        json.put("tablesLost", incident.tablesLost());
        json.put("rowsLost", incident.rowsLost());
        Json.texts(json, "evidence", incident.evidence());
        incident.closing()
                .ifPresent(
                        closing ->
                                json.putObject("closed")
                                        .put("by", closing.by())
                                        .put("reason", closing.reason())
                                        .put("at", closing.at().toString()));
    }

    private static void write(IncidentScope scope, ObjectNode json) {
        Json.texts(json, "projects", scope.projects());
        Json.texts(json, "tenants", scope.tenants());
        if (!scope.tables().isEmpty()) {
            var tables = json.putArray("tables");
            for (TableName table : scope.tables()) {
                tables.addObject().put("schema", table.schema()).put("table", table.table());
            }
        }
        if (scope.wholeCluster()) {
            json.put("wholeCluster", true);
        }
    }

    static Codec<Incident> znode(IncidentId id) {
        return Codec.of(MOST_BYTES, fields -> read(id, fields), IncidentCodec::write);
    }
}
