package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableGlob;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code approvals/<id>}. The id is the znode's name. */
public final class ApprovalCodec {
    private ApprovalCodec() {}

    private static Optional<Approval> read(ApprovalId id, Fields fields) {
        Optional<ProjectId> project = fields.required("project", ProjectId::new);
        Set<StatementClass> classes = classes(fields);
        List<TableGlob> tables = fields.list("tables", TableGlob::parse);
        int statements = fields.integer("statements", 0, Approval.MOST_STATEMENTS);
        Optional<Instant> until = fields.requiredInstant("until");
        String by = fields.string("by", "");
        String reason = fields.string("reason", "");
        return fields.build(
                () ->
                        new Approval(
                                id,
                                project.orElseThrow(),
                                classes,
                                tables,
                                statements,
                                until.orElseThrow(),
                                by,
                                reason));
    }

    /** The field {@code classes}, for znodes and REST bodies alike. */
    public static Set<StatementClass> classes(Fields fields) {
        return new TreeSet<>(fields.words("classes", StatementClass.class));
    }

    /** All fields but the format version and the id. */
    public static void write(Approval approval, ObjectNode json) {
        json.put("project", approval.project().value());
        Json.texts(json, "classes", approval.classes().stream().map(Words::of).toList());
        Json.texts(json, "tables", approval.tables());
        json.put("statements", approval.statements());
        json.put("until", approval.until().toString());
        Json.optional(json, "by", approval.by());
        Json.optional(json, "reason", approval.reason());
    }

    static Codec<Approval> znode(ApprovalId id) {
        return Codec.of(fields -> read(id, fields), ApprovalCodec::write);
    }
}
