package dev.homeport.quarantine;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A client's session whose destructive statements are guarded as the router guards them: what the
 * session itself says first, then the service, then the client's own bytes, then the service.
 */
final class GuardedSession implements AutoCloseable {
    static final ProjectId PROJECT = new ProjectId("p42");
    static final Duration WAIT = Duration.ofSeconds(5);
    private static final int NO_SUCH_TABLE = 1146;

    private final Connection connection;
    private final Quarantine quarantine;
    private final long threadId;
    private Runnable between = () -> {};
    private List<Fate> fates = List.of();
    private int unsupported;

    GuardedSession(Connection connection, Quarantine quarantine) throws SQLException {
        this.connection = connection;
        this.quarantine = quarantine;
        this.threadId = Long.parseLong(one("SELECT CONNECTION_ID()"));
    }

    Connection connection() {
        return connection;
    }

    long threadId() {
        return threadId;
    }

    /** What happens after everything was set aside and before the statement runs. */
    void between(Runnable action) {
        between = action;
    }

    /** What became of the tables of the last statement. */
    List<Fate> fates() {
        return fates;
    }

    Answer run(String sql) throws SQLException {
        fates = List.of();
        return Answer.of(connection, sql);
    }

    Answer dropTables(String sql, String... names) throws SQLException, QuarantineException {
        return guarded(
                sql,
                StatementClass.DROP_TABLE,
                List.of(names),
                session -> new Intention.DropTables(session.tables, session.foreignKeyChecks));
    }

    Answer truncate(String sql, String name) throws SQLException, QuarantineException {
        return guarded(
                sql,
                StatementClass.TRUNCATE,
                List.of(name),
                session ->
                        new Intention.Truncate(
                                session.tables.getFirst(), session.foreignKeyChecks));
    }

    Answer replace(String sql, String name) throws SQLException, QuarantineException {
        return guarded(
                sql,
                StatementClass.REPLACE_TABLE,
                List.of(name),
                session ->
                        new Intention.Replace(session.tables.getFirst(), session.foreignKeyChecks));
    }

    Answer dropDatabase(String sql, String schema) throws SQLException, QuarantineException {
        fates = List.of();
        Answer probe = Answer.of(connection, "DROP VIEW `" + schema + "`.`homeport_probe`");
        if (probe.error() == 1142 || probe.error() == 1192 || probe.error() == 1399) {
            return Answer.of(connection, sql);
        }
        // MariaDB's DROP DATABASE leaves the warnings of whatever came before it.
        Answer.of(connection, "DO 0");
        SetAside aside =
                quarantine.begin(
                        deed(StatementClass.DROP_DATABASE),
                        new Intention.DropDatabase(
                                schema, one("SELECT @@foreign_key_checks").equals("1")),
                        WAIT);
        return runAside(sql, aside);
    }

    private record Seen(List<TableName> tables, boolean foreignKeyChecks) {}

    private Answer guarded(
            String sql,
            StatementClass statement,
            List<String> names,
            Function<Seen, Intention> intention)
            throws SQLException, QuarantineException {
        fates = List.of();
        String schema = one("SELECT DATABASE()");
        boolean checks = one("SELECT @@foreign_key_checks").equals("1");
        List<TableName> tables = new ArrayList<>();
        for (String name : names) {
            TableName table = new TableName(schema, name);
            if (!isTemporary(table)) {
                tables.add(table);
            }
        }
        Map<TableName, NameKind> kinds = quarantine.kinds(new LinkedHashSet<>(tables));
        tables.removeIf(
                name -> kinds.get(name) != NameKind.TABLE && kinds.get(name) != NameKind.SEQUENCE);
        if (tables.isEmpty()) {
            return Answer.of(connection, sql);
        }
        Optional<Answer> refused = refusal(tables);
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<SetAside> aside = begin(statement, intention.apply(new Seen(tables, checks)));
        return aside.isEmpty() ? Answer.of(connection, sql) : runAside(sql, aside.get());
    }

    /** Empty where a TRUNCATE cannot be seen: here the statement runs all the same. */
    private Optional<SetAside> begin(StatementClass statement, Intention intention)
            throws QuarantineException {
        try {
            return Optional.of(quarantine.begin(deed(statement), intention, WAIT));
        } catch (QuarantineException e) {
            // Any other error of the server counts as unsupported, too, and must not pass here.
            if (!String.valueOf(e.getMessage()).contains("cannot be seen on this server")) {
                throw e;
            }
            unsupported++;
            return Optional.empty();
        }
    }

    /** How many statements ran unguarded because the server cannot do better. */
    int unsupported() {
        return unsupported;
    }

    private Answer runAside(String sql, SetAside aside) throws SQLException, QuarantineException {
        between.run();
        try {
            return Answer.of(connection, sql);
        } finally {
            fates = quarantine.finish(aside);
        }
    }

    private boolean isTemporary(TableName table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW CREATE TABLE " + table.quoted())) {
            rows.next();
            return rows.getString(2).startsWith("CREATE TEMPORARY");
        } catch (SQLException e) {
            return false;
        }
    }

    /** DROP VIEW on tables drops nothing, and says whether DROP TABLE may. */
    private Optional<Answer> refusal(List<TableName> tables) throws SQLException {
        String names = String.join(", ", tables.stream().map(TableName::quoted).toList());
        Answer probe = Answer.of(connection, "DROP VIEW " + names);
        boolean mayDrop =
                probe.error() == 1347 || probe.error() == 4092 || probe.error() == NO_SUCH_TABLE;
        return mayDrop ? Optional.empty() : Optional.of(probe);
    }

    private Deed deed(StatementClass statement) {
        return Deeds.of(statement, threadId);
    }

    private String one(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
