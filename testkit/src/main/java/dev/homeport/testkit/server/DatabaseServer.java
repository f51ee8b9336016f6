package dev.homeport.testkit.server;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.ServerException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real server of either family, on a loopback port, that a test has for itself. */
public interface DatabaseServer extends AutoCloseable {
    String name();

    int port();

    /** The child itself, to suspend it or to hear of its end. A restart makes another one. */
    ChildProcess process();

    /** Its error log. */
    default Path log() {
        return process().log();
    }

    default long pid() {
        return process().pid();
    }

    /** A new connection as root, without a default schema. */
    Connection connect() throws SQLException;

    /**
     * Runs statements as root on one connection.
     *
     * @throws ServerException if one fails
     */
    default void execute(String... statements) {
        String current = "";
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                current = sql;
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failed(current, e);
        }
    }

    /** The rows of a query as root, every value as text; a NULL is the word {@code NULL}. */
    default List<List<String>> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<String>> result = new ArrayList<>();
            while (rows.next()) {
                result.add(texts(rows));
            }
            return List.copyOf(result);
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    private static List<String> texts(ResultSet rows) throws SQLException {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
            row.add(Optional.ofNullable(rows.getString(column)).orElse("NULL"));
        }
        return List.copyOf(row);
    }

    /** A variable of the server, such as {@code version}. */
    default String variable(String name) {
        return query("SELECT @@GLOBAL." + name).getFirst().getFirst();
    }

    /** Starts it again on the same port and data, after {@link #stop} or {@link #kill}. */
    void restart();

    /** Clean shutdown. Idempotent. */
    default void stop() {
        process().stop();
    }

    /** Kills it with -9. Idempotent. */
    default void kill() {
        process().kill();
    }

    @Override
    default void close() {
        stop();
    }

    private ServerException failed(String sql, SQLException cause) {
        // The statement may hold a password: only its first word goes on.
        String verb = sql.split(" ", 2)[0];
        return new ServerException(name() + ": " + verb + " failed: " + cause.getMessage(), cause);
    }
}
