package dev.homeport.router.netty;

import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.router.admission.Admission;
import dev.homeport.router.admission.AdmissionLimits;
import dev.homeport.router.config.BackendConfig;
import dev.homeport.router.config.CommandsConfig;
import dev.homeport.router.config.LimitsConfig;
import dev.homeport.router.config.ListenerConfig;
import dev.homeport.router.config.ListenerTlsConfig;
import dev.homeport.router.config.NetworkConfig;
import dev.homeport.router.config.ProxyProtocolConfig;
import dev.homeport.router.config.RouteKeyConfig;
import dev.homeport.router.config.Transport;
import dev.homeport.router.guard.Guard;
import dev.homeport.router.routing.RouteKeyChain;
import dev.homeport.router.session.Breakers;
import dev.homeport.router.session.CommandRules;
import dev.homeport.router.session.Listener;
import dev.homeport.router.session.ListenerOffer;
import dev.homeport.router.session.LoginRouter;
import dev.homeport.router.session.MissingTables;
import dev.homeport.router.session.OnDemandPlacing;
import dev.homeport.router.session.OtherRouters;
import dev.homeport.router.session.Passwords;
import dev.homeport.router.session.SessionMeters;
import dev.homeport.router.session.SessionRegistry;
import dev.homeport.router.session.SessionServices;
import dev.homeport.router.tls.ClusterTls;
import dev.homeport.router.tls.ListenerTls;
import dev.homeport.router.tls.RsaKey;
import dev.homeport.router.tls.ServerCertificate;
import dev.homeport.testkit.fleet.FakeFleetSource;
import dev.homeport.topology.CapabilityOffer;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.RouterId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** The data path of a router with a picture of the fleet that the test sets. */
public final class RouterFixture implements AutoCloseable {
    public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(3);

    public final FakeFleetSource fleet;
    public final MeterRegistry meters = new SimpleMeterRegistry();
    public final SessionRegistry sessions;
    public final MissingTables missingTables = new MissingTables(meters, Clock.systemUTC());

    /** Who places the projects of logins; a test may set another one. */
    public volatile OnDemandPlacing onDemand =
            (route, user, from) ->
                    CompletableFuture.failedFuture(new IllegalStateException("not set"));

    private final RouterServer server;
    private final ExecutorService blocking = Executors.newCachedThreadPool();
    private final Optional<ServerCertificate> certificate;
    private final ClusterTls clusterTls = ClusterTls.load(TlsFiles.NONE);
    private final int port;

    /**
     * What concerns commands.
     *
     * @param number of the router
     */
    public record Serving(int number, OtherRouters otherRouters, CommandRules rules, Guard guard) {
        public static final Serving DEFAULT =
                new Serving(1, OtherRouters.NONE, CommandRules.DEFAULT, Guard.OFF);

        /** A router with that number, which asks others so. */
        public Serving withNumber(int newNumber, OtherRouters others) {
            return new Serving(newNumber, others, rules, guard);
        }

        public Serving with(LimitsConfig limits) {
            return new Serving(
                    number, otherRouters, new CommandRules(limits, rules.commands()), guard);
        }

        public Serving with(CommandsConfig commands) {
            return new Serving(
                    number, otherRouters, new CommandRules(rules.limits(), commands), guard);
        }

        public Serving with(Guard newGuard) {
            return new Serving(number, otherRouters, rules, newGuard);
        }
    }

    /** What concerns the port that clients connect to. */
    public record Port(
            InetAddress bind,
            Family family,
            Optional<ListenerTlsConfig> tls,
            Set<Compression> compression,
            Optional<ProxyProtocolConfig> proxyProtocol) {
        static final Port DEFAULT =
                new Port(
                        InetAddress.getLoopbackAddress(),
                        Family.MARIADB,
                        Optional.empty(),
                        Set.of(),
                        Optional.empty());

        ListenerConfig config() {
            return new ListenerConfig(
                    "main",
                    bind,
                    0,
                    switch (family) {
                        case MARIADB -> "5.5.5-10.11.0-MariaDB-homeport";
                        case MYSQL -> "8.0.36-homeport";
                    },
                    family,
                    45,
                    tls,
                    compression,
                    proxyProtocol,
                    Optional.empty(),
                    OptionalLong.empty());
        }
    }

