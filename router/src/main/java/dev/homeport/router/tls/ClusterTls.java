package dev.homeport.router.tls;

import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.router.routing.Route;
import dev.homeport.router.session.BackendSession;
import dev.homeport.router.session.InstanceTls;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.TlsMode;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with instances. Clusters that ask the same of certificates share what is kept for resuming
 * sessions, which goes by host and port. Thread-safe.
 */
public final class ClusterTls implements InstanceTls {
    private static final Logger log = LoggerFactory.getLogger(ClusterTls.class);

    private final TlsFiles config;
    private final LongAdder resumed = new LongAdder();
    private final Map<Demand, SslContext> contexts = new ConcurrentHashMap<>();

    /** What is asked of a certificate. */
    private record Demand(Strictness strictness, Optional<String> authority) {
        static Demand of(BackendLink link) {
            Strictness strictness =
                    switch (link.tls()) {
                        case FOLLOW, OFF, PREFERRED, REQUIRED -> Strictness.NOTHING;
                        case VERIFY_CA -> Strictness.AUTHORITY;
                        case VERIFY_IDENTITY -> Strictness.AUTHORITY_AND_NAME;
                    };
            return new Demand(
                    strictness,
                    strictness == Strictness.NOTHING ? Optional.empty() : link.authority());
        }
    }

    private enum Strictness {
        NOTHING,
        AUTHORITY,
        AUTHORITY_AND_NAME
    }

    private ClusterTls(TlsFiles config) {
        this.config = config;
    }

    /**
     * Reads the files of the configuration.
     *
     * @throws IOException if one cannot be read or used
     */
    public static ClusterTls load(TlsFiles config) throws IOException {
        var tls = new ClusterTls(config);
        try {
            tls.contexts.put(
                    new Demand(Strictness.AUTHORITY, Optional.empty()),
                    tls.build(new Demand(Strictness.AUTHORITY, Optional.empty())));
            tls.contextOf(new Demand(Strictness.NOTHING, Optional.empty()));
        } catch (SSLException | IllegalArgumentException | UncheckedIOException e) {
            throw new IOException("files of backend.tls cannot be used: " + e.getMessage(), e);
        }
        return tls;
    }

    /** How many handshakes resumed a session. */
    public long resumed() {
        return resumed.sum();
    }

    /** Makes what the clusters of that picture need, so that no event loop has to. */
    public void prepare(FleetSnapshot fleet) {
        for (ClusterSnapshot cluster : fleet.clusters().values()) {
            if (cluster.definition().link().tls() != TlsMode.OFF) {
                try {
                    contextOf(Demand.of(cluster.definition().link()));
                } catch (UncheckedIOException e) {
                    log.atWarn()
                            .addKeyValue("cluster", cluster.id())
                            .addKeyValue("reason", e.getMessage())
                            .log("TLS to a cluster cannot be set up");
                }
            }
        }
    }

    @Override
    public void start(Channel channel, Route route, BackendSession session) {
        SslHandler handler;
        try {
            handler =
                    contextOf(Demand.of(route.link()))
                            .newHandler(
                                    channel.alloc(),
                                    route.instance().host(),
                                    route.instance().port());
        } catch (UncheckedIOException e) {
            session.onTlsFailed(e.getCause());
            return;
        }
        handler.setHandshakeTimeoutMillis(0); // the session has a deadline for the whole login
        channel.pipeline().addFirst(Provider.HANDLER, handler);
        long begun = System.currentTimeMillis();
        handler.handshakeFuture()
                .addListener(
                        done -> {
                            if (done.isSuccess()) {
                                // A session that is resumed is as old as its first handshake.
                                if (handler.engine().getSession().getCreationTime() < begun) {
                                    resumed.increment();
                                }
                                session.onTlsEstablished();
                            } else {
                                session.onTlsFailed(done.cause());
                            }
                        });
    }

    private SslContext contextOf(Demand demand) {
        return contexts.computeIfAbsent(
                demand,
                missing -> {
                    try {
                        return build(missing);
                    } catch (SSLException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private SslContext build(Demand demand) throws SSLException {
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(Provider.BEST)
                        .protocols(Provider.VERSIONS)
                        .endpointIdentificationAlgorithm(
                                demand.strictness == Strictness.AUTHORITY_AND_NAME
                                        ? "HTTPS"
                                        : null);
        if (demand.strictness == Strictness.NOTHING) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (demand.authority.isPresent()) {
            byte[] pem = demand.authority.get().getBytes(StandardCharsets.US_ASCII);
            builder.trustManager(new ByteArrayInputStream(pem));
        } else {
            config.authority().ifPresent(file -> builder.trustManager(file.toFile()));
        }
        if (config.certificate().isPresent()) {
            builder.keyManager(
                    config.certificate().get().toFile(), config.key().orElseThrow().toFile());
        }
        return builder.build();
    }
}
