package dev.homeport.quarantine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Connections of a router that dies after so many statements: the server has run the last one, and
 * nobody hears of it. From then on nothing can be reached.
 */
final class DyingConnections implements ConnectionSource {
    private final ConnectionSource source;
    private int left;
    private boolean isDead;

    DyingConnections(ConnectionSource source, int statements) {
        this.source = source;
        this.left = statements;
    }

    boolean isDead() {
        return isDead;
    }

    @Override
    public Connection connect() throws SQLException {
        if (isDead) {
            throw dead();
        }
        Connection connection = source.connect();
        return watched(Connection.class, connection, connection);
    }

    private static SQLException dead() {
        return new SQLException("the router is dead", "08000");
    }

    private <T> T watched(Class<T> type, T target, Connection connection) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (isDead && !method.getName().equals("close")) {
                                throw dead();
                            }
                            Object result;
                            try {
                                result = method.invoke(target, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                            if (method.getName().startsWith("execute") && --left == 0) {
                                isDead = true;
                                connection.close();
                                throw dead();
                            }
                            return wrap(result, connection);
                        }));
    }

    private Object wrap(Object result, Connection connection) {
        return switch (result) {
            case PreparedStatement statement ->
                    watched(PreparedStatement.class, statement, connection);
            case Statement statement -> watched(Statement.class, statement, connection);
            case null, default -> result;
        };
    }
}
