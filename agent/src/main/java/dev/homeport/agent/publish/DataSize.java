package dev.homeport.agent.publish;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Instance;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much the data of a cluster take, by the statistics of its primary, which are read once in a
 * while on a thread of its own while this agent leads. Opens no table (MariaDB and MySQL, {@code
 * mysql.innodb_table_stats}; sizes stand there in pages).
 */
public final class DataSize implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DataSize.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final String QUERY =
            "SELECT COALESCE(SUM(clustered_index_size + sum_of_other_index_sizes), 0)"
                    + " * @@innodb_page_size FROM mysql.innodb_table_stats";

    /** What changes by less is no news: the verdict is written for others to read. */
    private static final double NEWS = 0.02;

    private final ClusterId cluster;
    private final FleetSource fleet;
    private final BooleanSupplier leads;
    private final Function<Instance, DataSource> connections;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("data-size").factory());
    private volatile OptionalLong bytes = OptionalLong.empty();
    private boolean hasComplained;

    /**
     * @param leads whether this agent leads at this moment
     * @param connections to an instance, with deadlines
     */
    public DataSize(
            ClusterId cluster,
            FleetSource fleet,
            BooleanSupplier leads,
            Function<Instance, DataSource> connections) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.leads = leads;
        this.connections = connections;
    }

    /** Begins to look. */
    public void start() {
        thread.scheduleWithFixedDelay(this::look, 1, INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    /** As it was measured last; empty before that. Never blocks. */
    public OptionalLong bytes() {
        return bytes;
    }

    void look() {
        try {
            if (leads.getAsBoolean()) {
                Optional<Instance> primary =
                        fleet.current()
                                .flatMap((FleetSnapshot one) -> one.cluster(cluster))
                                .flatMap(ClusterSnapshot::primary);
                if (primary.isPresent()) {
                    bytes = OptionalLong.of(news(bytes, measure(primary.get())));
                    hasComplained = false;
                }
            }
        } catch (SQLException e) {
            if (!hasComplained) {
                hasComplained = true;
                log.atWarn()
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("reason", e.getMessage())
                        .log("the size of the data cannot be read (said once until it can)");
            }
        } catch (RuntimeException e) {
            // A bug must not end it: the next look may go well.
            log.atError().addKeyValue("cluster", cluster).setCause(e).log("size of the data");
        }
    }

    private long measure(Instance primary) throws SQLException {
        try (Connection connection = connections.apply(primary).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(QUERY)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** What stood there, unless it has changed by enough. */
    static long news(OptionalLong before, long now) {
        return before.isPresent() && Math.abs(now - before.getAsLong()) <= NEWS * before.getAsLong()
                ? before.getAsLong()
                : now;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
