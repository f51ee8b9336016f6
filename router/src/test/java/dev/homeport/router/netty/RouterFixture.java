package dev.homeport.router.netty;

import dev.homeport.router.config.BackendConfig;
import dev.homeport.router.config.ListenerConfig;
import dev.homeport.router.config.NetworkConfig;
import dev.homeport.router.config.RouteKeyConfig;
import dev.homeport.router.config.Transport;
import dev.homeport.router.routing.RouteKeyChain;
import dev.homeport.router.session.Breakers;
import dev.homeport.router.session.LoginRouter;
import dev.homeport.router.session.SessionMeters;
import dev.homeport.router.session.SessionRegistry;
import dev.homeport.router.session.SessionServices;
import dev.homeport.testkit.fleet.FakeFleetSource;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** The data path of a router with a picture of the fleet that the test sets. */
public final class RouterFixture implements AutoCloseable {
    public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(3);

    public final FakeFleetSource fleet;
    public final MeterRegistry meters = new SimpleMeterRegistry();
    public final SessionRegistry sessions = new SessionRegistry();

    private final RouterServer server;
    private final ExecutorService blocking = Executors.newCachedThreadPool();
    private final int port;

    private RouterFixture(FleetSnapshot snapshot, Transport transport, int maxConnections)
            throws IOException {
        fleet = FakeFleetSource.of(snapshot);
        fleet.onChange((before, after) -> sessions.fleetChanged(after));
        server = new RouterServer(new NetworkConfig(transport, 1));
        var services =
                new SessionServices(
                        new RouterId("r1"),
                        fleet,
                        new LoginRouter(new RouteKeyChain(keys()), fleet),
                        new Breakers(BackendConfig.DEFAULT.breaker()),
                        server.connector(BackendConfig.DEFAULT, blocking),
                        sessions,
                        new SessionMeters(meters),
                        Clock.systemUTC(),
                        HANDSHAKE_TIMEOUT,
                        LOGIN_TIMEOUT,
                        maxConnections);
        port = server.listen(listener(), services).getPort();
    }

    /** A router on a free port that chose its transport. */
    public static RouterFixture start(FleetSnapshot snapshot) {
        return start(snapshot, Transport.AUTO, 20_000);
    }

    /** A router with that transport and limit. */
    public static RouterFixture start(
            FleetSnapshot snapshot, Transport transport, int maxConnections) {
        try {
            return new RouterFixture(snapshot, transport, maxConnections);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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

    private static ListenerConfig listener() {
        return new ListenerConfig(
                "main",
                InetAddress.getLoopbackAddress(),
                0,
                "5.5.5-10.11.0-MariaDB-homeport",
                Family.MARIADB,
                45,
                Optional.empty());
    }

    private static List<RouteKeyConfig> keys() {
        return List.of(
                new RouteKeyConfig.User("+"),
                new RouteKeyConfig.Attribute("project", Pattern.compile("(?<project>.+)")),
                new RouteKeyConfig.Attribute(
                        "_server_host", Pattern.compile("(?<project>.+)\\.db\\.example\\.com")),
                new RouteKeyConfig.Schema(Pattern.compile("(?<project>.+)")));
    }
}
