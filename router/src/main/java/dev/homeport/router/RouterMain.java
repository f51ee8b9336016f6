package dev.homeport.router;

import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.router.account.InstanceAccount;
import dev.homeport.router.admin.AdminParts;
import dev.homeport.router.admin.AdminSecrets;
import dev.homeport.router.admin.AdminServer;
import dev.homeport.router.admin.ConnectionView;
import dev.homeport.router.admin.GuardParts;
import dev.homeport.router.admin.OwnParts;
import dev.homeport.router.admin.SessionParts;
import dev.homeport.router.admin.ThreadView;
import dev.homeport.router.admission.Admission;
import dev.homeport.router.admission.LimitKind;
import dev.homeport.router.admission.OnDemandAdmission;
import dev.homeport.router.config.ListenerConfig;
import dev.homeport.router.config.RouterConfig;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.router.guard.FleetGuard;
import dev.homeport.router.guard.Guard;
import dev.homeport.router.guard.GuardMeters;
import dev.homeport.router.guard.Quarantines;
import dev.homeport.router.guard.RecentStatements;
import dev.homeport.router.guard.SharedGuardRecords;
import dev.homeport.router.metrics.CertificateMeters;
import dev.homeport.router.metrics.FleetMeters;
import dev.homeport.router.netty.RouterServer;
import dev.homeport.router.peer.PeerAccess;
import dev.homeport.router.peer.PeerDirectory;
import dev.homeport.router.placement.LoginPlacements;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.router.routing.RouteKeyChain;
import dev.homeport.router.session.Breakers;
import dev.homeport.router.session.ClientTls;
import dev.homeport.router.session.CommandRules;
import dev.homeport.router.session.Listener;
import dev.homeport.router.session.ListenerOffer;
import dev.homeport.router.session.LoginRouter;
import dev.homeport.router.session.MissingTables;
import dev.homeport.router.session.Passwords;
import dev.homeport.router.session.SessionMeters;
import dev.homeport.router.session.SessionRegistry;
import dev.homeport.router.session.SessionServices;
import dev.homeport.router.tls.CertificateState;
import dev.homeport.router.tls.ClusterTls;
import dev.homeport.router.tls.ListenerTls;
import dev.homeport.router.tls.RsaKey;
import dev.homeport.router.tls.ServerCertificate;
import dev.homeport.topology.CapabilityOffer;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.fields.SecretFile;
import dev.homeport.topology.zk.RouterNumberLease;
import dev.homeport.topology.zk.RouterPublisher;
import dev.homeport.topology.zk.ZooKeeperFleet;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Composition root of the router: reads the configuration, builds the parts, starts and closes them
 * in order. {@code RouterMain --config FILE}
 */
