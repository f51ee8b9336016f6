package dev.homeport.router.placement;

import dev.homeport.router.account.InstancePools;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas of one project on the primary of its home, locked against every other attempt on the
 * same project: by a named lock of the server, which ends with its connection. Blocking.
 */
final class ProjectSchemas implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectSchemas.class);
    private static final String COUNT_CONTENT =
            """
            SELECT (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?)
                 + (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?)
                 + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?)
            """;

    private final Instance primary;
    private final InstancePools.Lease lease;
    private final String lock;

    private ProjectSchemas(Instance primary, InstancePools.Lease lease, String lock) {
        this.primary = primary;
        this.lease = lease;
        this.lock = lock;
    }

    /**
     * Connects, makes sure that the instance takes writes, and waits for the lock.
     *
     * @param patience how long to wait for another attempt; shorter than the statement timeout
     * @throws ProvisioningException if the instance does not answer, takes no writes, or another
     *     attempt is at work for too long
     */
    static ProjectSchemas open(
            InstancePools pools, Instance primary, ProjectId project, Duration patience)
            throws ProvisioningException {
        InstancePools.Lease lease;
        try {
            lease = pools.connect(primary);
        } catch (SQLException e) {
            throw ProvisioningException.failed(
                    "primary %s cannot be reached for provisioning: %s"
                            .formatted(primary.id(), SqlFailure.text(e)),
                    e);
        }
        ProjectSchemas schemas = new ProjectSchemas(primary, lease, lockName(project));
        try {
            schemas.requireWritable();
            schemas.lock(patience);
            return schemas;
        } catch (ProvisioningException e) {
            schemas.close();
            throw e;
        }
    }

    /**
     * Makes sure that nothing is lost or given away by making these schemas the project's.
     *
     * @throws ProvisioningException foreign, if one of them has tables, views, routines or events
     */
    void requireEmpty(List<String> schemas) throws ProvisioningException {
        for (String schema : schemas) {
            long things = countContent(schema);
            if (things > 0) {
                throw ProvisioningException.foreign(
                        ("schema %s exists on %s and is not empty: it has %d tables, views,"
                                        + " routines or events; to make it this project's, place"
                                        + " the project with adopt: true")
                                .formatted(schema, primary.id(), things));
            }
        }
    }

    /** Runs the statements in their order; stops at the first that fails. */
    void run(List<String> statements) throws ProvisioningException {
        for (int i = 0; i < statements.size(); i++) {
            try (Statement statement = lease.connection().createStatement()) {
                statement.execute(statements.get(i));
            } catch (SQLException e) {
                throw ProvisioningException.failed(
                        "statement %d of %d of the provision SQL failed on %s: %s"
                                .formatted(
                                        i + 1, statements.size(), primary.id(), SqlFailure.text(e)),
                        e);
            }
        }
    }

    /**
     * Gives the lock and the connection back. Never throws: the pool drops a connection that is
     * broken, and with the connection the server drops the lock.
     */
    @Override
    public void close() {
        try {
            ask("SELECT RELEASE_LOCK(?)", lock);
        } catch (SQLException e) {
            logNotReturned(e);
        }
        try {
            lease.close();
        } catch (SQLException e) {
            logNotReturned(e);
        }
    }

    private void logNotReturned(SQLException e) {
        LOG.atDebug()
                .addKeyValue("instance", primary.id())
                .addKeyValue("error", SqlFailure.text(e))
                .log("provisioning connection not given back in order");
    }

    private void requireWritable() throws ProvisioningException {
        String readOnly = answer("SELECT @@GLOBAL.read_only");
        if (!readOnly.equals("0") && !readOnly.equals("OFF")) {
            throw ProvisioningException.failed("primary %s is read-only".formatted(primary.id()));
        }
    }

    private void lock(Duration patience) throws ProvisioningException {
        String seconds = Long.toString(Math.max(1, patience.toSeconds()));
        if (!answer("SELECT GET_LOCK(?, " + seconds + ")", lock).equals("1")) {
            throw ProvisioningException.failed(
                    "another attempt is at work on this project on " + primary.id());
        }
    }

    private long countContent(String schema) throws ProvisioningException {
        return Long.parseLong(answer(COUNT_CONTENT, schema, schema, schema));
    }

    private String answer(String sql, String... values) throws ProvisioningException {
        try {
            return ask(sql, values);
        } catch (SQLException e) {
            throw ProvisioningException.failed(
                    "primary %s did not answer: %s".formatted(primary.id(), SqlFailure.text(e)), e);
        }
    }

    private String ask(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = lease.connection().prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "";
            }
        }
    }

    /** At most 64 characters may be in the name of a lock; an id alone can have 63. */
    private static String lockName(ProjectId project) {
        return "homeport-"
                + UUID.nameUUIDFromBytes(project.value().getBytes(StandardCharsets.UTF_8));
    }
}
