package dev.homeport.quarantine;

import dev.homeport.topology.IncidentId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The tables {@code homeport.quarantine} and {@code homeport.quarantine_schema}: what is held, by
 * whom and until when. They replicate and are backed up with everything else. Times are UTC.
 */
final class Catalogue {
    private static final int TEXT_CHARS = 255;
    private static final int NOTE_CHARS = 1000;

    private static final String COLUMNS =
            "id, state, schema_name, table_name, kept_schema, kept_table, statement, project,"
                    + " tenant, user_name, client, router, thread_id, dropped_at, keep_until,"
                    + " row_estimate, bytes, engine, note, incident, operation, schema_id, server,"
                    + " kind, stand_in, create_statement, foreign_keys, triggers, grants,"
                    + " target_schema, target_table";

    private static final String TABLE =
            """
            CREATE TABLE IF NOT EXISTS homeport.quarantine (
              id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
              state VARCHAR(16) NOT NULL,
              schema_name VARCHAR(64) NOT NULL,
              table_name VARCHAR(64) NOT NULL,
              kept_schema VARCHAR(64) NOT NULL,
              kept_table VARCHAR(64) NOT NULL,
              statement VARCHAR(32) NOT NULL,
              project VARCHAR(64) NOT NULL,
              tenant VARCHAR(255) NULL,
              user_name VARCHAR(255) NOT NULL,
              client VARCHAR(255) NOT NULL,
              router VARCHAR(255) NOT NULL,
              thread_id BIGINT NOT NULL,
              dropped_at DATETIME(6) NOT NULL,
              keep_until DATETIME(6) NOT NULL,
              changed_at DATETIME(6) NOT NULL,
              row_estimate BIGINT NOT NULL,
              bytes BIGINT NOT NULL,
              engine VARCHAR(64) NOT NULL,
              note TEXT NOT NULL,
              incident VARCHAR(95) NULL,
              operation BIGINT NOT NULL,
              schema_id BIGINT NOT NULL,
              server VARCHAR(255) NOT NULL,
              kind VARCHAR(16) NOT NULL,
              stand_in TEXT NOT NULL,
              create_statement LONGTEXT NOT NULL,
              foreign_keys LONGTEXT NOT NULL,
              triggers LONGTEXT NOT NULL,
              grants LONGTEXT NOT NULL,
              target_schema VARCHAR(64) NOT NULL,
              target_table VARCHAR(64) NOT NULL,
              KEY state (state, dropped_at),
              KEY project (project, state),
              KEY operation (operation)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
            """;

