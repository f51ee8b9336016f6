package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.Family;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where an instance's binary log is, and what about the server blinds whoever reads it.
 *
 * @param position everything that the log has; empty where there is none that can be read by GTID
 * @param problems what blinds the watch, one line each, for people
 * @param nameCase how its names are compared
 */
public record BinlogSettings(
        Optional<GtidPosition> position, List<String> problems, NameCase nameCase) {
    private static final String VARIABLES =
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format',"
                    + " 'log_bin_compress', 'binlog_transaction_compression', 'gtid_mode',"
                    + " 'gtid_binlog_pos', 'gtid_executed', 'log_slave_updates',"
                    + " 'log_replica_updates', 'innodb_stats_persistent',"
                    + " 'innodb_stats_auto_recalc', 'lower_case_table_names')";

    public BinlogSettings {
        requireNonNull(position, "position");
        requireNonNull(nameCase, "nameCase");
        problems = List.copyOf(problems);
    }

    /** Asks the server. */
    public static BinlogSettings ask(Connection connection, Family family) throws SQLException {
        BinlogSettings own = judge(family, variables(connection));
        List<String> problems = new ArrayList<>(own.problems());
        problems.addAll(rights(connection));
        problems.addAll(filters(connection, family));
        return new BinlogSettings(own.position(), problems, own.nameCase());
    }

    /** Where the server's log is; empty where it has none that can be read by GTID. */
    public static Optional<GtidPosition> position(Connection connection, Family family)
            throws SQLException {
        return judge(family, variables(connection)).position();
    }

    private static Map<String, String> variables(Connection connection) throws SQLException {
        Map<String, String> variables = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(VARIABLES)) {
            while (rows.next()) {
                variables.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
            }
        }
        return variables;
    }

    /** Pure: what the variables mean. Names in lower case. */
    static BinlogSettings judge(Family family, Map<String, String> variables) {
        List<String> problems = new ArrayList<>();
        NameCase nameCase = NameCase.of(variables.getOrDefault("lower_case_table_names", "0"));
        if (!isOn(variables, "log_bin", true)) {
            problems.add("log_bin is OFF: drops are found by the inventory only");
            return new BinlogSettings(Optional.empty(), problems, nameCase);
        }
        if (isOn(variables, "log_bin_compress", false)) {
            problems.add(
                    "log_bin_compress is ON: statements and rows that it compresses are not seen");
        }
        if (isOn(variables, "binlog_transaction_compression", false)) {
            problems.add("binlog_transaction_compression is ON: deleted rows are not counted");
        }
        if (!variables.getOrDefault("binlog_format", "ROW").equalsIgnoreCase("ROW")) {
            problems.add(
                    "binlog_format is %s: deleted rows are not counted"
                            .formatted(variables.get("binlog_format").toUpperCase(Locale.ROOT)));
        }
        if (!isOn(variables, "log_slave_updates", true)
                || !isOn(variables, "log_replica_updates", true)) {
            problems.add(
                    "log_slave_updates is OFF: a replica that becomes the primary has no log of before");
        }
        if (!isOn(variables, "innodb_stats_persistent", true)) {
            problems.add("innodb_stats_persistent is OFF: the inventory does not see new tables");
        }
        if (!isOn(variables, "innodb_stats_auto_recalc", true)) {
            problems.add("innodb_stats_auto_recalc is OFF: a collapse of row counts is not seen");
        }
        return new BinlogSettings(position(family, variables, problems), problems, nameCase);
    }

    private static Optional<GtidPosition> position(
            Family family, Map<String, String> variables, List<String> problems) {
        if (family == Family.MYSQL
                && !variables.getOrDefault("gtid_mode", "OFF").equalsIgnoreCase("ON")) {
            problems.add("gtid_mode is not ON: drops are found by the inventory only");
            return Optional.empty();
        }
        String text =
                variables.getOrDefault(
                        family == Family.MARIADB ? "gtid_binlog_pos" : "gtid_executed", "");
        Optional<GtidPosition> position = GtidPosition.parse(family, text);
        if (position.isEmpty()) {
            problems.add(
                    "the server has GTIDs with tags, which cannot be read: drops are found by the"
                            + " inventory only");
        }
        return position;
    }

    private static boolean isOn(Map<String, String> variables, String name, boolean absent) {
        String value = variables.get(name);
        return value == null ? absent : value.equalsIgnoreCase("ON") || value.equals("1");
    }

    private static List<String> rights(Connection connection) throws SQLException {
        List<String> global = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
            while (rows.next()) {
                String grant = rows.getString(1).toUpperCase(Locale.ROOT);
                if (grant.contains(" ON *.* TO ")) {
                    global.add(grant);
                }
            }
        }
        boolean mayRead =
                global.stream()
                        .anyMatch(
                                grant ->
                                        grant.contains("REPLICATION SLAVE ON")
                                                || grant.contains("REPLICATION SLAVE,")
                                                || grant.contains("REPLICATION REPLICA")
                                                || grant.startsWith("GRANT ALL "));
        return mayRead
                ? List.of()
                : List.of(
                        "the agent's account has no right REPLICATION SLAVE: the binary log cannot"
                                + " be read");
    }

    /** What the log leaves out. Without the right to ask nothing is known, and nothing said. */
    private static List<String> filters(Connection connection, Family family) {
        String question =
                family == Family.MARIADB ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS";
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            while (rows.next()) {
                if (!rows.getString("Binlog_Do_DB").isEmpty()
                        || !rows.getString("Binlog_Ignore_DB").isEmpty()) {
                    found.add("binlog_do_db or binlog_ignore_db is set: some schemas are not seen");
                }
            }
        } catch (SQLException e) {
            found.add(
                    family == Family.MARIADB
                            ? "the agent's account has no right BINLOG MONITOR: whether the binary log is filtered is not known"
                            : "the agent's account has no right REPLICATION CLIENT: whether the binary log is filtered is not known");
        }
        return found;
    }
}
