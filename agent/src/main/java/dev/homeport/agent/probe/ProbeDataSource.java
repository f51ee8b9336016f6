package dev.homeport.agent.probe;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.quarantine.account.AccountSource;
import dev.homeport.topology.Instance;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * Opens connections to one instance, with deadlines on every read. After a failure it answers with
 * the same failure for a moment: the pool would try again dozens of times within one probe, which
 * fills the server's log and counts against its limits.
 */
final class ProbeDataSource extends AccountSource {
    private SQLException lastFailure; // guarded by this
    private long quietUntil; // System.nanoTime; guarded by this

    ProbeDataSource(Instance instance, AccountLinks links, ProbeConfig config) {
        super(
                instance,
                links,
                new Account(config.user(), config.password(), config.timeout(), config.timeout()),
                Map.of("allowMultiQueries", "true"));
    }

    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (lastFailure != null && System.nanoTime() - quietUntil < 0) {
            throw lastFailure;
        }
        try {
            Connection connection = super.getConnection();
            lastFailure = null;
            return connection;
        } catch (SQLException e) {
            lastFailure = e;
            quietUntil = System.nanoTime() + JdbcProbe.CONNECTION_WAIT.toNanos();
            throw e;
        }
    }
}
