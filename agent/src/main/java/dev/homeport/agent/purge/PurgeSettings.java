package dev.homeport.agent.purge;

import dev.homeport.topology.Family;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables by which a server deletes old binary logs on its own. Blocking.
 *
 * @see <a href="https://mariadb.com/kb/en/replication-and-binary-log-system-variables/">MariaDB</a>
 * @see <a
 *     href="https://dev.mysql.com/doc/refman/8.4/en/replication-options-binary-log.html">MySQL</a>
 */
final class PurgeSettings {
    /** By time (which have one value under two names), and by size from 11.4 on. */
    private static final List<String> MARIADB =
            List.of("binlog_expire_logs_seconds", "max_binlog_total_size");

    /** From 8.0.29 on; leaves the other variables as they are. */
    private static final List<String> MYSQL = List.of("binlog_expire_logs_auto_purge");

    private static final String OFF = "0";

    private PurgeSettings() {}

    /** Those that are not off, with their values; empty where the server deletes nothing. */
    static SortedMap<String, String> active(Connection connection, Family family)
            throws SQLException {
        SortedMap<String, String> active = new TreeMap<>();
        for (String name : family == Family.MARIADB ? MARIADB : MYSQL) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SHOW GLOBAL VARIABLES LIKE '" + name + "'")) {
                if (rows.next() && !isOff(rows.getString(2))) {
                    active.put(name, rows.getString(2));
                }
            }
        }
        return active;
    }

    private static boolean isOff(String value) {
        return value.equals(OFF) || value.equalsIgnoreCase("OFF");
    }

    /** Switches them off, which nothing but PURGE deletes logs after. */
    static void stop(Connection connection, SortedMap<String, String> active) throws SQLException {
        for (String name : active.keySet()) {
            set(connection, name, OFF);
        }
    }

    /**
     * Gives them the values that they had.
     *
     * @throws IllegalArgumentException if what was written down is no value of such a variable
     */
    static void restore(Connection connection, Map<String, String> before) throws SQLException {
        for (Map.Entry<String, String> one : before.entrySet()) {
            boolean isKnown = MARIADB.contains(one.getKey()) || MYSQL.contains(one.getKey());
            if (!isKnown || !one.getValue().matches("\\d{1,20}|ON|OFF")) {
                throw new IllegalArgumentException("not a variable of binary logs: " + one);
            }
            set(connection, one.getKey(), one.getValue());
        }
    }

    private static void set(Connection connection, String name, String value) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL " + name + " = " + value);
        }
    }
}
