package dev.homeport.conformance.java;

import static dev.homeport.conformance.java.Transcript.lacks;
import static dev.homeport.conformance.java.Transcript.step;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** R2DBC's driver for MySQL or for MariaDB: {@code R2dbcProgram mysql|mariadb}. */
public final class R2dbcProgram {
    private static final String SLEEP = "SELECT SLEEP(50)";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** MariaDB's driver puts the connection's id before some messages: no two are the same. */
    private static final Pattern CONNECTION_PREFIX = Pattern.compile("\\(?conn[:=]\\d+\\)? ?");

    private final String driver;
    private final Connection db;

    private R2dbcProgram(String driver) {
        this.driver = driver;
        this.db = connect(driver, Settings.password(), Settings.schema());
    }

    /** Runs it. */
    public static void main(String[] args) {
        String driver = args[0].toLowerCase(Locale.ROOT);
        step("wrong_password", attempt(driver, "no-such-password", Settings.schema()));
        step("unknown_schema", attempt(driver, Settings.password(), "no_such_schema"));
        List<String> login = attempt(driver, Settings.password(), Settings.schema());
        step("login", login);
        if (!login.getFirst().startsWith("error")) {
            new R2dbcProgram(driver).run();
        }
        System.exit(0); // the drivers' threads are no daemons
    }

    private static List<String> attempt(String driver, String password, String schema) {
        return outcome(
                () -> {
                    Connection db = connect(driver, password, schema);
                    List<String> told =
                            all(db.createStatement("SELECT DATABASE(), CURRENT_USER()").execute());
                    wait(db.close());
                    return told;
                });
    }

    private static Connection connect(String driver, String password, String schema) {
        ConnectionFactoryOptions.Builder options =
                ConnectionFactoryOptions.builder()
                        .option(ConnectionFactoryOptions.DRIVER, driver)
                        .option(ConnectionFactoryOptions.HOST, Settings.host())
                        .option(ConnectionFactoryOptions.PORT, Settings.port())
                        .option(ConnectionFactoryOptions.USER, Settings.user())
                        .option(ConnectionFactoryOptions.PASSWORD, password)
                        .option(ConnectionFactoryOptions.DATABASE, schema);
        boolean isMariaDb = driver.equals("mariadb");
        options.option(Option.valueOf("sslMode"), sslMode(isMariaDb));
        if (Settings.isTls()) {
            options.option(
                    Option.valueOf(isMariaDb ? "serverSslCert" : "sslCa"), Settings.get("DB_CA"));
        }
        if (isMariaDb) {
            options.option(Option.valueOf("allowMultiQueries"), true);
            options.option(Option.valueOf("allowPublicKeyRetrieval"), true);
            options.option(Option.valueOf("useServerPrepStmts"), true);
        } else {
            options.option(Option.valueOf("useServerPrepareStatement"), true);
            options.option(
                    Option.valueOf("allowLoadLocalInfileInPath"), Settings.get("DB_SCRATCH"));
        }
        ConnectionFactory factory = ConnectionFactories.get(options.build());
        return wait(factory.create());
    }

    private static String sslMode(boolean isMariaDb) {
        if (isMariaDb) {
            return Settings.isTls() ? "VERIFY_CA" : "DISABLE";
        }
        return Settings.isTls() ? "verify_ca" : "disabled";
    }

    private void run() {
        for (String sql : Settings.setup()) {
            all(db.createStatement(sql).execute());
        }
        showServer();
        showValues();
        showParameters();
        showLarge();
        showResults();
        showChanges();
        showTransactions();
        showStreaming();
        showCancel();
        showSession();
        showBatches();
        showMissingFile();
        lacks("reset", "R2DBC has no call for COM_RESET_CONNECTION");
        lacks("change_user", "R2DBC has no call for COM_CHANGE_USER");
        step(
                "quit",
                outcome(
                        () -> {
                            wait(db.close());
                            return List.of("done");
                        }));
    }

    private void showServer() {
        step(
                "server_info.version",
                db.getMetadata().getDatabaseProductName(),
                db.getMetadata().getDatabaseVersion());
        lacks("server_info.connection_id", "R2DBC does not tell the id of the greeting");
        step(
                "server_info.encrypted",
                query(
                        "SELECT VARIABLE_VALUE <> '' AS encrypted FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_cipher'"));
        step(
                "attributes",
                query(
                        "SELECT '' AS name, '' AS value UNION ALL SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME NOT IN ('_pid', '_thread') ORDER BY 1"));
    }

