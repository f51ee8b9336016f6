package dev.homeport.agent.probe;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.topology.Instance;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Asks over JDBC, with one connection that is kept from probe to probe. MariaDB Connector/J talks
 * to both families.
 */
public final class JdbcProbe implements InstanceProbe {
    /**
     * How long a probe waits for a connection. A pool lets its callers wait to the end even when
     * the server refuses at once, so this is short; a login that takes longer goes on behind the
     * scenes for the configured timeout, and the next probe finds it.
     */
    static final Duration CONNECTION_WAIT = Duration.ofMillis(500);

    private final HikariDataSource pool;
    private final Supplier<AccountLink> wanted;
    private AccountLink link; // of the asking thread

    private JdbcProbe(HikariDataSource pool, Supplier<AccountLink> wanted) {
        this.pool = pool;
        this.wanted = wanted;
        this.link = wanted.get();
    }

    /** A probe of that instance; connects with the first question. */
    public static JdbcProbe of(Instance instance, AccountLinks links, ProbeConfig config) {
        var pooling = new HikariConfig();
        pooling.setPoolName("probe-" + instance.id());
        pooling.setDataSource(new ProbeDataSource(instance, links, config));
        pooling.setMaximumPoolSize(1);
        pooling.setMinimumIdle(0);
        pooling.setInitializationFailTimeout(-1);
        pooling.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        pooling.setValidationTimeout(CONNECTION_WAIT.toMillis());
        return new JdbcProbe(new HikariDataSource(pooling), () -> links.of(instance));
    }

    /** Connections to that instance without a pool, with the account and deadlines of the probe. */
    public static DataSource dataSource(Instance instance, AccountLinks links, ProbeConfig config) {
        return new ProbeDataSource(instance, links, config);
    }

    @Override
    public ProbeResult ask() {
        if (!wanted.get().equals(link)) {
            // Whether an edit of the cluster's record works shall show now, not in half an hour.
            link = wanted.get();
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        try (Connection connection = pool.getConnection()) {
            return new ProbeResult.Answered(ProbeQueries.ask(connection));
        } catch (SQLException e) {
            return ProbeFailures.classify(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
