package dev.homeport.conformance.java;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/** One connection of a JDBC driver that tells what it sees. */
final class JdbcConnection implements AutoCloseable {
    /** MariaDB's driver puts the connection's id before each message: no two are the same. */
    private static final Pattern CONNECTION_PREFIX = Pattern.compile("\\(conn=\\d+\\) ");

    private final Connection db;

    private JdbcConnection(Connection db) {
        this.db = db;
    }

    static JdbcConnection open(JdbcDialect dialect, Map<String, String> options)
            throws SQLException {
        return open(dialect, options, Settings.password(), Settings.schema());
    }

    static JdbcConnection open(
            JdbcDialect dialect, Map<String, String> options, String password, String schema)
            throws SQLException {
        Properties properties = new Properties();
        try {
            properties.putAll(dialect.options());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        properties.putAll(options);
        properties.setProperty("user", Settings.user());
        properties.setProperty("password", password);
        String url =
                "%s://%s:%d/%s"
                        .formatted(dialect.scheme(), Settings.host(), Settings.port(), schema);
        return new JdbcConnection(DriverManager.getConnection(url, properties));
    }

    Connection jdbc() {
        return db;
    }

    /** A piece of a script. */
    @FunctionalInterface
    interface Call {
        List<String> run() throws SQLException;
    }

    /** A piece of a script without a result. */
    @FunctionalInterface
    interface Action {
        void run() throws SQLException;
    }

    /** What the call gives, or its error. */
    static List<String> outcome(Call call) {
        try {
            return call.run();
        } catch (SQLException e) {
            return List.of(error(e));
        }
    }

    static List<String> outcomeOf(Action action) {
        return outcome(
                () -> {
                    action.run();
                    return List.of("done");
                });
    }

    static String error(SQLException e) {
        String message = CONNECTION_PREFIX.matcher(String.valueOf(e.getMessage())).replaceAll("");
        return "error %s %d %s %s"
                .formatted(
                        e.getClass().getSimpleName(), e.getErrorCode(), e.getSQLState(), message);
    }

    /** Runs a statement; tells all its results, and the error if it ends in one. */
    List<String> run(String sql) {
        List<String> told = new ArrayList<>();
        try (Statement statement = db.createStatement()) {
            boolean isRows = statement.execute(sql, Statement.RETURN_GENERATED_KEYS);
            tellResults(statement, isRows, told);
        } catch (SQLException e) {
            told.add(error(e));
        }
        return told;
    }

    /** The same by a prepared statement. */
    List<String> prepared(String sql, Object... parameters) {
        List<String> told = new ArrayList<>();
        try (PreparedStatement statement =
                db.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            tellResults(statement, statement.execute(), told);
        } catch (SQLException e) {
            told.add(error(e));
        }
        return told;
    }

    static void tellResults(Statement statement, boolean isFirstRows, List<String> told)
            throws SQLException {
        boolean isRows = isFirstRows;
        while (isRows || statement.getUpdateCount() >= 0) {
            if (isRows) {
                try (ResultSet rows = statement.getResultSet()) {
                    told.addAll(all(rows));
                }
            } else {
                told.add(
                        "affected %d, ids %s"
                                .formatted(statement.getUpdateCount(), ids(statement)));
            }
            tellWarnings(statement, told);
            isRows = statement.getMoreResults();
        }
    }

    private static void tellWarnings(Statement statement, List<String> told) throws SQLException {
        for (SQLException w = statement.getWarnings(); w != null; w = w.getNextException()) {
            told.add("warning " + error(w));
        }
    }

    private static List<String> ids(Statement statement) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (ResultSet keys = statement.getGeneratedKeys()) {
            while (keys.next()) {
                ids.add(keys.getString(1));
            }
        }
        return ids;
    }

    /** Columns and rows. */
    static List<String> all(ResultSet rows) throws SQLException {
        List<String> told = new ArrayList<>(Transcript.columns(columns(rows.getMetaData())));
        told.addAll(Transcript.rows(rows(rows, Integer.MAX_VALUE)));
        return told;
    }

    static List<String> rows(ResultSet rows, int most) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        List<String> told = new ArrayList<>();
        while (told.size() < most && rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                row.add(Transcript.value(rows.getObject(i)));
            }
            told.add(String.join(" | ", row));
        }
        return told;
    }

    private static List<String> columns(ResultSetMetaData meta) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(
                    "column %s of %s in %s, catalog %s, %s %d %s, precision %d, scale %d, size %d, nullable %d, signed %s, auto %s"
                            .formatted(
                                    meta.getColumnLabel(i),
                                    meta.getColumnName(i),
                                    meta.getTableName(i),
                                    meta.getCatalogName(i),
                                    meta.getColumnTypeName(i),
                                    meta.getColumnType(i),
                                    meta.getColumnClassName(i),
                                    meta.getPrecision(i),
                                    meta.getScale(i),
                                    meta.getColumnDisplaySize(i),
                                    meta.isNullable(i),
                                    meta.isSigned(i),
                                    meta.isAutoIncrement(i)));
        }
        return columns;
    }

    /** The first value of the first row. */
    String one(String sql) throws SQLException {
        try (Statement statement = db.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        db.close();
    }
}
