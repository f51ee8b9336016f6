package dev.homeport.router.placement;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.homeport.router.config.ProvisioningConfig;
import dev.homeport.topology.Instance;
import dev.homeport.topology.fields.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * One small pool of connections per instance, made at first use and closed when it was not used for
 * a while. Safe for use by several threads.
 */
final class InstancePools implements AutoCloseable {
    private static final Duration UNUSED = Duration.ofMinutes(2);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(30);

    /** Hikari accepts no less. */
    private static final long MIN_CONNECTION_TIMEOUT_MILLIS = 250;

    /** What a URL may hold without meaning anything else than a host. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]+");

    private final ProvisioningConfig config;
    private final Secret password;
    private final int connectionsPerPool;
    private final Map<Instance, Pool> pools = new HashMap<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("provisioning-sweeper").factory());

    InstancePools(ProvisioningConfig config, Secret password, int connectionsPerPool) {
        this.config = config;
        this.password = password;
        this.connectionsPerPool = connectionsPerPool;
        long every = SWEEP_EVERY.toMillis();
        sweeper.scheduleWithFixedDelay(
                () -> closeUnused(UNUSED), every, every, TimeUnit.MILLISECONDS);
    }

    /**
     * A connection to that instance; to be closed by the caller. Blocking: at most the connect
     * timeout, and later the statement timeout for each answer.
     */
    Lease connect(Instance instance) throws SQLException {
        Pool pool = lease(instance);
        try {
            return new Lease(pool.source.getConnection(), () -> release(pool));
        } catch (SQLException | RuntimeException e) {
            release(pool);
            throw e;
        }
    }

    /** A connection on loan from a pool. */
    record Lease(Connection connection, Runnable onClose) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            try {
                connection.close();
            } finally {
                onClose.run();
            }
        }
    }

    /** Closes the pools that nobody used for so long. */
    synchronized void closeUnused(Duration unused) {
        long now = System.nanoTime();
        for (Iterator<Pool> each = pools.values().iterator(); each.hasNext(); ) {
            Pool pool = each.next();
            if (pool.users == 0 && now - pool.lastUsed >= unused.toNanos()) {
                each.remove();
                pool.source.close();
            }
        }
    }

    synchronized int size() {
        return pools.size();
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        synchronized (this) {
            pools.values().forEach(pool -> pool.source.close());
            pools.clear();
        }
    }

    private synchronized Pool lease(Instance instance) throws SQLException {
        Pool pool = pools.get(instance);
        if (pool == null) {
            pool = new Pool(open(instance));
            pools.put(instance, pool);
        }
        pool.users++;
        return pool;
    }

    private synchronized void release(Pool pool) {
        pool.users--;
        pool.lastUsed = System.nanoTime();
    }

    private HikariDataSource open(Instance instance) throws SQLException {
        HikariConfig hikari = new HikariConfig();
        hikari.setDataSource(source(instance));
        hikari.setPoolName("provisioning " + instance.address());
        hikari.setMinimumIdle(0);
        hikari.setMaximumPoolSize(connectionsPerPool);
        hikari.setIdleTimeout(IDLE_CONNECTION.toMillis());
        hikari.setConnectionTimeout(
                Math.max(MIN_CONNECTION_TIMEOUT_MILLIS, config.connectTimeout().toMillis()));
        // The pool itself opens without the instance: whether it answers is asked by getConnection.
        hikari.setInitializationFailTimeout(-1);
        return new HikariDataSource(hikari);
    }

    private DataSource source(Instance instance) throws SQLException {
        if (!HOST.matcher(instance.host()).matches()) {
            throw new SQLException("host of instance " + instance.id() + " is no host name");
        }
        MariaDbDataSource source =
                new MariaDbDataSource(
                        "jdbc:mariadb://%s/?connectTimeout=%d&socketTimeout=%d&allowLocalInfile=false"
                                .formatted(
                                        instance.address(),
                                        config.connectTimeout().toMillis(),
                                        config.statementTimeout().toMillis()));
        source.setUser(config.user());
        source.setPassword(password.value());
        return source;
    }

    /** Its fields are touched under the lock of the pools only. */
    private static final class Pool {
        private final HikariDataSource source;
        private int users;
        private long lastUsed = System.nanoTime();

        Pool(HikariDataSource source) {
            this.source = source;
        }
    }
}
