package dev.homeport.router.admin;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.GracefulShutdown;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.ConfigException;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Serves the REST interface, health and metrics until it is closed. Event loops of its own; all
 * that can block runs on bounded threads beside them.
 */
public final class AdminServer implements AutoCloseable {
    /** Cluster definitions are the largest bodies, and a znode takes no more. */
    private static final long MAX_BODY_BYTES = 256 * 1024;

    /** Provisioning may run several statements, each with a timeout of its own. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_CONNECTIONS = 1000;
    private static final int EVENT_LOOPS = 1;

    private final AdminConfig config;
    private final Server server;
    private final Lanes lanes;
    private final EventFeed feed;
    private final AuditTrail audit;

    private AdminServer(
            AdminConfig config, Server server, Lanes lanes, EventFeed feed, AuditTrail audit) {
        this.config = config;
        this.server = server;
        this.lanes = lanes;
        this.feed = feed;
        this.audit = audit;
    }

    /**
     * Starts to serve.
     *
     * @throws ConfigException if the tokens file or the one of the peers' secret cannot be used
     * @throws IOException if the address cannot be bound
     */
    public static AdminServer start(
            AdminConfig config, RouterId self, AdminParts parts, Clock clock)
            throws ConfigException, IOException {
        Optional<AccessTokens> tokens = Optional.empty();
        if (config.tokensFile().isPresent()) {
            tokens = Optional.of(AccessTokens.load(config.tokensFile().get()));
        }
        Gatekeeper gatekeeper =
                new Gatekeeper(tokens, config.peerToken().map(AccessTokens::ofPeers));
        Lanes lanes = new Lanes();
        EventFeed feed = new EventFeed();
        AuditTrail audit = new AuditTrail(parts.audit(), parts.meters());
        Auditor auditor = new Auditor(self, audit, clock);
        ServerBuilder builder = builder(config);
        for (Endpoint endpoint : EndpointTable.of(self, parts, feed, clock)) {
            builder.route()
                    .methods(endpoint.method())
                    .path(endpoint.path())
                    .build(
                            new EndpointService(
                                    endpoint, gatekeeper, lanes.of(endpoint.lane()), auditor));
        }
        Server server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            lanes.close();
            audit.close();
            throw new IOException(
                    "admin.bind %s:%d cannot be bound: %s"
                            .formatted(
                                    config.bind().getHostAddress(),
                                    config.port(),
                                    e.getCause().getMessage()),
                    e);
        }
        parts.source().onChange(feed);
        return new AdminServer(config, server, lanes, feed, audit);
    }

    private static ServerBuilder builder(AdminConfig config) {
        return Server.builder()
                .http(new InetSocketAddress(config.bind(), config.port()))
                .workerGroup(EVENT_LOOPS)
                .blockingTaskExecutor(EVENT_LOOPS)
                // Armeria's own meters go nowhere: its default registry is a global one.
                .meterRegistry(new CompositeMeterRegistry())
                .connectionDrainDuration(Duration.ZERO)
                .maxNumConnections(MAX_CONNECTIONS)
                .idleTimeout(IDLE_TIMEOUT)
                .requestTimeout(REQUEST_TIMEOUT)
                .maxRequestLength(MAX_BODY_BYTES)
                .gracefulShutdown(GracefulShutdown.disabled())
                .disableServerHeader()
                // What goes wrong in a route is logged there; the rest is what callers did wrong.
                .unloggedExceptionsReportInterval(Duration.ZERO)
                .errorHandler(new Errors());
    }

    /** The port it listens on. */
    public int port() {
        return server.activeLocalPort(SessionProtocol.HTTP);
    }

    /** The base of all routes, as other machines reach it where it is bound beyond loopback. */
    public String url() {
        if (config.url().isPresent()) {
            return config.url().get().toString();
        }
        String host =
                (config.bind().isAnyLocalAddress() ? OwnAddress.find() : config.bind())
                        .getHostAddress();
        return host.indexOf(':') >= 0
                ? "http://[%s]:%d".formatted(host, port())
                : "http://%s:%d".formatted(host, port());
    }

    /**
     * Ends the streams of events, stops accepting, lets what runs end for a few seconds; takes two
     * at least. Idempotent.
     */
    @Override
    public void close() {
        feed.close();
        server.close();
        lanes.close();
        audit.close();
    }
}
