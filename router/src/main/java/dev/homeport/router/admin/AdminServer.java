package dev.homeport.router.admin;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.GracefulShutdown;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerTlsConfig;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.ConfigException;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/**
 * Serves the REST interface, health and metrics until it is closed, over TLS where that is
 * configured. Event loops of its own; all that can block runs on bounded threads beside them.
 */
public final class AdminServer implements AutoCloseable {
    /** Cluster definitions are the largest bodies, and a znode takes no more. */
    private static final long MAX_BODY_BYTES = 256 * 1024;

    /** Provisioning may run several statements, each with a timeout of its own. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_CONNECTIONS = 1000;
    private static final int EVENT_LOOPS = 1;

    /** Older versions are broken, and every client of today has these. */
    private static final ServerTlsConfig TLS =
            ServerTlsConfig.builder()
                    .tlsCustomizer(context -> context.protocols("TLSv1.3", "TLSv1.2"))
                    .build();

    private final AdminConfig config;
    private final Server server;
    private final AdminSecrets secrets;
    private final Lanes lanes;
    private final EventFeed feed;
    private final AuditTrail audit;

    private AdminServer(
            AdminConfig config,
            Server server,
            AdminSecrets secrets,
            Lanes lanes,
            EventFeed feed,
            AuditTrail audit) {
        this.config = config;
        this.server = server;
        this.secrets = secrets;
        this.lanes = lanes;
        this.feed = feed;
        this.audit = audit;
    }

    /**
     * Starts to serve, and reads the files that the configuration names.
     *
     * @throws ConfigException if one of them cannot be used
     * @throws IOException if the address cannot be bound
     */
    public static AdminServer start(
            AdminConfig config, RouterId self, AdminParts parts, Clock clock)
            throws ConfigException, IOException {
        return start(config, AdminSecrets.load(config, parts.meters(), clock), self, parts, clock);
    }

    /**
     * Starts to serve.
     *
     * @param secrets closed with the server
     * @throws IOException if the address cannot be bound
     */
    public static AdminServer start(
            AdminConfig config, AdminSecrets secrets, RouterId self, AdminParts parts, Clock clock)
            throws IOException {
        Gatekeeper gatekeeper = new Gatekeeper(secrets.tokens(), secrets.peers());
        Lanes lanes = new Lanes();
        EventFeed feed = new EventFeed();
        AuditTrail audit = new AuditTrail(parts.audit(), parts.meters());
        Auditor auditor = new Auditor(self, audit, clock);
        TurnedAway turnedAway = new TurnedAway(parts.meters());
        ServerBuilder builder = builder(config, secrets);
        for (Endpoint endpoint : EndpointTable.of(self, parts, secrets::stale, feed, clock)) {
            builder.route()
                    .methods(endpoint.method())
                    .path(endpoint.path())
                    .build(
                            new EndpointService(
                                    endpoint,
                                    gatekeeper,
                                    lanes.of(endpoint.lane()),
                                    auditor,
                                    turnedAway));
        }
        Server server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            lanes.close();
            audit.close();
            secrets.close();
            throw new IOException(
                    "admin.bind %s:%d cannot be bound: %s"
                            .formatted(
                                    config.bind().getHostAddress(),
                                    config.port(),
                                    e.getCause().getMessage()),
                    e);
        }
        parts.source().onChange(feed);
        // Whoever listens was let in by a token of before.
        secrets.onNewTokens(feed::disconnect);
        return new AdminServer(config, server, secrets, lanes, feed, audit);
    }

    private static ServerBuilder builder(AdminConfig config, AdminSecrets secrets) {
        ServerBuilder builder = Server.builder();
        InetSocketAddress address = new InetSocketAddress(config.bind(), config.port());
        secrets.keyPair()
                .ifPresentOrElse(
                        pair -> builder.https(address).tlsProvider(name -> pair.get(), TLS),
                        () -> builder.http(address));
        BrowserRules.HEADERS.forEach(builder::setHeader);
        return builder.workerGroup(EVENT_LOOPS)
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
        return server.activeLocalPort(
                config.tls().isPresent() ? SessionProtocol.HTTPS : SessionProtocol.HTTP);
    }

    /** The base of all routes, as other machines reach it where it is bound beyond loopback. */
    public String url() {
        if (config.url().isPresent()) {
            return config.url().get().toString();
        }
        String host =
                (config.bind().isAnyLocalAddress() ? OwnAddress.find() : config.bind())
                        .getHostAddress();
        return "%s://%s:%d"
                .formatted(
                        config.tls().isPresent() ? "https" : "http",
                        host.indexOf(':') >= 0 ? "[" + host + "]" : host,
                        port());
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
        secrets.close();
    }
}
