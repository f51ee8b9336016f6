package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the quarantine's account, with everything set that the server's configuration
 * could have set otherwise and that changes what a statement here means. One thread at a time.
 */
final class ServiceSession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceSession.class);

    /** How long a statement may run when it has its locks. */
    private static final Duration WORK = Duration.ofMinutes(1);

    /** Nothing here may rely on what the configuration says. */
    private static final List<String> SETTINGS =
            List.of(
                    "SET NAMES utf8mb4",
                    "SET SESSION autocommit = 1, foreign_key_checks = 0, completion_type = 0,"
                            + " time_zone = '+00:00', sql_quote_show_create = 1,"
                            + " wait_timeout = 28800");

    private static final String MODES = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION";

    private final Connection connection;
    private final Family family;
    private final boolean foldsCase;

    private ServiceSession(Connection connection, Family family, boolean foldsCase) {
        this.connection = connection;
        this.family = family;
        this.foldsCase = foldsCase;
    }

    static ServiceSession open(ConnectionSource source) throws QuarantineException {
        try {
            Connection connection = source.connect();
            try {
                return ready(connection);
            } catch (SQLException | QuarantineException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            QuarantineException failure = Failures.of("cannot connect", e);
            throw failure.reason() == Reason.RIGHTS
                    ? failure
                    : new QuarantineException(Reason.UNREACHABLE, failure.getMessage(), e);
        }
    }

    private static ServiceSession ready(Connection connection)
            throws SQLException, QuarantineException {
        connection.setNetworkTimeout(Runnable::run, (int) WORK.toMillis());
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT VERSION(), @@lower_case_table_names,"
                                        + " @@GLOBAL.read_only")) {
            rows.next();
            Family family = rows.getString(1).contains("MariaDB") ? Family.MARIADB : Family.MYSQL;
            if (rows.getInt(3) != 0) {
                throw new QuarantineException(
                        Reason.UNREACHABLE, "the instance is read-only: it is no primary");
            }
            ServiceSession session = new ServiceSession(connection, family, rows.getInt(2) != 0);
            session.configure();
            return session;
        }
    }

    private void configure() throws SQLException {
        for (String sql : SETTINGS) {
            execute(sql);
        }
        if (family == Family.MARIADB) {
            // Without NO_AUTO_CREATE_USER a GRANT to somebody who is gone would create them.
            execute("SET SESSION sql_mode = '" + MODES + ",NO_AUTO_CREATE_USER'");
            execute("SET SESSION max_statement_time = 0, sql_if_exists = 0");
            // Taking a key off a system-versioned table must not be refused.
            execute("SET SESSION system_versioning_alter_history = KEEP");
        } else {
            execute("SET SESSION sql_mode = '" + MODES + "'");
            execute("SET SESSION information_schema_stats_expiry = 0");
            turnOff("sql_require_primary_key");
            turnOff("sql_generate_invisible_primary_key");
        }
    }

    /** Only where it is on: setting it takes a right of its own. */
    private void turnOff(String variable) throws SQLException {
        if (!query("SELECT @@SESSION." + variable).getFirst().text(0).equals("0")) {
            execute("SET SESSION " + variable + " = 0");
        }
    }

    Family family() {
        return family;
    }

    /** The name as the server keeps it. */
    TableName canonical(TableName name) {
        return new TableName(canonical(name.schema()), canonical(name.table()));
    }

    String canonical(String name) {
        return foldsCase ? name.toLowerCase(Locale.ROOT) : name;
    }

    /** Waits for other sessions' locks no longer than that, from now on. */
    void patience(Deadline deadline) throws SQLException {
        long seconds = deadline.secondsLeft();
        connection.setNetworkTimeout(Runnable::run, (int) WORK.plusSeconds(seconds).toMillis());
        execute(
                "SET SESSION lock_wait_timeout = %d, innodb_lock_wait_timeout = %d"
                        .formatted(seconds, seconds));
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs it with that default schema, which is what unqualified names in it mean. */
    void executeIn(String schema, String sql) throws SQLException {
        execute("USE " + TableName.quoted(schema));
        execute(sql);
    }

    int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    /** Inserts one row and says which number it got. */
    long insert(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            bind(statement, parameters);
            statement.executeUpdate();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        }
    }

    List<Row> query(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
                List<Row> result = new ArrayList<>();
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    List<String> values = new ArrayList<>();
                    for (int column = 1; column <= columns; column++) {
                        values.add(rows.getString(column));
                    }
                    result.add(new Row(values));
                }
                return List.copyOf(result);
            }
        }
    }

    private static void bind(PreparedStatement statement, Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    /** All of it or nothing. */
    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Ends a transaction that failed; says nothing if the connection is gone. */
    void rollback() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("rollback failed");
        }
    }

    /** Takes a lock that lives as long as the connection. */
    void lock(String name, Deadline deadline) throws SQLException, QuarantineException {
        Row answer = query("SELECT GET_LOCK(?, ?)", name, deadline.secondsLeft()).getFirst();
        if (!answer.text(0).equals("1")) {
            throw new QuarantineException(
                    Reason.LOCKED, "somebody else moves tables of that schema");
        }
    }

    void unlock(String name) throws SQLException {
        query("SELECT RELEASE_LOCK(?)", name);
    }

    /** Whether somebody who still lives holds that lock. */
    boolean isHeld(String name) throws SQLException {
        return !query("SELECT IS_USED_LOCK(?)", name).getFirst().isNull(0);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("connection lost");
        }
    }
}
