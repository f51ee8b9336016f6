package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.quarantine.HeldTable;
import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.quarantine.SchemaReport;
import dev.homeport.quarantine.UndropReport;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What is held of a project and how it comes back; the last destructive statements. */
final class QuarantineEndpoints {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MOST_NAME_CHARS = 2 * TableName.MOST_CHARS + 1;

    private final AdminParts parts;
    private final PictureTaker pictures;

    QuarantineEndpoints(AdminParts parts, PictureTaker pictures) {
        this.parts = parts;
        this.pictures = pictures;
    }

    /** Oldest first. */
    Answer list(Call call) throws Refusal {
        ProjectId project = call.project();
        JdbcQuarantine quarantine = quarantineOf(project);
        ObjectNode json = Json.object().put("project", project.value());
        try {
            ArrayNode tables = json.putArray("tables");
            long bytes = 0;
            for (HeldTable held : quarantine.list(project)) {
                tables.add(json(held));
                bytes += held.bytes();
            }
            json.put("bytes", bytes);
        } catch (QuarantineException e) {
            throw refusal(e);
        }
        return Answer.ok(json);
    }

    /**
     * What is to come back.
     *
     * @param table {@code table}, {@code schema.table} or {@code #number}; or a whole schema
     */
    private record Undrop(
            Optional<String> table,
            Optional<String> schema,
            Optional<String> as,
            Optional<IncidentId> incident) {
        Undrop {
            if (table.isPresent() == schema.isPresent()) {
                throw new IllegalArgumentException("exactly one of table and schema is required");
            }
            if (schema.isPresent() && as.isPresent()) {
                throw new IllegalArgumentException("a schema comes back under its own name only");
            }
        }
    }

    Answer undrop(Call call) throws Refusal {
        ProjectId project = call.project();
        Undrop wanted = call.body(QuarantineEndpoints::readUndrop);
        JdbcQuarantine quarantine = quarantineOf(project);
        String by = call.caller().name();
        try {
            return Answer.ok(
                            wanted.schema().isPresent()
                                    ? json(
                                            quarantine.undropSchema(
                                                    project, wanted.schema().get(), by))
                                    : json(
                                            quarantine.undrop(
                                                    project,
                                                    wanted.table().orElseThrow(),
                                                    wanted.as(),
                                                    by,
                                                    wanted.incident())))
                    .changing(
                            Changed.of(project)
                                    .with("table", wanted.table())
                                    .with("schema", wanted.schema())
                                    .with("as", wanted.as())
                                    .with("incident", wanted.incident()));
        } catch (QuarantineException e) {
            throw mayHaveChanged(wanted, e) ? refusal(e).doubtful() : refusal(e);
        }
    }

    /** Of a schema some tables may be back; of a table nobody knows where the answer was lost. */
    private static boolean mayHaveChanged(Undrop wanted, QuarantineException e) {
        return wanted.schema().isPresent() || e.reason() == QuarantineException.Reason.UNREACHABLE;
    }

    private static Optional<Undrop> readUndrop(Fields fields) {
        Optional<String> table = name(fields, "table");
        Optional<String> schema = name(fields, "schema");
        Optional<String> as = name(fields, "as");
        Optional<IncidentId> incident = fields.optional("incident", IncidentId::new);
        return fields.build(() -> new Undrop(table, schema, as, incident));
    }

    private static Optional<String> name(Fields fields, String field) {
        Optional<String> name = fields.optionalString(field);
        name.ifPresent(
                text ->
                        fields.problems()
                                .require(
                                        !text.isBlank() && text.length() <= MOST_NAME_CHARS,
                                        fields.pathOf(field),
                                        "must have 1 to %d characters".formatted(MOST_NAME_CHARS)));
        return name;
    }

    /** Those with a higher number than {@code after}, oldest first. */
    Answer statements(Call call) throws Refusal {
        Optional<Long> after = call.parameter("after", QuarantineEndpoints::number);
        int limit = call.numberParameter("limit", DEFAULT_LIMIT, 1, DEFAULT_LIMIT);
        ObjectNode json = Json.object();
        ArrayNode statements = json.putArray("statements");
        guard().recent()
                .after(after.map(OptionalLong::of).orElseGet(OptionalLong::empty), limit)
                .forEach(one -> statements.add(StatementView.withOwner(one)));
        return Answer.ok(json);
    }