public final class RouterMain implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouterMain.class);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(2);
    private static final Duration STOP_POLL = Duration.ofMillis(20);

    private final RouterConfig config;

    /** Its times get into records, a million of them, and before people: no finer than that. */
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExecutorService blocking =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("blocking-", 0).factory());
    private final ScheduledExecutorService housekeeping =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("housekeeping").factory());
    private final ZooKeeperFleet zookeeper;
    private final RouterNumberLease number;
    private final SessionRegistry sessions;
    private final MissingTables missingTables = new MissingTables(meters, clock);
    private final PeerDirectory peers;
    private final FleetSource fleet;
    private final RouterServer server;
    private final RouterPublisher publisher;
    private final SelfReport self;
    private final PlacementService placement;
    private final Optional<Quarantines> quarantines;
    private final RecentStatements recent = new RecentStatements();
    private final Guard guard;
    private final Breakers breakers;

    /** Of listeners with TLS, by their names. */
    private final Map<String, ServerCertificate> certificates = new ConcurrentHashMap<>();

    private final Admission admission;
    private final OnDemandAdmission onDemand;
    private final AdminServer admin;
    private volatile boolean listening;
    private volatile boolean stopping;

    private RouterMain(RouterConfig config) throws IOException, ConfigException {
        this.config = config;
        this.zookeeper =
                ZooKeeperFleet.open(config.zookeeper(), Optional.of(config.snapshotFile()), clock);
        this.fleet = zookeeper.source();
        this.number = zookeeper.routerNumber(config.id(), Optional.of(config.snapshotFile()));
        this.sessions = new SessionRegistry(() -> number.current().value());
        AdminSecrets secrets = AdminSecrets.load(config.admin(), meters, clock);
        this.peers =
                new PeerDirectory(
                        config.id(),
                        zookeeper.reports(),
                        PeerAccess.load(secrets::peerSecret, config.admin().peerCa()),
                        PeerDirectory.DEADLINE);
        this.server = new RouterServer(config.network());
        this.breakers = new Breakers(config.backend().breaker());
        this.placement = openPlacement();
        this.quarantines = openQuarantines();
        Optional<FleetGuard> fleetGuard = quarantines.map(this::openGuard);
        this.guard = fleetGuard.<Guard>map(one -> one).orElse(Guard.OFF);
        var loginRouter =
                new LoginRouter(
                        new RouteKeyChain(config.routing().keys()),
                        fleet,
                        zookeeper.reports()::knownAgents);
        fleet.onChange(sessions::fleetChanged);
        bindMeters();
        this.admission = new Admission(config.limits().admission(), meters, System::nanoTime);
        this.onDemand =
                new OnDemandAdmission(config.placement().onDemand(), meters, System::nanoTime);
        this.admin =
                AdminServer.start(
                        config.admin(),
                        secrets,
                        config.id(),
                        new AdminParts(
                                fleet,
                                zookeeper.writer(),
                                zookeeper.reports(),
                                zookeeper.incidents(),
                                zookeeper.audit(),
                                placement,
                                fleetGuard.map(
                                        one ->
                                                new GuardParts(
                                                        quarantines.orElseThrow()::of,
                                                        recent,
                                                        one::onCreateFailed)),
                                new SessionParts(
                                        sessions::counts,
                                        this::connection,
                                        this::threads,
                                        missingTables::of),
                                new Explainer(loginRouter, fleet, config.listeners()),
                                meters,
                                this::notReady,
                                new OwnParts(
                                        this::nearLimits,
                                        () -> breakers.outages(clock.instant()),
                                        () -> certificates(secrets))),
                        clock);
        ClusterTls clusterTls = ClusterTls.load(config.backend().tls());
        FunctionCounter.builder("router.tls.instances.resumed", clusterTls, ClusterTls::resumed)
                .register(meters);
        fleet.current().ifPresent(clusterTls::prepare);
        fleet.onChange((before, after) -> clusterTls.prepare(after));
        InetSocketAddress address = listen(services(loginRouter, clusterTls));
        listening = true;
        this.publisher = zookeeper.routerPublisher(config.id());
        this.self = report(address);
        peers.warmUp(admin.url());
        log.atInfo()
                .addKeyValue("router", config.id())
                .addKeyValue("admin", admin.url())
                .log("router started");
    }

    private PlacementService openPlacement() throws ConfigException {
        if (config.provisioning().isEmpty()) {
            return PlacementService.withoutProvisioning(
                    config.id(), fleet, zookeeper.writer(), clock);
        }
        ServiceAccountConfig provisioning = config.provisioning().get();
        return PlacementService.open(
                config.id(),
                fleet,
                zookeeper.writer(),
                provisioning,
                password(provisioning, "provisioning"),
                links(),
                clock);
    }

    private Optional<Quarantines> openQuarantines() throws ConfigException {
        if (config.guard().isEmpty()) {
            return Optional.empty();
        }
        ServiceAccountConfig account = config.guard().get();
        return Optional.of(
                new Quarantines(new InstanceAccount(account, password(account, "guard"), links())));
    }

    private AccountLinks links() {
        return AccountLinks.of(fleet::current, config.backend().tls());
    }

    private FleetGuard openGuard(Quarantines open) {
        return new FleetGuard(
                fleet,
                new SharedGuardRecords(
                        zookeeper.writer()::useApproval,
                        zookeeper.incidents()::openSuspicious,
                        peers::createFailed,
                        blocking,
                        clock),
                open::of,
                blocking,
                recent,
                new GuardMeters(meters),
                clock);
    }

    private static Secret password(ServiceAccountConfig account, String section)
            throws ConfigException {
        var problems = new Problems();
        Optional<Secret> password =
                SecretFile.read(account.passwordFile(), problems, section + ".passwordFile");
        if (password.isEmpty()) {
            throw new ConfigException(account.passwordFile(), problems);
        }
        return password.get();
    }

    private SessionServices services(LoginRouter loginRouter, ClusterTls clusterTls)
            throws IOException {
        // Made before anybody can log in: no event loop should wait for it.
        KeyPair key = RsaKey.of(config.backend().rsaKey(), blocking).get();
        return new SessionServices(
                config.id(),
                fleet,
                loginRouter,
                breakers,
                server.connector(config.backend(), blocking),
                clusterTls,
                new Passwords(config.backend().allowClearPasswords(), () -> key),
                sessions,
                peers,
                new CommandRules(config.limits(), config.commands()),
                guard,
                new SessionMeters(meters),
                missingTables,
                clock,
                config.limits().handshakeTimeout(),
                config.backend().loginTimeout(),
                admission,
                new LoginPlacements(
                        placement::place, onDemand, blocking, meters, System::nanoTime));
    }

    private InetSocketAddress listen(SessionServices services) throws IOException {
        Optional<InetSocketAddress> first = Optional.empty();
        for (ListenerConfig listener : config.listeners()) {
            InetSocketAddress address = server.listen(listenerOf(listener), services);
            first = first.or(() -> Optional.of(address));
        }
        return first.orElseThrow();
    }

    private Listener listenerOf(ListenerConfig listener) throws IOException {
        Optional<ClientTls> tls = Optional.empty();
        if (listener.tls().isPresent()) {
            ServerCertificate certificate = ServerCertificate.load(listener.tls().get());
            housekeeping.scheduleWithFixedDelay(
                    certificate::reloadIfChanged,
                    CERTIFICATE_INTERVAL.toMillis(),
                    CERTIFICATE_INTERVAL.toMillis(),
                    TimeUnit.MILLISECONDS);
            certificates.put(listener.name(), certificate);
            CertificateMeters.bind(meters, listener.name(), certificate, clock);
            tls = Optional.of(new ListenerTls(certificate));
        }
        return new Listener(
                listener,
                tls,
                new ListenerOffer(
                        listener.family(),
                        fleet,
                        picture ->
                                CapabilityOffer.of(
                                        listener.family(), picture.clusters().values())));
    }

    private void bindMeters() {
        FleetMeters.bind(
                meters,
                fleet,
                zookeeper.reports(),
                instance -> breakers.isOut(instance, clock.instant()),
                clock);
        new JvmMemoryMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator) {
            new NettyAllocatorMetrics(allocator).bindTo(meters);
        }
        Gauge.builder("router.connections", sessions, SessionRegistry::size)
                .description("client connections in any phase")
                .register(meters);
    }

    private SelfReport report(InetSocketAddress address) {
        var report =
                new SelfReport(
                        config.id(),
                        address.getAddress().getHostAddress() + ":" + address.getPort(),
                        admin.url(),
                        clock.instant(),
                        number::numbers,
                        fleet,
                        sessions,
                        publisher);
        fleet.onChange((before, after) -> housekeeping.execute(report::publish));
        housekeeping.scheduleWithFixedDelay(
                report::publish, 0, REPORT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return report;
    }

    private Map<LimitKind, Integer> nearLimits() {
        Map<LimitKind, Integer> near = admission.near();
        near.putAll(onDemand.near());
        return near;
    }

    private Map<String, CertificateState> certificates(AdminSecrets secrets) {
        Instant now = clock.instant();
        Map<String, CertificateState> states = new TreeMap<>();
        certificates.forEach((name, one) -> states.put("listener " + name, one.state(now)));
        secrets.certificate(now).ifPresent(state -> states.put("the admin port", state));
        return states;
    }

    private Optional<ConnectionView> connection(int id) {
        return sessions.target(id)
                .map(
                        target ->
                                new ConnectionView(
                                        target.project(),
                                        target.user(),
                                        target.instance(),
                                        target.backendConnectionId()));
    }

    private Map<Long, ThreadView> threads(
            ClusterId cluster, InstanceId instance, Set<Long> threadIds) {
        Map<Long, ThreadView> threads = new HashMap<>();
        sessions.onInstance(cluster, instance, threadIds, clock.instant())
                .forEach(
                        (id, session) ->
                                threads.put(
                                        id,
                                        new ThreadView(
                                                session.target().project(),
                                                session.target().user(),
                                                session.clientText(),
                                                session.connected(),
                                                session.closed().isEmpty())));
        return threads;
    }

    private Optional<String> notReady() {
        if (stopping) {
            return Optional.of("stopping");
        }
        if (!listening) {
            return Optional.of("starting");
        }
        return fleet.current().isPresent()
                ? Optional.empty()
                : Optional.of(
                        "no picture of the fleet yet: ZooKeeper connection is %s, rejected: %s"
                                .formatted(fleet.status().connection(), fleet.status().rejected()));
    }

    /**
     * Stops gracefully: accepts nobody any more, lets transactions finish up to the configured
     * deadline, then closes. Blocks until it is done.
     */
    @Override
    public void close() {
        stopping = true;
        log.atInfo().addKeyValue("router", config.id()).log("router stops");
        server.stopListening();
        self.publishStopping();
        sessions.stop(config.shutdown().deadline());
        awaitSessions(config.shutdown().deadline().plusSeconds(2));
        housekeeping.shutdownNow();
        // Without sessions now, as far as they have ended: then nobody misses it.
        self.publishStopping();
        publisher.close();
        admin.close();
        server.close();
        peers.close();
        placement.close();
        quarantines.ifPresent(Quarantines::close);
        number.close();
        zookeeper.close();
        blocking.shutdownNow();
        log.atInfo().addKeyValue("router", config.id()).log("router stopped");
    }

    private void awaitSessions(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (sessions.size() > 0 && System.nanoTime() < end) {
                Thread.sleep(STOP_POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs until SIGTERM or Ctrl-C. Exit code 2 is a wrong call, 1 anything else. */
    public static void main(String[] args) {
        TrafficLogs.silence();
        // A start that fails half-way must not leave a process behind that only looks alive.
        Thread.currentThread()
                .setUncaughtExceptionHandler(
                        (thread, cause) -> {
                            log.atError().setCause(cause).log("the router cannot start");
                            System.exit(1);
                        });
        if (args.length == 2 && args[0].equals("--config")) {
            run(Path.of(args[1]));
        } else {
            exit(2, "usage: router --config FILE");
        }
    }

    private static void run(Path file) {
        try {
            var router = new RouterMain(RouterConfig.load(file));
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(router::close));
        } catch (ConfigException | IOException | IllegalStateException e) {
            exit(1, e.getMessage());
        }
    }

    private static void exit(int code, String message) {
        System.err.println(message);
        System.exit(code);
    }
}
