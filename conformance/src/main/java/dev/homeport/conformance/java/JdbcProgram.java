package dev.homeport.conformance.java;

import static dev.homeport.conformance.java.JdbcConnection.all;
import static dev.homeport.conformance.java.JdbcConnection.outcome;
import static dev.homeport.conformance.java.JdbcConnection.outcomeOf;
import static dev.homeport.conformance.java.Transcript.lacks;
import static dev.homeport.conformance.java.Transcript.step;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** MySQL Connector/J or MariaDB Connector/J: {@code JdbcProgram mysql|mariadb}. */
public final class JdbcProgram {
    private static final String SLEEP = "SELECT SLEEP(50)";
    private static final String COUNTED = "SELECT id, n FROM counted ORDER BY id";

    private final JdbcDialect dialect;
    private final JdbcConnection text;
    private final JdbcConnection prepared;

    private JdbcProgram(JdbcDialect dialect) throws SQLException {
        this.dialect = dialect;
        this.text = connect(Map.of());
        this.prepared = connect(Map.of("useServerPrepStmts", "true"));
    }

    /** Runs it. */
    public static void main(String[] args) throws SQLException {
        JdbcDialect dialect = JdbcDialect.valueOf(args[0].toUpperCase(java.util.Locale.ROOT));
        step("wrong_password", attempt(dialect, "no-such-password", Settings.schema()));
        step("unknown_schema", attempt(dialect, Settings.password(), "no_such_schema"));
        List<String> login = attempt(dialect, Settings.password(), Settings.schema());
        step("login", login);
        if (!login.getFirst().startsWith("error")) {
            new JdbcProgram(dialect).run();
        }
    }

    private static List<String> attempt(JdbcDialect dialect, String password, String schema) {
        return outcome(
                () -> {
                    try (var db = JdbcConnection.open(dialect, Map.of(), password, schema)) {
                        return db.run("SELECT DATABASE(), CURRENT_USER()");
                    }
                });
    }

    private JdbcConnection connect(Map<String, String> options) throws SQLException {
        return JdbcConnection.open(dialect, options);
    }

    private void run() throws SQLException {
        for (String sql : Settings.setup()) {
            try (Statement statement = text.jdbc().createStatement()) {
                statement.execute(sql);
            }
        }
        showServer();
        showValues();
        showParameters();
        showLarge();
        showResults();
        showChanges();
        showErrors();
        showTransactions();
        showStreaming();
        showBatches();
        showCancel();
        showFiles();
        showSession();
        showEnd();
    }

    private void showServer() throws SQLException {
        DatabaseMetaData meta = text.jdbc().getMetaData();
        step(
                "server_info.version",
                meta.getDatabaseProductName(),
                meta.getDatabaseProductVersion(),
                meta.getDatabaseMajorVersion(),
                meta.getDatabaseMinorVersion());
        step(
                "server_info.connection_id",
                Long.toString(dialect.connectionId(text.jdbc()))
                        .equals(text.one("SELECT CONNECTION_ID()")));
        step(
                "server_info.encrypted",
                text.one(
                        "SELECT VARIABLE_VALUE <> '' FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_cipher'"));
        step(
                "server_info.columns",
                outcome(() -> all(meta.getColumns(Settings.schema(), null, "numbered", null))));
        step(
                "server_info.indexes",
                outcome(
                        () ->
                                rows(
                                        meta.getIndexInfo(
                                                Settings.schema(), null, "numbered", false, true),
                                        "CARDINALITY")));
        step(
                "server_info.procedures",
                outcome(
                        () ->
                                all(
                                        meta.getProcedureColumns(
                                                Settings.schema(), null, "parameters_out", null))));
        step(
                "server_info.keys",
                outcome(() -> all(meta.getImportedKeys(Settings.schema(), null, "children"))));
        step("server_info.features", features(meta, text.jdbc()));
        step(
                "attributes",
                text.run(
                        "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME NOT IN ('_pid', '_thread') ORDER BY 1"));
    }

