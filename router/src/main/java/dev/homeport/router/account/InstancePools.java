package dev.homeport.router.account;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.router.config.ServiceAccountConfig;
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

/**
 * One small pool of connections per instance, made at first use and closed when it was not used for
 * a while. Safe for use by several threads.
 */
public final class InstancePools implements AutoCloseable {
    private static final Duration UNUSED = Duration.ofMinutes(2);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(30);

    /** Hikari accepts no less. */
    private static final long MIN_CONNECTION_TIMEOUT_MILLIS = 250;

    private final String purpose;
    private final ServiceAccountConfig config;
    private final InstanceAccount account;
    private final int connectionsPerPool;
    private final Map<Instance, Pool> pools = new HashMap<>();
    private final ScheduledExecutorService sweeper;

    /**
     * Connects to nothing yet.
     *
     * @param purpose names the pools and their thread
     * @param password what stands in {@link ServiceAccountConfig#passwordFile}
     */
    public InstancePools(
            String purpose,
            ServiceAccountConfig config,
            Secret password,
            AccountLinks links,
            int connectionsPerPool) {
        this.purpose = purpose;
        this.config = config;
        this.account = new InstanceAccount(config, password, links);
        this.connectionsPerPool = connectionsPerPool;
        this.sweeper =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name(purpose + "-sweeper").factory());
        long every = SWEEP_EVERY.toMillis();
        sweeper.scheduleWithFixedDelay(
                () -> closeUnused(UNUSED), every, every, TimeUnit.MILLISECONDS);
    }

    /**
     * A connection to that instance; to be closed by the caller. Blocking: at most the connect
     * timeout, and later the statement timeout for each answer.
     */
    public Lease connect(Instance instance) throws SQLException {
        Pool pool = lease(instance);
        try {
            return new Lease(pool.source.getConnection(), () -> release(pool));
        } catch (SQLException | RuntimeException e) {
            release(pool);
            throw e;
        }
    }

    /** A connection on loan from a pool. */
    public record Lease(Connection connection, Runnable onClose) implements AutoCloseable {
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

    private synchronized Pool lease(Instance instance) {
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

    private HikariDataSource open(Instance instance) {
        HikariConfig hikari = new HikariConfig();
        hikari.setDataSource(account.source(instance));
        hikari.setPoolName(purpose + " " + instance.address());
        hikari.setMinimumIdle(0);
        hikari.setMaximumPoolSize(connectionsPerPool);
        hikari.setIdleTimeout(IDLE_CONNECTION.toMillis());
        hikari.setConnectionTimeout(
                Math.max(MIN_CONNECTION_TIMEOUT_MILLIS, config.connectTimeout().toMillis()));
        // The pool itself opens without the instance: whether it answers is asked by getConnection.
        hikari.setInitializationFailTimeout(-1);
        return new HikariDataSource(hikari);
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
