package dev.homeport.agent;

import dev.homeport.agent.config.AgentConfig;
import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.agent.config.QuarantineConfig;
import dev.homeport.agent.election.ClusterElection;
import dev.homeport.agent.http.AgentHttpServer;
import dev.homeport.agent.metrics.AgentMeters;
import dev.homeport.agent.metrics.WatchMeters;
import dev.homeport.agent.probe.ClusterObserver;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.agent.probe.ProbeJudge;
import dev.homeport.agent.probe.ProbeResult;
import dev.homeport.agent.publish.DataSize;
import dev.homeport.agent.publish.EpochTable;
import dev.homeport.agent.publish.VerdictPublisher;
import dev.homeport.agent.quarantine.LocalDisks;
import dev.homeport.agent.quarantine.PurgeClocks;
import dev.homeport.agent.quarantine.QuarantineKeeper;
import dev.homeport.agent.quarantine.QuarantineMeters;
import dev.homeport.agent.quarantine.QuarantineNews;
import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.quarantine.account.AccountSource;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.zk.AgentPublisher;
import dev.homeport.topology.zk.ZnodePaths;
import dev.homeport.topology.zk.ZooKeeperFleet;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Composition root of the agent: reads the configuration, builds the parts, starts and closes them
 * in order. {@code AgentMain --config FILE}
 */