    private static final String SCHEMA_TABLE =
            """
            CREATE TABLE IF NOT EXISTS homeport.quarantine_schema (
              id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
              state VARCHAR(16) NOT NULL,
              schema_name VARCHAR(64) NOT NULL,
              project VARCHAR(64) NOT NULL,
              dropped_at DATETIME(6) NOT NULL,
              keep_until DATETIME(6) NOT NULL,
              create_statement LONGTEXT NOT NULL,
              objects LONGTEXT NOT NULL,
              KEY schema_name (schema_name, id)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
            """;

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .appendPattern("yyyy-MM-dd HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
                    .toFormatter();

    private final ServiceSession session;

    Catalogue(ServiceSession session) {
        this.session = session;
    }

    /** Makes what is missing; asks first, because even IF NOT EXISTS goes into the binlog. */
    void ensure() throws SQLException {
        List<Row> tables =
                session.query(
                        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA ="
                                + " 'homeport' AND TABLE_NAME IN ('quarantine',"
                                + " 'quarantine_schema')");
        Inspector inspector = new Inspector(session);
        for (String schema : List.of(Places.HOME, Places.QUARANTINE)) {
            ensureSchema(inspector, schema);
        }
        if (tables.size() < 2) {
            session.execute(TABLE);
            session.execute(SCHEMA_TABLE);
        }
    }

    boolean exists() throws SQLException {
        return new Inspector(session).exists(new TableName(Places.HOME, "quarantine"));
    }

    void ensureSchema(Inspector inspector, String schema) throws SQLException {
        if (!inspector.hasSchema(schema)) {
            session.execute(
                    "CREATE DATABASE IF NOT EXISTS %s CHARACTER SET utf8mb4"
                            .formatted(TableName.quoted(schema)));
        }
    }

    /** Writes down what is about to be set aside, all of it at once. */
    List<Entry> prepare(Deed deed, List<Facts> tables, long schemaId) throws SQLException {
        String server = server();
        Instant at = dropped(deed);
        try {
            session.begin();
            long operation = 0;
            for (Facts facts : tables) {
                long id = insert(deed, at, facts, schemaId, server, operation);
                operation = operation == 0 ? id : operation;
                session.update(
                        "UPDATE homeport.quarantine SET operation = ?, kept_table = ?"
                                + " WHERE id = ?",
                        operation,
                        Places.kept(Places.QUARANTINE, id).table(),
                        id);
            }
            List<Entry> entries =
                    select("operation = ? AND state = 'preparing' ORDER BY id", operation);
            session.commit();
            return entries;
        } catch (SQLException e) {
            session.rollback();
            throw e;
        }
    }

    private long insert(
            Deed deed, Instant at, Facts facts, long schemaId, String server, long operation)
            throws SQLException {
        return session.insert(
                "INSERT INTO homeport.quarantine (state, schema_name, table_name, kept_schema,"
                        + " kept_table, statement, project, tenant, user_name, client, router,"
                        + " thread_id, dropped_at, keep_until, changed_at, row_estimate, bytes,"
                        + " engine, note, operation, schema_id, server, kind, stand_in,"
                        + " create_statement, foreign_keys, triggers, grants, target_schema,"
                        + " target_table) VALUES ('preparing', ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?,"
                        + " ?, ?, UTC_TIMESTAMP(6), ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?)",
                facts.table().schema(),
                facts.table().table(),
                Places.QUARANTINE,
                deed.statement().name(),
                deed.project().value(),
                deed.tenant().map(tenant -> cut(tenant, TEXT_CHARS)).orElse(null),
                cut(deed.user(), TEXT_CHARS),
                cut(deed.client(), TEXT_CHARS),
                cut(deed.router(), TEXT_CHARS),
                deed.threadId(),
                time(at),
                time(at.plus(deed.keep())),
                facts.rows(),
                facts.bytes(),
                facts.engine(),
                cut(deed.note(), NOTE_CHARS),
                operation,
                schemaId,
                server,
                facts.kind().name(),
                facts.create(),
                facts.recorded().keysJson(),
                facts.recorded().triggersJson(),
                facts.recorded().grantsJson(),
                facts.table().schema(),
                facts.table().table());
    }

    /** What time it is on this server. */
    Instant now() throws SQLException {
        return instant(session.query("SELECT UTC_TIMESTAMP(6)").getFirst().text(0));
    }

    /**
     * When that happens, by the later of two clocks: one that is behind, the router's or the
     * server's, must not make a table look old that was dropped just now.
     */
    private Instant dropped(Deed deed) throws SQLException {
        Instant here = now();
        return here.isAfter(deed.at()) ? here : deed.at();
    }

    /** Which server this is, and since when: its thread ids mean nothing to another. */
    String server() throws SQLException {
        Row row =
                session.query(
                                "SELECT CONCAT(@@hostname, ':', @@port), UNIX_TIMESTAMP(),"
                                        + " @@server_id")
                        .getFirst();
        // Its time less its start, without a sign: a clock that was set back makes it huge, and the
        // difference is right all the same.
        long uptime =
                Long.parseUnsignedLong(
                        session.query("SHOW GLOBAL STATUS LIKE 'Uptime'").getFirst().text(1));
        return new ServerRun(row.text(0) + ":" + row.text(2), row.number(1) - uptime).toString();
    }

    List<Entry> select(String where, Object... parameters) throws SQLException {
        return session
                .query("SELECT " + COLUMNS + " FROM homeport.quarantine WHERE " + where, parameters)
                .stream()
                .map(this::entry)
                .toList();
    }

    Optional<Entry> find(long id) throws SQLException {
        return select("id = ?", id).stream().findFirst();
    }

    /**
     * Those that nobody has touched for that long and that somebody began and did not finish. What
     * was touched in the future was so before the server's clock was set back, at some time.
     */
    List<Entry> unfinished(Duration olderThan) throws SQLException {
        return select(
                "state IN ('preparing', 'aside', 'settling', 'restoring') AND (changed_at <="
                        + " UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND OR changed_at >"
                        + " UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE) ORDER BY id",
                olderThan.toNanos() / 1000);
    }

    void state(Entry entry, HeldState state) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine SET state = ?, changed_at = UTC_TIMESTAMP(6)"
                        + " WHERE id = ?",
                state.word(),
                entry.id());
    }

    /** Says where the table will be, before it goes there. */
    void kept(Entry entry, TableName kept) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine SET kept_schema = ?, kept_table = ? WHERE id = ?",
                kept.schema(),
                kept.table(),
                entry.id());
    }

    void standIn(Entry entry, String identity) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine SET stand_in = ? WHERE id = ?", identity, entry.id());
    }

    void keys(Entry entry, Recorded recorded) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine SET foreign_keys = ? WHERE id = ?",
                recorded.keysJson(),
                entry.id());
    }

    void restoring(Entry entry, TableName target) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine SET state = 'restoring', target_schema = ?,"
                        + " target_table = ?, changed_at = UTC_TIMESTAMP(6) WHERE id = ?",
                target.schema(),
                target.table(),
                entry.id());
    }

    void note(Entry entry, String more) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine SET note = ? WHERE id = ?",
                noted(entry, more),
                entry.id());
    }

    private static String noted(Entry entry, String more) {
        String before = entry.table().note();
        return cut(before.isEmpty() ? more : before + "; " + more, NOTE_CHARS);
    }

    void keepLonger(Entry entry, Instant until, String why) throws SQLException {
        keep(List.of(entry.id()), until, noted(entry, why), Optional.empty());
    }

    int keep(Collection<Long> ids, Instant until, String note, Optional<IncidentId> incident)
            throws SQLException {
        if (ids.isEmpty()) {
            return 0;
        }
        return session.update(
                "UPDATE homeport.quarantine SET keep_until = ?, note = ?, incident ="
                        + " COALESCE(?, incident) WHERE state = 'held' AND id IN ("
                        + ids.stream().map(String::valueOf).collect(Collectors.joining(","))
                        + ")",
                time(until),
                cut(note, NOTE_CHARS),
                incident.map(IncidentId::value).orElse(null));
    }

    void incident(Entry entry, IncidentId incident) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine SET incident = ? WHERE id = ?",
                incident.value(),
                entry.id());
    }

    /** A copy of a line, for rows that were found apart from their table. */
    Entry insertLike(Entry entry, String note) throws SQLException {
        long id =
                session.insert(
                        "INSERT INTO homeport.quarantine (state, schema_name, table_name,"
                                + " kept_schema, kept_table, statement, project, tenant, user_name,"
                                + " client, router, thread_id, dropped_at, keep_until, changed_at,"
                                + " row_estimate, bytes, engine, note, operation, schema_id, server,"
                                + " kind, stand_in, create_statement, foreign_keys, triggers, grants,"
                                + " target_schema, target_table) SELECT 'preparing', schema_name,"
                                + " table_name, kept_schema, '', statement, project, tenant,"
                                + " user_name, client, router, thread_id, dropped_at, keep_until,"
                                + " UTC_TIMESTAMP(6), 0, 0, engine, ?, 0, 0, server, kind, '',"
                                + " create_statement, foreign_keys, triggers, grants, schema_name,"
                                + " table_name FROM homeport.quarantine WHERE id = ?",
                        cut(note, NOTE_CHARS),
                        entry.id());
        session.update(
                "UPDATE homeport.quarantine SET operation = id, kept_table = ? WHERE id = ?",
                "q" + id,
                id);
        return find(id).orElseThrow();
    }

    /** Forgets what was over before that. */
    int forget(Instant before) throws SQLException {
        int tables =
                session.update(
                        "DELETE FROM homeport.quarantine WHERE state IN ('restored', 'purged',"
                                + " 'returned') AND changed_at < ?",
                        time(before));
        return tables
                + session.update(
                        "DELETE FROM homeport.quarantine_schema WHERE keep_until < ?"
                                + " AND id NOT IN (SELECT schema_id FROM homeport.quarantine"
                                + " WHERE state = 'held')",
                        time(before));
    }

    long prepareSchema(Deed deed, String schema, String create, SchemaObjects objects)
            throws SQLException {
        Instant at = dropped(deed);
        return session.insert(
                "INSERT INTO homeport.quarantine_schema (state, schema_name, project, dropped_at,"
                        + " keep_until, create_statement, objects) VALUES ('held', ?, ?, ?, ?, ?,"
                        + " ?)",
                schema,
                deed.project().value(),
                time(at),
                time(at.plus(deed.keep())),
                create,
                objects.json());
    }

    void schemaState(long schemaId, HeldState state) throws SQLException {
        session.update(
                "UPDATE homeport.quarantine_schema SET state = ? WHERE id = ?",
                state.word(),
                schemaId);
    }

    /** The newest that is held of that name, for that project. */
    Optional<SchemaEntry> schema(ProjectId project, String schema) throws SQLException {
        return schemas(
                "project = ? AND schema_name = ? AND state = 'held' ORDER BY id DESC LIMIT 1",
                project.value(),
                schema);
    }

    Optional<SchemaEntry> schema(long id) throws SQLException {
        return schemas("id = ?", id);
    }

    private Optional<SchemaEntry> schemas(String where, Object... parameters) throws SQLException {
        return session
                .query(
                        "SELECT id, schema_name, create_statement, objects FROM"
                                + " homeport.quarantine_schema WHERE "
                                + where,
                        parameters)
                .stream()
                .map(
                        row ->
                                new SchemaEntry(
                                        row.number(0),
                                        row.text(1),
                                        row.text(2),
                                        SchemaObjects.parse(row.text(3))))
                .findFirst();
    }

    private Entry entry(Row row) {
        HeldTable table =
                new HeldTable(
                        row.number(0),
                        HeldState.of(row.text(1)),
                        new TableName(row.text(2), row.text(3)),
                        new TableName(row.text(4), row.text(5)),
                        StatementClass.valueOf(row.text(6)),
                        new ProjectId(row.text(7)),
                        row.isNull(8) ? Optional.empty() : Optional.of(row.text(8)),
                        row.text(9),
                        row.text(10),
                        row.text(11),
                        row.number(12),
                        instant(row.text(13)),
                        instant(row.text(14)),
                        row.number(15),
                        row.number(16),
                        row.text(17),
                        row.text(18),
                        row.isNull(19)
                                ? Optional.empty()
                                : Optional.of(new IncidentId(row.text(19))));
        return new Entry(
                table,
                row.number(20),
                row.number(21),
                row.text(22),
                NameKind.valueOf(row.text(23)),
                row.text(24),
                row.text(25),
                Recorded.read(row.text(26), row.text(27), row.text(28)),
                new TableName(row.text(29), row.text(30)));
    }

    private static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }

    private static String time(Instant at) {
        return TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    private static Instant instant(String text) {
        return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC);
    }
}
