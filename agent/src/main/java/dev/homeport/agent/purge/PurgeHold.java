package dev.homeport.agent.purge;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.TopologyException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While an incident of the cluster limits something, its primary deletes no binary logs by itself:
 * what is lost is restored from them. What the variables were is written to ZooKeeper before, and
 * they get it back when the last such incident is closed, by whoever leads then. On a thread of its
 * own.
 */
public final class PurgeHold implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PurgeHold.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final ClusterId cluster;
    private final Supplier<Optional<FleetSnapshot>> fleet;
    private final BooleanSupplier leads;
    private final Function<Instance, DataSource> connections;
    private final HoldStore store;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("purge-hold").factory());
    private volatile List<String> problems = List.of();

    /**
     * @param leads whether this agent leads at this moment
     * @param connections to an instance, with deadlines
     */
    public PurgeHold(
            ClusterId cluster,
            Supplier<Optional<FleetSnapshot>> fleet,
            BooleanSupplier leads,
            Function<Instance, DataSource> connections,
            CuratorFramework client) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.leads = leads;
        this.connections = connections;
        this.store = new HoldStore(client, cluster);
    }

    public void start() {
        executor.scheduleWithFixedDelay(
                this::round, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why logs are deleted all the same, for people; empty where all is as it should be. */
    public List<String> problems() {
        return problems;
    }

    private void round() {
        try {
            Optional<FleetSnapshot> picture = fleet.get();
            if (leads.getAsBoolean() && picture.isPresent()) {
                look(picture.get());
            } else {
                problems = List.of();
            }
        } catch (TopologyException e) {
            log.atDebug().setCause(e).log("whether binary logs are held is not known");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("holding binary logs failed");
        }
    }

    private void look(FleetSnapshot picture) throws TopologyException {
        Optional<ClusterSnapshot> here = picture.cluster(cluster);
        boolean mustHold =
                picture.incidents().stream()
                        .anyMatch(
                                one ->
                                        one.cluster().equals(cluster)
                                                && one.limit() != IncidentLimit.ALERT);
        HoldRecord held = store.read();
        if (mustHold && here.flatMap(ClusterSnapshot::primary).isPresent()) {
            hold(here.get().primary().get(), here.get().definition().family(), held);
        } else if (!mustHold && !held.isEmpty()) {
            release(here.map(one -> one.definition().instances()).orElse(List.of()), held);
        } else {
            problems = List.of();
        }
    }

    private void hold(Instance primary, Family family, HoldRecord held) throws TopologyException {
        try (Connection connection = connections.apply(primary).getConnection()) {
            SortedMap<String, String> active = PurgeSettings.active(connection, family);
            if (!active.isEmpty()) {
                store.write(held.with(primary.id().value(), active));
                PurgeSettings.stop(connection, active);
                log.atWarn()
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("instance", primary.id())
                        .addKeyValue("before", active)
                        .log("deletes no binary logs until the incident is closed");
            }
            problems = List.of();
        } catch (SQLException e) {
            complain(primary, "goes on deleting old binary logs", e);
        }
    }

    private void release(List<Instance> instances, HoldRecord held) throws TopologyException {
        problems = List.of();
        HoldRecord left = held;
        for (String id : held.instances().keySet()) {
            Optional<Instance> instance =
                    instances.stream().filter(one -> one.id().value().equals(id)).findFirst();
            if (instance.isEmpty()) {
                left = left.without(id); // it is no longer a part of the cluster
                store.write(left);
                continue;
            }
            try (Connection connection = connections.apply(instance.get()).getConnection()) {
                PurgeSettings.restore(connection, held.instances().get(id));
                left = left.without(id);
                store.write(left);
                log.atInfo()
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("instance", id)
                        .addKeyValue("now", held.instances().get(id))
                        .log("deletes old binary logs again");
            } catch (SQLException e) {
                complain(instance.get(), "does not delete old binary logs again", e);
            }
        }
    }

    private void complain(Instance instance, String what, SQLException e) {
        String problem =
                "%s %s: error %d; the agent's account needs %s"
                        .formatted(
                                instance.id(),
                                what,
                                e.getErrorCode(),
                                "BINLOG ADMIN (MariaDB) or SYSTEM_VARIABLES_ADMIN (MySQL)");
        if (!problems.contains(problem)) {
            log.atWarn().addKeyValue("cluster", cluster).log(problem);
        }
        problems = List.of(problem);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