public final class AgentMain implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AgentMain.class);

    private final AgentConfig config;
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AgentMeters meters = new AgentMeters(registry);
    private final ZooKeeperFleet fleet;
    private final AccountLinks links;
    private final AgentPublisher reports;
    private final ClusterElection election;
    private final WatchParts watch;
    private final DataSize dataSize;
    private final VerdictPublisher verdicts;
    private final ClusterObserver observer;
    private final Optional<QuarantineKeeper> keeper;
    private final AgentHttpServer http;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private AgentMain(AgentConfig config, Clock clock) throws IOException {
        this.config = config;
        ProbeConfig probe = config.probe();
        config.tls().check();
        fleet = ZooKeeperFleet.open(config.zookeeper(), Optional.empty(), clock);
        links = AccountLinks.of(fleet.source()::current, config.tls());
        reports = fleet.agentPublisher(config.cluster(), config.id());
        election =
                new ClusterElection(
                        fleet.client(), ZnodePaths.election(config.cluster()), config.id());
        watch = new WatchParts(config, fleet, links, election, new WatchMeters(registry), clock);
        dataSize =
                new DataSize(
                        config.cluster(),
                        fleet.source(),
                        election::isLeader,
                        instance -> JdbcProbe.dataSource(instance, links, probe));
        verdicts =
                new VerdictPublisher(
                        config.cluster(),
                        fleet,
                        election,
                        new EpochTable(
                                config.cluster(),
                                instance -> JdbcProbe.dataSource(instance, links, probe)),
                        watch::problems,
                        dataSize::bytes,
                        clock,
                        meters::verdict);
        observer =
                new ClusterObserver(
                        new ClusterObserver.Identity(
                                config.id(), config.cluster(), config.admin().url()),
                        new ProbeJudge(probe.failures(), probe.lagLimit()),
                        instance -> JdbcProbe.of(instance, links, probe),
                        probe.interval(),
                        clock,
                        new Observations());
        keeper = config.quarantine().map(account -> keeper(account, clock));
        http = startHttp();
    }

    private QuarantineKeeper keeper(QuarantineConfig account, Clock clock) {
        return new QuarantineKeeper(
                config.cluster(),
                fleet.source(),
                election::isLeader,
                instance ->
                        new JdbcQuarantine(
                                new AccountSource(instance, links, account.account())
                                        ::getConnection),
                new LocalDisks(account.disks())::of,
                new QuarantineNews(
                        config.cluster(),
                        watch::onPurgedEarly,
                        fleet.incidents()::openSuspicious,
                        clock),
                new QuarantineMeters(registry),
                new PurgeClocks(clock, fleet.clock(config.cluster())::now));
    }

    private AgentHttpServer startHttp() {
        try {
            return AgentHttpServer.start(config.admin(), registry, this::notReady, observer::facts);
        } catch (IllegalStateException e) {
            fleet.close();
            throw e;
        }
    }

    /**
     * Starts an agent. It works as soon as ZooKeeper and the instances are there, and waits for
     * neither.
     *
     * @throws IOException if a file that the configuration names cannot be read
     * @throws IllegalStateException if the HTTP port cannot be had
     */
    static AgentMain start(AgentConfig config) throws IOException {
        return start(config, Clock.systemUTC());
    }

    /** The same on a machine whose time of day is that. */
    static AgentMain start(AgentConfig config, Clock clock) throws IOException {
        var agent = new AgentMain(config, clock);
        agent.meters.bindLeader(agent.election::isLeader);
        agent.fleet.source().onChange((before, after) -> agent.onFleet(after));
        agent.fleet.source().current().ifPresent(agent::onFleet);
        agent.fleet.reports().onChange(agent.verdicts::onChange);
        agent.election.start(agent::onLeadership);
        agent.dataSize.start();
        agent.verdicts.start(config.probe().interval());
        agent.keeper.ifPresent(QuarantineKeeper::start);
        agent.watch.start();
        log.atInfo()
                .addKeyValue("agent", config.id())
                .addKeyValue("cluster", config.cluster())
                .addKeyValue("address", config.admin().url())
                .log("agent started");
        return agent;
    }

    /** Base of its HTTP interface. */
    String url() {
        return config.admin().url();
    }

    private void onFleet(FleetSnapshot snapshot) {
        snapshot.cluster(config.cluster())
                .map(ClusterSnapshot::definition)
                .ifPresent(observer::watch);
        onLeadership();
    }

    private void onLeadership() {
        verdicts.onChange();
        watch.onChange();
    }

    private Optional<String> notReady() {
        if (fleet.source().status().connection() != FleetSource.Connection.CONNECTED) {
            return Optional.of("not connected to ZooKeeper");
        }
        Optional<FleetSnapshot> snapshot = fleet.source().current();
        if (snapshot.flatMap(picture -> picture.cluster(config.cluster())).isEmpty()) {
            return Optional.of("ZooKeeper has no cluster " + config.cluster());
        }
        return observer.hasReported()
                ? Optional.empty()
                : Optional.of("not every instance has been judged yet");
    }

    private final class Observations implements ClusterObserver.Listener {
        @Override
        public void onReport(AgentReport report) {
            meters.reported();
            reports.publish(report);
        }

        @Override
        public void onProbed(InstanceId instance, ProbeResult result, Duration took) {
            meters.probed(instance, result, took);
        }

        @Override
        public void onRemoved(InstanceId instance) {
            meters.removed(instance);
        }
    }

    /** Stops leading and takes the report away, so that others know at once. Idempotent. */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        keeper.ifPresent(QuarantineKeeper::close);
        watch.close();
        dataSize.close();
        verdicts.close();
        election.close();
        observer.close();
        reports.close();
        fleet.close();
        http.close();
        log.atInfo().addKeyValue("agent", config.id()).log("agent stopped");
    }

    /** Runs until SIGTERM or Ctrl-C. Exit code 2 is a wrong call, 1 anything else. */
    public static void main(String[] args) {
        // A start that fails half-way must not leave a process behind that only looks alive.
        Thread.currentThread()
                .setUncaughtExceptionHandler(
                        (thread, cause) -> {
                            log.atError().setCause(cause).log("the agent cannot start");
                            System.exit(1);
                        });
        Optional<Path> file = configFile(args);
        if (file.isEmpty()) {
            exit(2, "usage: agent --config FILE");
        } else {
            run(file.get());
        }
    }

    private static void run(Path file) {
        try {
            AgentMain agent = start(AgentConfig.read(file));
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "shutdown"));
        } catch (ConfigException | IOException | IllegalStateException e) {
            exit(1, e.getMessage());
        }
    }

    private static Optional<Path> configFile(String[] args) {
        if (args.length == 2 && args[0].equals("--config")) {
            return Optional.of(Path.of(args[1]));
        }
        return args.length == 1 && args[0].startsWith("--config=")
                ? Optional.of(Path.of(args[0].substring("--config=".length())))
                : Optional.empty();
    }

    private static void exit(int code, String message) {
        System.err.println(message);
        System.exit(code);
    }
}