    private void showValues() {
        Settings.queries()
                .forEach(
                        (name, sql) -> {
                            step("text_values." + name, query(sql));
                            // Only statements with parameters are prepared on the server.
                            step(
                                    "binary_values." + name,
                                    prepared("SELECT * FROM (" + sql + ") q WHERE 1 = ?", 1));
                        });
        step("empty_result", query("SELECT * FROM numbered WHERE FALSE"));
        step("wide_row.text", query(Settings.wideQuery(1000)));
        step(
                "wide_row.prepared",
                prepared("SELECT * FROM (" + Settings.wideQuery(1000) + ") q WHERE 1 = ?", 1));
        query("PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'");
        query("SET @a = 41, @b = 'text'");
        step(
                "sql_prepare",
                together(
                        query("EXECUTE by_sql USING @a, @b"),
                        query("EXECUTE by_sql USING @a"),
                        query("DEALLOCATE PREPARE by_sql"),
                        query("EXECUTE by_sql USING @a, @b")));
    }

    private void showParameters() {
        Object[][] rows = {
            {
                1,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                new BigDecimal("12345678901234567890.0123456789"),
                1.5,
                "text \uD83D\uDE00 ' \\ \0",
                ByteBuffer.wrap(Settings.allBytes(512)),
                LocalDateTime.parse("2024-02-29T12:34:56.123456"),
                LocalDate.parse("2024-02-29"),
                LocalTime.parse("12:34:56"),
                true,
                "{\"a\": [1, \"\u00e9\"]}",
                7
            },
            {
                2,
                Long.MIN_VALUE,
                0L,
                new BigDecimal("-0.0000000001"),
                -0.0,
                "",
                ByteBuffer.wrap(new byte[0]),
                LocalDateTime.parse("1000-01-01T00:00:00"),
                LocalDate.parse("9999-12-31"),
                LocalTime.parse("23:59:59"),
                false,
                "[]",
                7
            }
        };
        String insert = "INSERT INTO parameters VALUES (?" + ", ?".repeat(12) + ")";
        for (int i = 0; i < rows.length; i++) {
            step("parameters.insert_" + i, prepared(insert, rows[i]));
        }
        step(
                "parameters.null",
                outcome(
                        () ->
                                all(
                                        db.createStatement(
                                                        "INSERT INTO parameters (id, v) VALUES (?, ?)")
                                                .bind(0, 3)
                                                .bindNull(1, String.class)
                                                .execute())));
        step("parameters.read", prepared("SELECT * FROM parameters WHERE id >= ? ORDER BY id", 1));
    }

    private void showLarge() {
        step(
                "long_data.sent",
                prepared(
                        "INSERT INTO large VALUES (?, ?)",
                        1,
                        ByteBuffer.wrap(Settings.allBytes(200_000))));
        step(
                "long_data.read",
                prepared("SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = ?", 1));
        step(
                "huge_blob.sent",
                prepared(
                        "INSERT INTO large VALUES (?, ?)",
                        2,
                        ByteBuffer.wrap(Settings.allBytes(17 << 20))));
        step("huge_blob.read", query("SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2"));
        step(
                "huge_blob.row_at_limit",
                query("SELECT REPEAT('r', %d) AS r".formatted(Settings.PACKET_LIMIT - 4)));
        step(
                "huge_blob.command_at_limit",
                query(Settings.statementOfLength(Settings.PACKET_LIMIT)));
    }

    private void showResults() {
        step(
                "multi_statements.all",
                query(
                        "SELECT 1 AS a; DO 0; SELECT 2 AS b UNION SELECT 3; INSERT INTO numbered (name) VALUES ('multi'); SELECT 'a;b'"));
        step(
                "multi_statements.error_inside",
                query("SELECT 1; SELECT * FROM no_such_table; SELECT 2"));
        step("multi_statements.goes_on", query("SELECT 1"));
        step("procedures.results", query("CALL several(5)"));
        step(
                "procedures.out",
                together(
                        query("SET @c = 'c'"),
                        query("CALL parameters_out(4, @b, @c)"),
                        query("SELECT @b, @c, twice(21)")));
        step("procedures.error", query("CALL failing(5)"));
        step("procedures.silent", query("CALL silent(5)"));
        step("procedures.prepared", prepared("CALL several(?)", 6));
    }

