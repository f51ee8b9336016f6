package dev.homeport.quarantine;

import dev.homeport.quarantine.RandomStatements.Sql;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The same random statements on a plain server and in guarded sessions on another: whatever a
 * client can see must be the same, and what was destroyed must come back with equal checksums.
 */
final class Differential implements AutoCloseable {
    private static final int STATEMENTS = 24;

    /** What MariaDB forgets older warnings with. */
    private static final Pattern CLEARS_WARNINGS = Pattern.compile("^(?!SET|START|DROP DATABASE)");

    private final TestServer plain;
    private final TestServer guarded;
    private final JdbcQuarantine quarantine;
    private final List<String> differences = new ArrayList<>();
    private final Map<StatementClass, Integer> counts = new TreeMap<>();
    private int broughtBack;
    private int unsupported;
    private boolean inTransaction;

    Differential(TestServer plain, TestServer guarded) {
        this.plain = plain;
        this.guarded = guarded;
        this.quarantine = guarded.quarantine();
        for (TestServer server : List.of(plain, guarded)) {
            server.server()
                    .execute(
                            "SET GLOBAL sync_binlog = 0",
                            "SET GLOBAL innodb_flush_log_at_trx_commit = 0");
        }
    }

    /** One sequence; the same seed makes the same one. */
    void run(long seed) throws SQLException, QuarantineException {
        for (TestServer server : List.of(plain, guarded)) {
            server.freshSchema("app");
        }
        RandomStatements statements = new RandomStatements(new Random(seed), plain.isMariaDb());
        Map<Long, String> destroyed = new LinkedHashMap<>();
        List<String> history = new ArrayList<>();
        int before = differences.size();
        inTransaction = false;
        try (Connection first = plain.connect(TestServer.TENANT, "app");
                GuardedSession second =
                        new GuardedSession(guarded.connect(TestServer.TENANT, "app"), quarantine)) {
            for (int i = 0; i < STATEMENTS && differences.size() == before; i++) {
                Sql sql = statements.next();
                history.add(sql.text());
                step(seed, sql, first, second, destroyed);
            }
            unsupported += second.unsupported();
        } catch (QuarantineException e) {
            differences.add("seed %d: %s".formatted(seed, e));
        }
        bringBack(seed, destroyed);
        if (differences.size() > before) {
            differences.add("  after: " + String.join(";\n    ", history));
        }
    }

    private void step(
            long seed,
            Sql sql,
            Connection first,
            GuardedSession second,
            Map<Long, String> destroyed)
            throws SQLException, QuarantineException {
        counts.merge(sql.kind(), 1, Integer::sum);
        // Somebody else does not see what the session has not committed and DROP commits.
        boolean wasInTransaction = inTransaction;
        inTransaction = sql.text().startsWith("START") || (inTransaction && !sql.isGuarded());
        Map<TableName, String> checksums =
                sql.isGuarded() && !wasInTransaction ? checksums() : Map.of();
        Answer expected = Answer.of(first, sql.text());
        Answer actual = run(sql, second);
        if (!CLEARS_WARNINGS.matcher(sql.text()).find()) {
            // They show warnings of the statement before, which is another one when guarded.
            expected = expected.withoutWarnings();
            actual = actual.withoutWarnings();
        }
        compare(seed, sql.text(), "answer", expected, actual);
        if (!sql.isGuarded()) {
            return;
        }
        for (Fate fate : second.fates()) {
            if (fate.held()) {
                destroyed.put(fate.id(), checksums.get(fate.table()));
            }
        }
        compare(seed, sql.text(), "state", state(plain), state(guarded));
        if (sql.kind() == StatementClass.DROP_DATABASE) {
            for (Connection one : List.of(first, second.connection())) {
                Answer.of(one, "CREATE DATABASE IF NOT EXISTS app");
                Answer.of(one, "USE app");
            }
        }
    }

    private static Answer run(Sql sql, GuardedSession session)
            throws SQLException, QuarantineException {
        String[] names = sql.names().toArray(String[]::new);
        return switch (sql.kind()) {
            case DROP_TABLE -> session.dropTables(sql.text(), names);
            case TRUNCATE -> session.truncate(sql.text(), names[0]);
            case REPLACE_TABLE -> session.replace(sql.text(), names[0]);
            case DROP_DATABASE -> session.dropDatabase(sql.text(), names[0]);
            default -> session.run(sql.text());
        };
    }

