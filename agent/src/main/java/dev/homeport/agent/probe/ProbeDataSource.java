package dev.homeport.agent.probe;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.topology.Instance;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.regex.Pattern;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * Opens connections to one instance, with deadlines on every read. After a failure it answers with
 * the same failure for a moment: the pool would try again dozens of times within one probe, which
 * fills the server's log and counts against its limits.
 */
final class ProbeDataSource extends MariaDbDataSource {
    /** What may stand in a URL without changing its meaning: names and addresses, also IPv6. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

    private SQLException lastFailure; // guarded by this
    private long quietUntil; // System.nanoTime; guarded by this

    private ProbeDataSource() {}

    static ProbeDataSource of(Instance instance, ProbeConfig config) {
        var source = new ProbeDataSource();
        try {
            if (HOST.matcher(instance.host()).matches()) {
                source.setUrl(url(instance, config));
            }
            source.setUser(config.user());
            source.setPassword(config.password().value());
            return source;
        } catch (SQLException e) {
            throw new IllegalStateException("the driver rejects its own settings", e);
        }
    }

    /** No local files: a server may ask its client for one. */
    private static String url(Instance instance, ProbeConfig config) {
        // MySQL wants the password sealed once it has forgotten what it cached. The reader of the
        // binary log cannot do that, and lives on what is cached for this one.
        return "jdbc:mariadb://%s/?allowPublicKeyRetrieval=true&connectTimeout=%d&socketTimeout=%d"
                        .formatted(
                                instance.address(),
                                config.timeout().toMillis(),
                                config.timeout().toMillis())
                + "&allowMultiQueries=true&allowLocalInfile=false&sslMode=disable";
    }

    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (getUrl() == null) {
            throw new SQLNonTransientConnectionException(
                    "no host name", "08000", new UnknownHostException());
        }
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

    /** Ignored: the pool would replace the configured timeout with its own, in whole seconds. */
    @Override
    public void setLoginTimeout(int seconds) {}
}