    private void showChanges() {
        step(
                "affected_rows",
                together(
                        query("INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three')"),
                        query("UPDATE numbered SET amount = 7.50 WHERE name = 'one'"),
                        query("UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two')"),
                        prepared(
                                "INSERT INTO numbered (name) VALUES (?) ON DUPLICATE KEY UPDATE amount = 1",
                                "one"),
                        prepared("REPLACE INTO numbered (name) VALUES (?)", "two"),
                        query("DELETE FROM numbered WHERE name = 'three'")));
        step(
                "last_insert_id",
                together(
                        outcome(
                                () ->
                                        all(
                                                db.createStatement(
                                                                "INSERT INTO numbered (name) VALUES ('four')")
                                                        .returnGeneratedValues("id")
                                                        .execute())),
                        query("SELECT LAST_INSERT_ID()"),
                        query("INSERT INTO highest VALUES (18446744073709551614)")));
        step(
                "warnings",
                together(query("SELECT CAST('12x' AS SIGNED), 1 / 0"), query("SHOW WARNINGS")));
        Settings.failing().forEach((name, sql) -> step("errors." + name, query(sql)));
        step("errors.goes_on", query("SELECT 1"));
    }

    private void showTransactions() {
        List<String> told = new ArrayList<>();
        String count = "SELECT COUNT(*), @@autocommit FROM numbered";
        wait(db.setTransactionIsolationLevel(IsolationLevel.READ_COMMITTED));
        wait(db.beginTransaction());
        query("INSERT INTO numbered (name) VALUES ('t1')");
        wait(db.createSavepoint("s1"));
        query("INSERT INTO numbered (name) VALUES ('t2')");
        told.addAll(query(count));
        wait(db.rollbackTransactionToSavepoint("s1"));
        told.addAll(query(count));
        wait(db.rollbackTransaction());
        told.addAll(query(count));
        wait(db.setAutoCommit(false));
        query("INSERT INTO numbered (name) VALUES ('t3')");
        wait(db.commitTransaction());
        wait(db.setAutoCommit(true));
        told.addAll(query(count));
        told.add(
                "autocommit %s, isolation %s"
                        .formatted(db.isAutoCommit(), db.getTransactionIsolationLevel()));
        told.addAll(query("ROLLBACK TO SAVEPOINT nowhere"));
        step("transactions", told);
    }

    private void showStreaming() {
        String counted = "SELECT id, n FROM counted ORDER BY id";
        step(
                "streaming.fetched",
                outcome(
                        () ->
                                all(
                                        db.createStatement(
                                                        "SELECT id, n FROM counted WHERE id >= ? ORDER BY id")
                                                .bind(0, 0)
                                                .fetchSize(100)
                                                .execute())));
        step(
                "streaming.left_early",
                outcome(
                        () ->
                                Flux.from(db.createStatement(counted).execute())
                                        .flatMap(
                                                result ->
                                                        result.map(
                                                                (row, meta) ->
                                                                        Transcript.value(
                                                                                row.get(0))))
                                        .take(2)
                                        .collectList()
                                        .block(PATIENCE)));
        step("streaming.goes_on", query("SELECT 1"));
        lacks("streaming.cursor", "how fetchSize is carried out is the driver's business");
    }