    private void compare(long seed, String sql, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            differences.add(
                    "seed %d, %s of \"%s\":\n  plain   %s\n  guarded %s"
                            .formatted(seed, what, sql, expected, actual));
        }
    }

    /** Of the plain server's tables, by name. */
    private Map<TableName, String> checksums() {
        Map<TableName, String> checksums = new HashMap<>();
        for (List<String> row :
                plain.server()
                        .query(
                                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE"
                                        + " TABLE_SCHEMA = 'app' AND TABLE_TYPE NOT IN ('VIEW',"
                                        + " 'SEQUENCE')")) {
            TableName table = new TableName("app", row.getFirst());
            checksums.put(table, checksum(plain, table));
        }
        return checksums;
    }

    /** All rows and what the server says of them. */
    private static String checksum(TestServer server, TableName table) {
        String name = table.quoted();
        String rows = server.server().query("SELECT * FROM " + name + " ORDER BY 1").toString();
        String create = server.server().query("SHOW CREATE TABLE " + name).getFirst().get(1);
        // MariaDB's checksum of virtual columns depends on what its buffer held before, that of a
        // system-versioned table on the time.
        return create.contains("GENERATED ALWAYS") || create.contains("SYSTEM VERSIONING")
                ? rows
                : rows + server.server().query("CHECKSUM TABLE " + name).getFirst().get(1);
    }

    /** Everything in the schema that somebody can see. */
    private static List<String> state(TestServer server) throws SQLException {
        List<String> state = new ArrayList<>();
        try (Connection root = server.server().connect();
                Statement statement = root.createStatement()) {
            for (List<String> table : rows(statement, "SHOW DATABASES LIKE 'app'")) {
                state.add(table.toString());
            }
            if (state.isEmpty()) {
                return state;
            }
            for (List<String> table : rows(statement, "SHOW FULL TABLES FROM app")) {
                String name = new TableName("app", table.getFirst()).quoted();
                state.add(table.toString());
                if (!table.get(1).equals("VIEW")) {
                    state.add(rows(statement, "SHOW CREATE TABLE " + name).toString());
                    state.add(rows(statement, "SELECT * FROM " + name).toString());
                }
            }
            state.add(
                    rows(
                                    statement,
                                    "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING,"
                                            + " ACTION_ORDER, ACTION_STATEMENT, DEFINER FROM"
                                            + " information_schema.TRIGGERS WHERE TRIGGER_SCHEMA ="
                                            + " 'app' ORDER BY TRIGGER_NAME")
                            .toString());
        }
        return state;
    }

    private static List<List<String>> rows(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return Answer.rows(rows);
        }
    }

    private void bringBack(long seed, Map<Long, String> destroyed) throws QuarantineException {
        guarded.freshSchema("app_back");
        for (Map.Entry<Long, String> one : destroyed.entrySet()) {
            TableName as = new TableName("app_back", "u" + one.getKey());
            quarantine.undrop(
                    GuardedSession.PROJECT,
                    "#" + one.getKey(),
                    Optional.of(as.toString()),
                    "test",
                    Optional.empty());
            broughtBack++;
            if (one.getValue() != null) {
                compare(
                        seed,
                        "#" + one.getKey(),
                        "checksum",
                        one.getValue(),
                        checksum(guarded, as));
            }
        }
        guarded.freshSchema("app_back");
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    String summary() {
        return "%s, %d unsupported, %d tables brought back, %d differences"
                .formatted(counts, unsupported, broughtBack, differences.size());
    }

    @Override
    public void close() {
        quarantine.close();
    }

    /**
     * Arguments: the kind of server, how many sequences, the first seed, and a folder. Prints every
     * difference.
     */
    public static void main(String[] arguments) throws Exception {
        TestServer.Kind kind = TestServer.Kind.valueOf(arguments[0]);
        int sequences = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        Path folder = Files.createTempDirectory(Path.of(arguments[3]), "differential");
        try (TestServer plain = TestServer.start(kind, folder.resolve("plain")).orElseThrow();
                TestServer guarded =
                        TestServer.start(kind, folder.resolve("guarded")).orElseThrow();
                Differential differential = new Differential(plain, guarded)) {
            int printed = 0;
            for (int i = 0; i < sequences; i++) {
                differential.run(seed + i);
                List<String> found = differential.differences();
                found.subList(printed, found.size()).forEach(System.out::println);
                printed = found.size();
            }
            System.out.println(differential.summary());
        }
    }
}
