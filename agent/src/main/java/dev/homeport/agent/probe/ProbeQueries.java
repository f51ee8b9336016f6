package dev.homeport.agent.probe;

import dev.homeport.topology.Family;
import dev.homeport.topology.ServerCapabilities;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.mariadb.jdbc.client.Context;

/** The questions of a probe and how the answers read. One round trip, two for a Galera node. */
final class ProbeQueries {
    /** SHOW instead of SELECT: a server that does not know a variable leaves it out. */
    private static final String VARIABLES =
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'server_id', 'read_only',"
                    + " 'gtid_current_pos', 'gtid_executed', 'wsrep_on')";

    /** Asked for Galera nodes only: SHOW STATUS visits every session of the server. */
    private static final String WSREP_STATUS =
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_cluster_status',"
                    + " 'wsrep_local_state')";

    private ProbeQueries() {}

    /**
     * Asks everything, in the words of the family that greeted. The connection is one of MariaDB
     * Connector/J and allows several statements at once.
     */
    static InstanceFacts ask(Connection connection) throws SQLException {
        ServerCapabilities capabilities = capabilities(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute(VARIABLES + "; " + replicationQuery(capabilities.family()));
            Map<String, String> variables = pairs(statement);
            statement.getMoreResults();
            Optional<InstanceFacts.Replication> replication = replication(statement);
            Optional<InstanceFacts.Galera> galera =
                    isOn(variables, "wsrep_on") ? Optional.of(galera(statement)) : Optional.empty();
            return new InstanceFacts(
                    variables.getOrDefault("version", ""),
                    capabilities,
                    Long.parseLong(variables.getOrDefault("server_id", "0")),
                    !variables.getOrDefault("read_only", "").equals("OFF"),
                    variables.getOrDefault(
                            "gtid_current_pos", variables.getOrDefault("gtid_executed", "")),
                    replication,
                    galera);
        }
    }

    /**
     * The flags as the greeting had them, not what the driver made of them. It tells them bit by
     * bit, all but the last one, which no server has.
     */
    private static ServerCapabilities capabilities(Connection connection) throws SQLException {
        Context greeting = connection.unwrap(org.mariadb.jdbc.Connection.class).getContext();
        return new ServerCapabilities(
                LongStream.range(0, Long.SIZE - 1)
                        .map(bit -> 1L << bit)
                        .filter(greeting::hasServerCapability)
                        .reduce(0, (all, one) -> all | one));
    }

    private static String replicationQuery(Family family) {
        return switch (family) {
            case MARIADB -> "SHOW ALL SLAVES STATUS";
            case MYSQL -> "SHOW REPLICA STATUS";
        };
    }

    private static InstanceFacts.Galera galera(Statement statement) throws SQLException {
        statement.execute(WSREP_STATUS);
        Map<String, String> status = pairs(statement);
        return new InstanceFacts.Galera(
                isOn(status, "wsrep_ready"),
                status.getOrDefault("wsrep_cluster_status", ""),
                Integer.parseInt(status.getOrDefault("wsrep_local_state", "0")));
    }

    private static boolean isOn(Map<String, String> values, String name) {
        return values.getOrDefault(name, "OFF").equals("ON");
    }

    private static Map<String, String> pairs(Statement statement) throws SQLException {
        Map<String, String> pairs = new HashMap<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                pairs.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
            }
        }
        return pairs;
    }

    private static Optional<InstanceFacts.Replication> replication(Statement statement)
            throws SQLException {
        List<InstanceFacts.Replication> channels = new ArrayList<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                channels.add(channel(new ReplicaRow(rows)));
            }
        }
        return channels.stream().reduce(ProbeQueries::worst);
    }

    private static InstanceFacts.Replication channel(ReplicaRow row) throws SQLException {
        String host = row.text("Source_Host", "Master_Host");
        String port = row.text("Source_Port", "Master_Port");
        String lag = row.text("Seconds_Behind_Source", "Seconds_Behind_Master");
        return new InstanceFacts.Replication(
                host + ":" + port,
                row.text("Replica_IO_Running", "Slave_IO_Running").equals("Yes"),
                row.text("Replica_SQL_Running", "Slave_SQL_Running").equals("Yes"),
                lag.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Duration.ofSeconds(Long.parseLong(lag))),
                Integer.parseInt(row.text("Last_IO_Errno", "Last_IO_Errno")),
                Integer.parseInt(row.text("Last_SQL_Errno", "Last_SQL_Errno")));
    }

    private static InstanceFacts.Replication worst(
            InstanceFacts.Replication first, InstanceFacts.Replication second) {
        Optional<Duration> lag =
                first.lag()
                        .flatMap(
                                one ->
                                        second.lag()
                                                .map(
                                                        other ->
                                                                one.compareTo(other) > 0
                                                                        ? one
                                                                        : other));
        return new InstanceFacts.Replication(
                first.source() + "," + second.source(),
                first.ioRunning() && second.ioRunning(),
                first.sqlRunning() && second.sqlRunning(),
                lag,
                Math.max(first.ioError(), second.ioError()),
                Math.max(first.sqlError(), second.sqlError()));
    }

    /** A row whose columns have other names in MySQL than in MariaDB. */
    private static final class ReplicaRow {
        private final ResultSet rows;
        private final Map<String, Integer> columns = new HashMap<>();

        ReplicaRow(ResultSet rows) throws SQLException {
            this.rows = rows;
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                columns.put(rows.getMetaData().getColumnLabel(i), i);
            }
        }

        /** "" for NULL. */
        String text(String mysqlName, String mariaDbName) throws SQLException {
            Integer column =
                    columns.containsKey(mysqlName)
                            ? columns.get(mysqlName)
                            : columns.get(mariaDbName);
            if (column == null) {
                throw new SQLException("the replica status has no column " + mysqlName);
            }
            return Optional.ofNullable(rows.getString(column)).orElse("");
        }
    }
}
