package dev.homeport.agent.purge;

import dev.homeport.agent.purge.HoldStore.Held;
import dev.homeport.quarantine.account.AccountFailures;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
 *
 * <p>An agent that hung does not know that it was replaced. So each write to ZooKeeper checks that
 * this agent leads and that nobody else wrote meanwhile, and a variable is touched only right after
 * such a write or check. A server cannot be asked to check that, too; between the two an agent may
 * still hang. So it looks again afterwards, and what it has switched off without leading any more
 * it switches on again: whoever leads now looks every {@link #INTERVAL} whether something has to be
 * off, while nobody would find what was off and is not written down.
 */
public final class PurgeHold implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PurgeHold.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final ClusterId cluster;
    private final Supplier<Optional<FleetSnapshot>> fleet;
    private final Supplier<Optional<String>> leaderZnode;
    private final Function<Instance, DataSource> connections;
    private final HoldStore store;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("purge-hold").factory());
    private volatile List<String> problems = List.of();

    /**
     * @param leaderZnode the znode that this agent leads by; empty while it does not lead
     * @param connections to an instance, with deadlines
     */
    public PurgeHold(
            ClusterId cluster,
            Supplier<Optional<FleetSnapshot>> fleet,
            Supplier<Optional<String>> leaderZnode,
            Function<Instance, DataSource> connections,
            CuratorFramework client) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.leaderZnode = leaderZnode;
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

    /** What is done every {@link #INTERVAL}. */
    void round() {
        try {
            Optional<FleetSnapshot> picture = fleet.get();
            Optional<String> leader = leaderZnode.get();
            if (leader.isPresent() && picture.isPresent()) {
                look(picture.get(), leader.get());
            } else {
                problems = List.of();
            }
        } catch (TopologyException e) {
            log.atDebug().setCause(e).log("whether binary logs are held is not known");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("holding binary logs failed");
        }
    }

    private void look(FleetSnapshot picture, String leader) throws TopologyException {
        Optional<ClusterSnapshot> here = picture.cluster(cluster);
        boolean mustHold =
                picture.incidents().stream()
                        .anyMatch(
                                one ->
                                        one.cluster().equals(cluster)
                                                && one.limit() != IncidentLimit.ALERT);
        Held held = store.read();
        if (mustHold && here.flatMap(ClusterSnapshot::primary).isPresent()) {
            hold(here.get().primary().get(), here.get().definition().family(), held, leader);
        } else if (!mustHold && !held.record().isEmpty()) {
            release(here.map(one -> one.definition().instances()).orElse(List.of()), held, leader);
        } else {
            problems = List.of();
        }
    }

    private void hold(Instance primary, Family family, Held held, String leader)
            throws TopologyException {
        try (Connection connection = connections.apply(primary).getConnection()) {
            SortedMap<String, String> active = PurgeSettings.active(connection, family);
            if (!active.isEmpty()) {
                Held written =
                        store.write(held, held.record().with(primary.id().value(), active), leader);
                PurgeSettings.stop(connection, active);
                takeBackUnlessLeading(connection, written, active, leader);
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

    private void takeBackUnlessLeading(
            Connection connection, Held written, SortedMap<String, String> active, String leader)
            throws TopologyException, SQLException {
        try {
            store.confirm(written, leader);
        } catch (TopologyException e) {
            if (e.reason() == Reason.CONFLICT) {
                PurgeSettings.restore(connection, active);
            }
            throw e;
        }
    }

    private void release(List<Instance> instances, Held held, String leader)
            throws TopologyException {
        problems = List.of();
        Held left = held;
        for (String id : held.record().instances().keySet()) {
            Optional<Instance> instance =
                    instances.stream().filter(one -> one.id().value().equals(id)).findFirst();
            if (instance.isEmpty()) {
                // It is no longer a part of the cluster.
                left = store.write(left, left.record().without(id), leader);
                continue;
            }
            SortedMap<String, String> before = held.record().instances().get(id);
            try (Connection connection = connections.apply(instance.get()).getConnection()) {
                store.confirm(left, leader);
                PurgeSettings.restore(connection, before);
                left = store.write(left, left.record().without(id), leader);
                log.atInfo()
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("instance", id)
                        .addKeyValue("now", before)
                        .log("deletes old binary logs again");
            } catch (SQLException e) {
                complain(instance.get(), "does not delete old binary logs again", e);
            }
        }
    }

    private void complain(Instance instance, String what, SQLException e) {
        String problem =
                "%s %s: %s; the agent's account needs %s"
                        .formatted(
                                instance.id(),
                                what,
                                AccountFailures.words(e),
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