    /** What a test may want otherwise. */
    public record Setup(
            FleetSnapshot fleet,
            Transport transport,
            AdmissionLimits admission,
            Port port,
            boolean mayTellInClear,
            Serving serving) {
        public Setup with(Transport newTransport) {
            return new Setup(fleet, newTransport, admission, port, mayTellInClear, serving);
        }

        public Setup withMostConnections(int most) {
            return with(AdmissionLimits.of(most));
        }

        public Setup with(AdmissionLimits limits) {
            return new Setup(fleet, transport, limits, port, mayTellInClear, serving);
        }

        public Setup with(Port newPort) {
            return new Setup(fleet, transport, admission, newPort, mayTellInClear, serving);
        }

        public Setup with(InetAddress newBind) {
            return with(
                    new Port(
                            newBind,
                            port.family(),
                            port.tls(),
                            port.compression(),
                            port.proxyProtocol()));
        }

        public Setup with(Family newFamily) {
            return with(
                    new Port(
                            port.bind(),
                            newFamily,
                            port.tls(),
                            port.compression(),
                            port.proxyProtocol()));
        }

        public Setup with(ListenerTlsConfig newTls) {
            return with(
                    new Port(
                            port.bind(),
                            port.family(),
                            Optional.of(newTls),
                            port.compression(),
                            port.proxyProtocol()));
        }

        public Setup with(Compression... algorithms) {
            return with(
                    new Port(
                            port.bind(),
                            port.family(),
                            port.tls(),
                            Set.of(algorithms),
                            port.proxyProtocol()));
        }

        public Setup with(ProxyProtocolConfig newProxy) {
            return with(
                    new Port(
                            port.bind(),
                            port.family(),
                            port.tls(),
                            port.compression(),
                            Optional.of(newProxy)));
        }

        /** Passwords in clear may pass over connections that are not encrypted. */
        public Setup tellingInClear() {
            return new Setup(fleet, transport, admission, port, true, serving);
        }

        public Setup with(Serving newServing) {
            return new Setup(fleet, transport, admission, port, mayTellInClear, newServing);
        }

        public RouterFixture start() {
            try {
                return new RouterFixture(this);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** The usual: a listener of family MariaDB on a free port, without TLS. */
    public static Setup of(FleetSnapshot snapshot) {
        return new Setup(
                snapshot,
                Transport.AUTO,
                AdmissionLimits.of(20_000),
                Port.DEFAULT,
                false,
                Serving.DEFAULT);
    }

    private RouterFixture(Setup setup) throws IOException {
        sessions = new SessionRegistry(() -> setup.serving().number());
        fleet = FakeFleetSource.of(setup.fleet());
        fleet.onChange(sessions::fleetChanged);
        server = new RouterServer(new NetworkConfig(setup.transport(), 1));
        var services =
                new SessionServices(
                        new RouterId("r1"),
                        fleet,
                        new LoginRouter(new RouteKeyChain(keys()), fleet, Optional::empty),
                        new Breakers(BackendConfig.DEFAULT.breaker()),
                        server.connector(BackendConfig.DEFAULT, blocking),
                        clusterTls,
                        new Passwords(
                                setup.mayTellInClear(), RsaKey.of(Optional.empty(), blocking)),
                        sessions,
                        setup.serving().otherRouters(),
                        setup.serving().rules(),
                        setup.serving().guard(),
                        new SessionMeters(meters),
                        missingTables,
                        Clock.systemUTC(),
                        HANDSHAKE_TIMEOUT,
                        LOGIN_TIMEOUT,
                        new Admission(setup.admission(), meters, System::nanoTime),
                        (route, user, from) -> onDemand.place(route, user, from));
        certificate =
                setup.port().tls().isPresent()
                        ? Optional.of(ServerCertificate.load(setup.port().tls().get()))
                        : Optional.empty();
        var listener =
                new Listener(
                        setup.port().config(),
                        certificate.map(ListenerTls::new),
                        new ListenerOffer(
                                setup.port().family(),
                                fleet,
                                picture ->
                                        CapabilityOffer.of(
                                                setup.port().family(),
                                                picture.clusters().values())));
        port = server.listen(listener, services).getPort();
    }

    /** A router on a free port that chose its transport. */
    public static RouterFixture start(FleetSnapshot snapshot) {
        return of(snapshot).start();
    }

    /** A router with that transport and limit. */
    public static RouterFixture start(
            FleetSnapshot snapshot, Transport transport, int maxConnections) {
        return of(snapshot).with(transport).withMostConnections(maxConnections).start();
    }

    /** Its TLS with instances. */
    ClusterTls clusterTls() {
        return clusterTls;
    }

    /** Its certificate, for a router with TLS. */
    public ServerCertificate certificate() {
        return certificate.orElseThrow();
    }

    public int port() {
        return port;
    }

    /** Stops accepting. */
    public void stopListening() {
        server.stopListening();
    }

    @Override
    public void close() {
        server.close();
        blocking.shutdownNow();
    }

    private static List<RouteKeyConfig> keys() {
        return List.of(
                new RouteKeyConfig.User("+"),
                new RouteKeyConfig.Attribute("project", Pattern.compile("(?<project>.+)")),
                new RouteKeyConfig.Attribute(
                        "_server_host", Pattern.compile("(?<project>.+)\\.db\\.example\\.com")),
                new RouteKeyConfig.Sni(Pattern.compile("(?<project>.+)\\.sni\\.example\\.com")),
                new RouteKeyConfig.Schema(Pattern.compile("(?<project>.+)")));
    }
}