    private void showCancel() {
        Connection other = connect(driver, Settings.password(), Settings.schema());
        String id = first(db, "SELECT CONCAT(CONNECTION_ID())");
        // The drivers do not tell the id of the greeting: all that a program knows is the server's
        // own.
        first(other, "SELECT GET_LOCK('gate', 10)");
        CompletableFuture<List<String>> waiting =
                CompletableFuture.supplyAsync(() -> query("SELECT GET_LOCK('gate', 50)"));
        await(() -> count(other, "info = 'SELECT GET_LOCK(''gate'', 50)'").equals("1"));
        List<String> killed =
                outcome(() -> all(other.createStatement("KILL QUERY " + id).execute()));
        step("cancel.by_process_list", killed);
        if (killed.toString().contains("error")) {
            first(other, "SELECT RELEASE_LOCK('gate')");
        }
        step("cancel.killed", waiting.join());
        step("cancel.goes_on", query("SELECT 1"));
        step(
                "cancel.unknown_id",
                outcome(() -> all(other.createStatement("KILL QUERY 4294967294").execute())));
        step(
                "cancel.timeout",
                outcome(
                        () -> {
                            wait(db.setStatementTimeout(Duration.ofSeconds(1)));
                            List<String> told = new ArrayList<>(query(SLEEP));
                            wait(db.setStatementTimeout(Duration.ZERO));
                            return told;
                        }));
        wait(other.close());
    }

    private static String count(Connection db, String condition) {
        return first(
                db,
                "SELECT CONCAT(COUNT(*)) FROM information_schema.processlist WHERE " + condition);
    }