    /** All but one column, whose value is an estimate. */
    private static List<String> rows(ResultSet rows, String without) throws SQLException {
        List<String> told = new ArrayList<>();
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                if (!rows.getMetaData().getColumnLabel(i).equals(without)) {
                    row.add(Transcript.value(rows.getObject(i)));
                }
            }
            told.add(String.join(" | ", row));
        }
        return told;
    }

    /** What the driver believes of the server, by its version. */
    private static Object[] features(DatabaseMetaData meta, Connection db) throws SQLException {
        return new Object[] {
            meta.supportsTransactionIsolationLevel(Connection.TRANSACTION_SERIALIZABLE),
            meta.getDefaultTransactionIsolation(),
            db.getTransactionIsolation(),
            db.isReadOnly(),
            db.getAutoCommit(),
            db.getCatalog(),
            meta.getMaxColumnsInTable(),
            meta.supportsGetGeneratedKeys(),
            meta.supportsMultipleResultSets(),
            meta.supportsStoredProcedures(),
            // Connector/J asks MariaDB for a column that it does not have.
            outcome(() -> List.of(Integer.toString(meta.getSQLKeywords().length()))),
            meta.getUserName()
        };
    }

    private void showValues() {
        Settings.queries()
                .forEach(
                        (name, sql) -> {
                            step("text_values." + name, text.run(sql));
                            step("binary_values." + name, prepared.prepared(sql));
                        });
        step("empty_result", text.run("SELECT * FROM numbered WHERE FALSE"));
        step("wide_row.text", text.run(Settings.wideQuery(1000)));
        step("wide_row.prepared", prepared.prepared(Settings.wideQuery(1000)));
        text.run("PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'");
        text.run("SET @a = 41, @b = 'text'");
        step(
                "sql_prepare",
                together(
                        text.run("EXECUTE by_sql USING @a, @b"),
                        text.run("EXECUTE by_sql USING @a"),
                        text.run("DEALLOCATE PREPARE by_sql"),
                        text.run("EXECUTE by_sql USING @a, @b")));
    }

    private void showParameters() {
        Object[][] rows = {
            {
                1,
                Long.MAX_VALUE,
                new BigInteger("18446744073709551615"),
                new BigDecimal("12345678901234567890.0123456789"),
                1.5,
                "text \uD83D\uDE00 ' \\ \0",
                Settings.allBytes(512),
                LocalDateTime.parse("2024-02-29T12:34:56.123456"),
                LocalDate.parse("2024-02-29"),
                "-12:34:56.000001",
                true,
                "{\"a\": [1, \"\u00e9\"]}",
                null
            },
            {
                2,
                Long.MIN_VALUE,
                BigInteger.ZERO,
                new BigDecimal("-0.0000000001"),
                -0.0,
                "",
                new byte[0],
                LocalDateTime.parse("1000-01-01T00:00:00"),
                LocalDate.parse("9999-12-31"),
                LocalTime.parse("23:59:59"),
                false,
                "[]",
                (short) 7
            },
            {3, null, null, null, null, null, null, null, null, null, null, null, null}
        };
        String insert = "INSERT INTO parameters VALUES (?" + ", ?".repeat(12) + ")";
        for (int i = 0; i < rows.length; i++) {
            Object[] row = rows[i];
            step("parameters.insert_" + i, prepared.prepared(insert, row));
            row[0] = i + 11;
            step("parameters.insert_text_" + i, text.prepared(insert, row));
        }
        step(
                "parameters.read",
                prepared.prepared("SELECT * FROM parameters WHERE id >= ? ORDER BY id", 1));
        step("parameters.reused", outcome(this::reuse));
        step("parameters.missing", prepared.prepared("SELECT ?, ?", 1));
    }

    /** One statement with parameters of one type after the other. */
    private List<String> reuse() throws SQLException {
        List<String> told = new ArrayList<>();
        try (PreparedStatement statement = prepared.jdbc().prepareStatement("SELECT ?, ?")) {
            for (Object value :
                    new Object[] {1, "a", 2.5, new byte[] {0, 1}, LocalDate.of(2024, 2, 29)}) {
                statement.setObject(1, value);
                statement.setNull(2, Types.VARCHAR);
                try (ResultSet rows = statement.executeQuery()) {
                    told.addAll(all(rows));
                }
            }
        }
        return told;
    }

    private void showLarge() {
        step("long_data.sent", outcome(this::streamBytes));
        step(
                "long_data.read",
                prepared.prepared("SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = 1"));
        step(
                "huge_blob.sent",
                prepared.prepared(
                        "INSERT INTO large VALUES (?, ?)", 2, Settings.allBytes(17 << 20)));
        step("huge_blob.read", text.run("SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2"));
        step(
                "huge_blob.row_at_limit",
                text.run("SELECT REPEAT('r', %d) AS r".formatted(Settings.PACKET_LIMIT - 4)));
        step(
                "huge_blob.command_at_limit",
                text.run(Settings.statementOfLength(Settings.PACKET_LIMIT)));
    }

    private List<String> streamBytes() throws SQLException {
        try (PreparedStatement insert =
                prepared.jdbc().prepareStatement("INSERT INTO large VALUES (?, ?)")) {
            insert.setInt(1, 1);
            insert.setBinaryStream(2, new ByteArrayInputStream(Settings.allBytes(200_000)));
            return List.of("affected " + insert.executeUpdate());
        }
    }

    private void showResults() {
        step(
                "multi_statements.all",
                text.run(
                        "SELECT 1 AS a; DO 0; SELECT 2 AS b UNION SELECT 3; INSERT INTO numbered"
                                + " (name) VALUES ('multi'); SELECT 'a;b'"));
        step(
                "multi_statements.error_inside",
                text.run("SELECT 1; SELECT * FROM no_such_table; SELECT 2"));
        step("multi_statements.goes_on", text.run("SELECT 1"));
        step("procedures.results", text.run("CALL several(5)"));
        step("procedures.out", together(outcome(() -> call(text)), outcome(() -> call(prepared))));
        step("procedures.error", text.run("CALL failing(5)"));
        step("procedures.silent", text.run("CALL silent(5)"));
        step("procedures.prepared", prepared.prepared("CALL several(?)", 6));
    }

    private static List<String> call(JdbcConnection db) throws SQLException {
        List<String> told = new ArrayList<>();
        try (CallableStatement call = db.jdbc().prepareCall("{CALL parameters_out(?, ?, ?)}")) {
            call.setInt(1, 4);
            call.registerOutParameter(2, Types.INTEGER);
            call.setString(3, "c");
            call.registerOutParameter(3, Types.VARCHAR);
            JdbcConnection.tellResults(call, call.execute(), told);
            told.add("out %d %s".formatted(call.getInt(2), call.getString(3)));
        }
        try (CallableStatement call = db.jdbc().prepareCall("{? = CALL twice(?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            call.setInt(2, 21);
            call.execute();
            told.add("returned " + call.getInt(1));
        }
        return told;
    }

    private void showChanges() {
        step(
                "affected_rows",
                together(
                        text.run("INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three')"),
                        text.run("UPDATE numbered SET amount = 7.50 WHERE name = 'one'"),
                        text.run("UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two')"),
                        prepared.prepared(
                                "INSERT INTO numbered (name) VALUES (?) ON DUPLICATE KEY UPDATE amount = 1",
                                "one"),
                        prepared.prepared("REPLACE INTO numbered (name) VALUES (?)", "two"),
                        text.run("DELETE FROM numbered WHERE name = 'three'")));
        step(
                "last_insert_id",
                together(
                        text.run("INSERT INTO numbered (name) VALUES ('four'), ('five')"),
                        text.run("SELECT LAST_INSERT_ID()"),
                        prepared.prepared("INSERT INTO numbered (name) VALUES (?)", "six"),
                        text.run("INSERT INTO highest VALUES (18446744073709551614)")));
        step(
                "warnings",
                together(
                        text.run("SELECT CAST('12x' AS SIGNED), 1 / 0"),
                        text.run("SHOW WARNINGS"),
                        text.run("DROP TABLE IF EXISTS no_such_table"),
                        prepared.prepared("SELECT CAST('13y' AS SIGNED)")));
    }

    private void showErrors() {
        Settings.failing()
                .forEach(
                        (name, sql) -> {
                            step("errors." + name, text.run(sql));
                            step("errors." + name + "_prepared", prepared.prepared(sql));
                        });
        step("errors.goes_on", together(text.run("SELECT 1"), prepared.prepared("SELECT 1")));
    }

    private void showTransactions() throws SQLException {
        Connection db = text.jdbc();
        List<String> told = new ArrayList<>();
        db.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        db.setAutoCommit(false);
        text.run("INSERT INTO numbered (name) VALUES ('t1')");
        Savepoint savepoint = db.setSavepoint("s1");
        text.run("INSERT INTO numbered (name) VALUES ('t2')");
        told.addAll(text.run("SELECT COUNT(*), @@autocommit FROM numbered"));
        db.rollback(savepoint);
        told.addAll(text.run("SELECT COUNT(*) FROM numbered"));
        db.rollback();
        told.addAll(text.run("SELECT COUNT(*) FROM numbered"));
        text.run("INSERT INTO numbered (name) VALUES ('t3')");
        db.commit();
        db.setAutoCommit(true);
        told.addAll(text.run("SELECT COUNT(*), @@autocommit FROM numbered"));
        db.setReadOnly(true);
        told.addAll(text.run("INSERT INTO numbered (name) VALUES ('t4')"));
        db.setReadOnly(false);
        told.addAll(text.run("ROLLBACK TO SAVEPOINT nowhere"));
        told.add("isolation " + db.getTransactionIsolation());
        step("transactions", told);
    }

    private void showStreaming() {
        step(
                "streaming.text",
                outcome(() -> stream(text, dialect.streamingFetchSize(), Integer.MAX_VALUE)));
        step(
                "streaming.left_early",
                together(
                        outcome(() -> stream(text, dialect.streamingFetchSize(), 2)),
                        text.run("SELECT 1")));
        step("streaming.cursor", outcome(() -> fetch(Integer.MAX_VALUE)));
        step("streaming.cursor_left_early", outcome(() -> fetch(150)));
    }

    private static List<String> stream(JdbcConnection db, int fetchSize, int most)
            throws SQLException {
        try (Statement statement = db.jdbc().createStatement()) {
            statement.setFetchSize(fetchSize);
            try (ResultSet rows = statement.executeQuery(COUNTED)) {
                return Transcript.rows(JdbcConnection.rows(rows, most));
            }
        }
    }

    private List<String> fetch(int most) throws SQLException {
        try (JdbcConnection db = connect(dialect.cursor());
                PreparedStatement statement = db.jdbc().prepareStatement(COUNTED)) {
            List<String> told = new ArrayList<>();
            statement.setFetchSize(100);
            try (ResultSet rows = statement.executeQuery()) {
                told.addAll(Transcript.rows(JdbcConnection.rows(rows, most)));
            }
            told.addAll(db.run("SELECT 1"));
            return told;
        }
    }

    private void showBatches() {
        step("batch.plain", batch(Map.of(), "plain"));
        step("batch.prepared", batch(Map.of("useServerPrepStmts", "true"), "prepared"));
        step("batch.bulk", batch(dialect.bulk(), "bulk"));
        step("pipelining", outcome(this::batchOfStatements));
    }

    private List<String> batch(Map<String, String> options, String name) {
        return outcome(
                () -> {
                    try (JdbcConnection db = connect(options)) {
                        List<String> told = new ArrayList<>(insertMany(db, name, 300));
                        told.addAll(insertMany(db, name, 3));
                        told.addAll(
                                db.run(
                                        "SELECT COUNT(*), MIN(name) FROM numbered WHERE name LIKE '%s%%'"
                                                .formatted(name)));
                        return told;
                    }
                });
    }

    private static List<String> insertMany(JdbcConnection db, String name, int count) {
        return outcome(
                () -> {
                    try (PreparedStatement insert =
                            db.jdbc()
                                    .prepareStatement(
                                            "INSERT INTO numbered (name, note) VALUES (?, ?)")) {
                        for (int i = 0; i < count; i++) {
                            insert.setString(1, name + " " + i);
                            insert.setString(2, i % 3 == 0 ? null : "n".repeat(i));
                            insert.addBatch();
                        }
                        return List.of(Arrays.toString(insert.executeBatch()));
                    }
                });
    }

    /** What MariaDB's driver pipelines. */
    private List<String> batchOfStatements() throws SQLException {
        try (Statement statement = text.jdbc().createStatement()) {
            for (int i = 0; i < 40; i++) {
                statement.addBatch(
                        "INSERT INTO numbered (name) VALUES ('statement %d')".formatted(i % 30));
            }
            return List.of(Arrays.toString(statement.executeBatch()));
        } catch (java.sql.BatchUpdateException e) {
            return List.of(Arrays.toString(e.getUpdateCounts()), JdbcConnection.error(e));
        }
    }

    private void showCancel() throws SQLException {
        try (JdbcConnection other = connect(Map.of())) {
            step("cancel.by_statement", outcome(() -> cancel(other)));
            step("cancel.timeout", outcome(this::timeOut));
            step("cancel.goes_on", text.run("SELECT 1"));
            step("cancel.unknown_id", other.run("KILL QUERY 4294967294"));
            step("cancel.killed_connection", outcome(() -> kill(other)));
        }
    }

    private List<String> cancel(JdbcConnection other) throws SQLException {
        try (Statement statement = text.jdbc().createStatement()) {
            CompletableFuture<List<String>> running =
                    CompletableFuture.supplyAsync(
                            () ->
                                    outcome(
                                            () -> {
                                                List<String> told = new ArrayList<>();
                                                JdbcConnection.tellResults(
                                                        statement, statement.execute(SLEEP), told);
                                                return told;
                                            }));
            await(() -> sleepers(other) == 1);
            statement.cancel();
            // Connector/J has two exceptions for it: which one is a race of its own threads.
            boolean isCancelled =
                    running.join().getFirst().matches("error .*(Cancelled|Interrupted|1317).*");
            return List.of("cancelled " + isCancelled);
        }
    }

    private List<String> timeOut() throws SQLException {
        try (Statement statement = text.jdbc().createStatement()) {
            statement.setQueryTimeout(1);
            List<String> told = new ArrayList<>();
            JdbcConnection.tellResults(statement, statement.execute(SLEEP), told);
            return told;
        }
    }

    private List<String> kill(JdbcConnection other) throws SQLException {
        try (JdbcConnection third = connect(Map.of())) {
            String id = third.one("SELECT CONNECTION_ID()");
            List<String> told =
                    new ArrayList<>(other.run("KILL " + dialect.connectionId(third.jdbc())));
            await(() -> count(other, "id = " + id) == 0);
            told.add("usable " + !third.run("SELECT 1").getFirst().startsWith("error"));
            return told;
        }
    }

    private static int sleepers(JdbcConnection db) {
        return count(db, "info = '%s' AND state = 'User sleep'".formatted(SLEEP));
    }

    private static int count(JdbcConnection db, String condition) {
        try {
            return Integer.parseInt(
                    db.one(
                            "SELECT COUNT(*) FROM information_schema.processlist WHERE "
                                    + condition));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void showFiles() {
        step(
                "local_infile.loaded",
                together(
                        load(Settings.fileToLoad().toString()),
                        text.run("SELECT COUNT(*), SUM(id), MAX(name) FROM loaded")));
        step("local_infile.missing", load("/no/such/file"));
        step("local_infile.goes_on", text.run("SELECT 1"));
    }

    private List<String> load(String file) {
        return text.run(
                "LOAD DATA LOCAL INFILE '%s' INTO TABLE loaded FIELDS TERMINATED BY ','"
                        .formatted(file));
    }

    private void showSession() {
        Connection db = text.jdbc();
        step(
                "schema_change",
                together(
                        outcomeOf(() -> db.setCatalog("information_schema")),
                        text.run("SELECT DATABASE()"),
                        text.run("USE " + Settings.schema()),
                        text.run("SELECT DATABASE()"),
                        outcome(() -> List.of(db.getCatalog())),
                        outcomeOf(() -> db.setCatalog("no_such_schema")),
                        text.run("SELECT DATABASE()")));
        step("ping", outcome(() -> List.of("valid " + db.isValid(10))));
        for (String charset : new String[] {"latin1", "utf8mb4"}) {
            step(
                    "character_sets." + charset,
                    together(
                            text.run("SET character_set_results = " + charset),
                            text.run(
                                    "SELECT @@character_set_client, @@character_set_results, @@collation_connection, HEX('\u00e9'), LENGTH('\u00e9')")));
        }
        step(
                "session_variables",
                together(
                        text.run(
                                "SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00'"),
                        text.run("SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\""),
                        text.run("CREATE TEMPORARY TABLE of_this_session (i INT)"),
                        text.run("SELECT COUNT(*) FROM of_this_session"),
                        text.run(
                                "SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session')"),
                        text.run("SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1"),
                        text.run("SELECT FOUND_ROWS()")));
    }

    private void showEnd() {
        Connection db = text.jdbc();
        step(
                "reset",
                together(
                        outcomeOf(() -> dialect.reset(db)),
                        text.run(
                                "SELECT DATABASE(), @v, @@sql_mode, @@time_zone, @@collation_connection"),
                        text.run("SELECT COUNT(*) FROM of_this_session")));
        if (dialect.changesUser()) {
            step(
                    "change_user.same",
                    together(
                            outcomeOf(
                                    () ->
                                            dialect.changeUser(
                                                    db, Settings.user(), Settings.password())),
                            text.run("SELECT CURRENT_USER(), DATABASE(), @v")));
            step(
                    "change_user.wrong_password",
                    outcomeOf(() -> dialect.changeUser(db, Settings.user(), "no-such-password")));
        } else {
            lacks("change_user", "MariaDB Connector/J has no call for COM_CHANGE_USER");
        }
        step("quit", outcomeOf(prepared::close));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static List<String> together(List<String>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }
}
