package dev.homeport.quarantine;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client sees of a statement.
 *
 * @param error 0 for none
 */
record Answer(
        long affected,
        int error,
        String sqlState,
        String message,
        List<List<String>> rows,
        List<List<String>> warnings) {
    static Answer of(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean hasRows = statement.execute(sql);
            List<List<String>> rows = hasRows ? rows(statement.getResultSet()) : List.of();
            long affected = hasRows ? -1 : statement.getUpdateCount();
            return new Answer(affected, 0, "", "", rows, warnings(connection));
        } catch (SQLException e) {
            return new Answer(
                    -1,
                    e.getErrorCode(),
                    e.getSQLState(),
                    plain(e.getMessage()),
                    List.of(),
                    warnings(connection));
        }
    }

    private static List<List<String>> warnings(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW WARNINGS")) {
            return rows(rows);
        }
    }

    /** Without what names this process and this connection. */
    private static String plain(String text) {
        return text.replaceFirst("^\\(conn=[0-9]+\\) ", "").replaceAll("#sql-[-_0-9a-z]+", "#sql");
    }

    static List<List<String>> rows(ResultSet rows) throws SQLException {
        List<List<String>> all = new ArrayList<>();
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                row.add(plain(String.valueOf(rows.getString(i))));
            }
            all.add(row);
        }
        return all;
    }

    Answer withoutWarnings() {
        return new Answer(affected, error, sqlState, message, rows, List.of());
    }

    boolean isOk() {
        return error == 0;
    }
}