    private static String first(Connection db, String sql) {
        return Flux.from(db.createStatement(sql).execute())
                .flatMap(result -> result.map((row, meta) -> String.valueOf(row.get(0))))
                .blockFirst(PATIENCE);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void showSession() {
        step(
                "schema_change",
                together(
                        query("USE information_schema"),
                        query("SELECT DATABASE()"),
                        query("USE " + Settings.schema()),
                        query("SELECT DATABASE()"),
                        query("USE no_such_schema"),
                        query("SELECT DATABASE()")));
        step("ping", outcome(() -> List.of("valid " + wait(db.validate(ValidationDepth.REMOTE)))));
        showFiles();
        step(
                "character_sets",
                query(
                        "SELECT @@character_set_client, @@character_set_results, @@collation_connection, HEX('\u00e9'), LENGTH('\u00e9')"));
        step(
                "session_variables",
                together(
                        query(
                                "SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00'"),
                        query("SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\""),
                        query("CREATE TEMPORARY TABLE of_this_session (i INT)"),
                        query("SELECT COUNT(*) FROM of_this_session"),
                        query(
                                "SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session')"),
                        query("SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1"),
                        query("SELECT FOUND_ROWS()")));
    }

    private void showFiles() {
        if (driver.equals("mariadb")) {
            lacks("local_infile", "R2DBC's driver for MariaDB has no LOCAL INFILE");
            return;
        }
        step(
                "local_infile.loaded",
                together(
                        query(
                                "LOAD DATA LOCAL INFILE '%s' INTO TABLE loaded FIELDS TERMINATED BY ','"
                                        .formatted(Settings.fileToLoad())),
                        query("SELECT COUNT(*), SUM(id), MAX(name) FROM loaded")));
        step("local_infile.goes_on", query("SELECT 1"));
    }

    /** On a connection of its own: the driver leaves it behind unusable. */
    private void showMissingFile() {
        if (!driver.equals("mysql")) {
            return;
        }
        Connection other = connect(driver, Settings.password(), Settings.schema());
        String missing = Settings.get("DB_SCRATCH") + "/missing.csv";
        List<String> told =
                outcome(
                        () ->
                                all(
                                        other.createStatement(
                                                        "LOAD DATA LOCAL INFILE '%s' INTO TABLE loaded"
                                                                .formatted(missing))
                                                .execute()));
        step(
                "local_infile.missing",
                together(
                        withoutRace(told, missing),
                        query("SELECT COUNT(*), SUM(id), MAX(name) FROM loaded")));
    }

    // The driver sends the empty packet first and then says what was wrong with the file, to the
    // sink that the server's answer comes to: who is first there decides what a program is told.
    private static List<String> withoutRace(List<String> told, String missing) {
        List<List<String>> possible =
                List.of(
                        List.of("error NoSuchFileException " + missing),
                        List.of(
                                "error IllegalStateException Cannot emit after a complete or error"),
                        List.of("affected 0"));
        return possible.contains(told) ? List.of("ended") : told;
    }

    private void showBatches() {
        step(
                "batch.parameters",
                outcome(
                        () -> {
                            Statement insert =
                                    db.createStatement("INSERT INTO numbered (name) VALUES (?)");
                            for (int i = 0; i < 100; i++) {
                                insert.bind(0, "batch " + i);
                                if (i < 99) {
                                    insert.add();
                                }
                            }
                            return all(insert.execute());
                        }));
        step(
                "batch.statements",
                outcome(
                        () -> {
                            Batch batch = db.createBatch();
                            for (int i = 0; i < 20; i++) {
                                batch.add("SELECT %d AS n".formatted(i));
                            }
                            return all(batch.execute());
                        }));
        step(
                "pipelining",
                outcome(
                        () ->
                                Flux.range(0, 100)
                                        .flatMapSequential(
                                                i ->
                                                        Flux.from(
                                                                        db.createStatement(
                                                                                        "SELECT %d AS n"
                                                                                                .formatted(
                                                                                                        i))
                                                                                .execute())
                                                                .flatMap(
                                                                        result ->
                                                                                result.map(
                                                                                        (row,
                                                                                                meta) ->
                                                                                                Transcript
                                                                                                        .value(
                                                                                                                row
                                                                                                                        .get(
                                                                                                                                0)))),
                                                100)
                                        .collectList()
                                        .map(rows -> Transcript.rows(rows))
                                        .block(PATIENCE)));
    }

    private List<String> query(String sql) {
        return outcome(() -> all(db.createStatement(sql).execute()));
    }

    private List<String> prepared(String sql, Object... parameters) {
        return outcome(
                () -> {
                    Statement statement = db.createStatement(sql);
                    for (int i = 0; i < parameters.length; i++) {
                        statement.bind(i, parameters[i]);
                    }
                    return all(statement.execute());
                });
    }

    /** Everything that a statement gives, to its end; an error at its end is told, too. */
    private static List<String> all(Publisher<? extends Result> results) {
        List<String> told = new ArrayList<>();
        Flux.from(results)
                .concatMap(R2dbcProgram::segments)
                .doOnNext(told::addAll)
                .blockLast(PATIENCE);
        return told;
    }

    private static Publisher<List<String>> segments(Result result) {
        List<String> columns = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        List<String> others = new ArrayList<>();
        return Flux.from(
                        result.flatMap(
                                segment -> {
                                    switch (segment) {
                                        case Result.RowSegment row -> {
                                            if (rows.isEmpty()) {
                                                row.row()
                                                        .getMetadata()
                                                        .getColumnMetadatas()
                                                        .forEach(one -> columns.add(column(one)));
                                            }
                                            rows.add(row(row.row()));
                                        }
                                        case Result.UpdateCount count ->
                                                others.add("affected " + count.value());
                                        case Result.Message message ->
                                                others.add("message " + error(message.exception()));
                                        default -> others.add("segment");
                                    }
                                    return Mono.just(true);
                                }))
                .then(
                        Mono.fromSupplier(
                                () -> {
                                    List<String> told =
                                            new ArrayList<>(Transcript.columns(columns));
                                    told.addAll(Transcript.rows(rows));
                                    told.addAll(others);
                                    return told;
                                }));
    }

    private static String column(ColumnMetadata meta) {
        return "column %s, %s, %s, precision %s, scale %s, %s"
                .formatted(
                        meta.getName(),
                        meta.getType().getName(),
                        meta.getType().getJavaType().getSimpleName(),
                        meta.getPrecision(),
                        meta.getScale(),
                        meta.getNullability());
    }

    private static String row(Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.getMetadata().getColumnMetadatas().size(); i++) {
            int index = i;
            values.add(String.join("", outcome(() -> List.of(Transcript.value(row.get(index))))));
        }
        return String.join(" | ", values);
    }

    private static List<String> outcome(Supplier<List<String>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return List.of(error(reactor.core.Exceptions.unwrap(e)));
        }
    }

    private static String error(Throwable e) {
        String message = CONNECTION_PREFIX.matcher(String.valueOf(e.getMessage())).replaceAll("");
        return e instanceof R2dbcException r
                ? "error %s %d %s %s"
                        .formatted(
                                e.getClass().getSimpleName(),
                                r.getErrorCode(),
                                r.getSqlState(),
                                message)
                : "error %s %s".formatted(e.getClass().getSimpleName(), message);
    }

    private static <T> T wait(Publisher<T> publisher) {
        return Mono.from(publisher).block(PATIENCE);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static List<String> together(List<String>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }
}