    private static long number(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("must be the number of a statement");
        }
        return Long.parseLong(text);
    }

    /** For other routers: a clean-up of what failed there may come here. */
    Answer createFailed(Call call) throws Refusal {
        record Failed(ProjectId project, TableName table) {}
        Failed failed =
                call.body(
                        fields -> {
                            Optional<ProjectId> project =
                                    fields.required("project", ProjectId::new);
                            String schema = fields.string("schema");
                            String table = fields.string("table");
                            return fields.build(
                                    () ->
                                            new Failed(
                                                    project.orElseThrow(),
                                                    new TableName(schema, table)));
                        });
        parts.guard().ifPresent(guard -> guard.createFailed().accept(failed.project, failed.table));
        return Answer.ok(Json.object().put("noted", parts.guard().isPresent()));
    }

    private GuardParts guard() throws Refusal {
        return parts.guard()
                .orElseThrow(
                        () ->
                                Refusal.conflict(
                                        "guard_not_configured",
                                        "this router has no section guard in its configuration; ask"
                                                + " another router"));
    }

    private JdbcQuarantine quarantineOf(ProjectId project) throws Refusal {
        GuardParts guard = guard();
        FleetSnapshot fleet = pictures.take().fleet();
        Placement placement =
                fleet.placements()
                        .find(project)
                        .orElseThrow(
                                () ->
                                        Refusal.notFound(
                                                "unknown_project",
                                                "there is no project " + project));
        Instance primary =
                fleet.cluster(placement.home())
                        .flatMap(ClusterSnapshot::primary)
                        .orElseThrow(
                                () ->
                                        Refusal.unavailable(
                                                "no_primary",
                                                "cluster %s has no primary"
                                                        .formatted(placement.home())));
        return guard.quarantines().apply(primary);
    }

    private static Refusal refusal(QuarantineException e) {
        return switch (e.reason()) {
            case NOT_FOUND -> Refusal.notFound("not_held", e.getMessage());
            case OCCUPIED -> Refusal.conflict("name_taken", e.getMessage());
            case UNSUPPORTED, RIGHTS -> Refusal.conflict("not_possible", e.getMessage());
            case LOCKED, UNREACHABLE -> Refusal.unavailable("try_again", e.getMessage());
        };
    }

    private static ObjectNode json(HeldTable held) {
        ObjectNode json = Json.object();
        json.put("id", held.id());
        json.put("schema", held.table().schema());
        json.put("table", held.table().table());
        json.put("statement", Words.of(held.statement()));
        Json.put(json, "tenant", held.tenant());
        json.put("user", held.user());
        json.put("client", held.client());
        json.put("router", held.router());
        json.put("droppedAt", held.droppedAt().toString());
        json.put("keepUntil", held.keepUntil().toString());
        json.put("rows", held.rows());
        json.put("bytes", held.bytes());
        json.put("note", held.note());
        Json.put(json, "incident", held.incident());
        return json;
    }

    private static ObjectNode json(UndropReport report) {
        ObjectNode json = Json.object();
        json.put("id", report.id());
        json.put("schema", report.as().schema());
        json.put("table", report.as().table());
        texts(json, "back", report.back());
        texts(json, "missing", report.missing());
        ArrayNode others = json.putArray("others");
        report.others().forEach(others::add);
        return json;
    }

    private static ObjectNode json(SchemaReport report) {
        ObjectNode json = Json.object().put("schema", report.schema());
        ArrayNode tables = json.putArray("tables");
        report.tables().forEach(one -> tables.add(json(one)));
        texts(json, "back", report.back());
        texts(json, "missing", report.missing());
        return json;
    }

    private static void texts(ObjectNode json, String name, List<String> texts) {
        ArrayNode array = json.putArray(name);
        texts.forEach(array::add);
    }
}
