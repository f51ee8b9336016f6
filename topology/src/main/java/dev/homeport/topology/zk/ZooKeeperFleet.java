package dev.homeport.topology.zk;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.RouterId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;

/**
 * A daemon's connection to ZooKeeper and everything it does there. Opens and serves without
 * ZooKeeper, and keeps trying to reach it.
 */
public final class ZooKeeperFleet implements AutoCloseable {
    private static final int RETRY_MILLIS = 50;
    private static final int LONGEST_RETRY_MILLIS = 1000;
    private static final int RETRIES = 5;
    private static final Duration PARENTS_INTERVAL = Duration.ofSeconds(5);

    private final CuratorFramework client;
    private final ScheduledExecutorService housekeeping = Threads.single("fleet-housekeeping");
    private final BlockingCalls calls;
    private final FleetWatcher watcher;
    private final ReportsWatcher reports;
    private final FleetWriter writer;
    private final VerdictStore verdicts;
    private final IncidentStore incidents;
    private final AuditLog audit;

    private ZooKeeperFleet(
            CuratorFramework client, FleetAcl acl, Optional<Path> snapshotFile, Clock clock) {
        this.client = client;
        this.calls = new BlockingCalls(client, acl);
        this.watcher = new FleetWatcher(client, snapshotFile, clock);
        this.reports = new ReportsWatcher(client);
        this.incidents = new IncidentStore(calls);
        this.audit = new AuditStore(calls);
        this.writer =
                new ZooKeeperFleetWriter(calls, watcher, watcher.knownBuckets(), incidents, clock);
        this.verdicts = new VerdictStore(calls);
    }

    /**
     * Loads the snapshot file if there is one, and starts to connect; does not wait for ZooKeeper.
     *
     * @param snapshotFile where the picture is kept for starting without ZooKeeper; empty keeps
     *     none
     * @throws IOException if a file that the configuration names cannot be read, or is not what it
     *     should be
     */
    public static ZooKeeperFleet open(
            ZooKeeperConfig config, Optional<Path> snapshotFile, Clock clock) throws IOException {
        EnsembleClient ensemble = EnsembleClient.of(config);
        var builder =
                CuratorFrameworkFactory.builder()
                        .connectString(config.connect())
                        .sessionTimeoutMs(Math.toIntExact(config.sessionTimeout().toMillis()))
                        .connectionTimeoutMs(Math.toIntExact(config.connectTimeout().toMillis()))
                        .retryPolicy(
                                new BoundedExponentialBackoffRetry(
                                        RETRY_MILLIS, LONGEST_RETRY_MILLIS, RETRIES))
                        .aclProvider(ensemble.acl())
                        .zkClientConfig(ensemble.settings())
                        .ensembleTracker(false)
                        .dontUseContainerParents();
        ensemble.digest().ifPresent(bytes -> builder.authorization("digest", bytes));
        var fleet = new ZooKeeperFleet(builder.build(), ensemble.acl(), snapshotFile, clock);
        fleet.start(new FleetParents(config, ensemble));
        return fleet;
    }

    private void start(FleetParents parents) {
        client.getConnectionStateListenable()
                .addListener(
                        (source, state) -> {
                            if (state.isConnected()) {
                                parents.ensure(source);
                            }
                        },
                        housekeeping);
        // They also have to come back where somebody emptied the chroot of a running fleet.
        housekeeping.scheduleWithFixedDelay(
                () -> parents.ensureWhileConnected(client),
                PARENTS_INTERVAL.toMillis(),
                PARENTS_INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        watcher.start();
        reports.start();
        client.start();
    }

    /** The picture of the fleet. */
    public FleetSource source() {
        return watcher;
    }

    /** Conditional writes. */
    public FleetWriter writer() {
        return writer;
    }

    /** Who is registered. */
    public FleetReports reports() {
        return reports;
    }

    /** Verdicts, for agents. */
    public VerdictStore verdicts() {
        return verdicts;
    }

    /** Incidents, for those who open them, and to read the closed ones. */
    public IncidentStore incidents() {
        return incidents;
    }

    /** Who did what to the fleet. */
    public AuditLog audit() {
        return audit;
    }

    /** For Curator's recipes; closed with this. Paths are below the chroot. */
    public CuratorFramework client() {
        return client;
    }

    /** The znode of this router; to be closed by the caller, before this. */
    public RouterPublisher routerPublisher(RouterId router) {
        return new RouterPublisher(client, calls, router);
    }

    /**
     * The number of this router; to be closed by the caller, before this.
     *
     * @param snapshotFile beside which the number is remembered
     */
    public RouterNumberLease routerNumber(RouterId router, Optional<Path> snapshotFile) {
        return new RouterNumberLease(client, calls, router, snapshotFile);
    }

    /** The znode of this agent; to be closed by the caller, before this. */
    public AgentPublisher agentPublisher(ClusterId cluster, AgentId agent) {
        return new AgentPublisher(client, calls, cluster, agent);
    }

    /** The ensemble's time, for agents of that cluster. */
    public EnsembleClock clock(ClusterId cluster) {
        return clock(cluster, System::nanoTime);
    }

    /** The same, carried on by that clock. */
    EnsembleClock clock(ClusterId cluster, LongSupplier nanos) {
        return new EnsembleClock(calls, cluster, nanos);
    }

    /** Ends the session, so that ephemeral znodes go at once. */
    @Override
    public void close() {
        watcher.close();
        reports.close();
        housekeeping.shutdown();
        client.close();
    }
}
