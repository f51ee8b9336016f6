package dev.homeport.agent.http;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.homeport.agent.config.AdminConfig;
import dev.homeport.agent.probe.InstanceFacts;
import dev.homeport.topology.InstanceId;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics}, {@code /health/live}, {@code /health/ready} and {@code /v1/instances},
 * which is what the instances said last, before any judgement.
 */
public final class AgentHttpServer implements AutoCloseable {
    private static final MediaType PROMETHEUS_TEXT =
            MediaType.parse("text/plain; version=0.0.4; charset=utf-8");
    private static final Duration GRACE = Duration.ofMillis(200);

    private final Server server;

    private AgentHttpServer(Server server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param notReady why the agent is not ready; empty when it is
     * @throws IllegalStateException if the address cannot be bound
     */
    public static AgentHttpServer start(
            AdminConfig config,
            PrometheusMeterRegistry metrics,
            Supplier<Optional<String>> notReady,
            Supplier<Map<InstanceId, InstanceFacts>> facts) {
        ServerBuilder builder = Server.builder();
        builder.http(new InetSocketAddress(config.bind(), config.port()));
        builder.gracefulShutdownTimeout(GRACE, GRACE);
        builder.service(
                "/metrics",
                (ctx, request) ->
                        HttpResponse.of(HttpStatus.OK, PROMETHEUS_TEXT, metrics.scrape()));
        builder.service("/health/live", (ctx, request) -> text(HttpStatus.OK, "live"));
        builder.service("/health/ready", (ctx, request) -> ready(notReady.get()));
        builder.service(
                "/v1/instances",
                (ctx, request) ->
                        HttpResponse.of(
                                HttpStatus.OK, MediaType.JSON_UTF_8, FactsJson.of(facts.get())));
        Server server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "cannot listen on %s port %d: %s"
                            .formatted(config.bind(), config.port(), e.getCause().getMessage()),
                    e);
        }
        return new AgentHttpServer(server);
    }

    private static HttpResponse ready(Optional<String> notReady) {
        return notReady.map(why -> text(HttpStatus.SERVICE_UNAVAILABLE, why))
                .orElseGet(() -> text(HttpStatus.OK, "ready"));
    }

    private static HttpResponse text(HttpStatus status, String text) {
        return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, text + "\n");
    }

    @Override
    public void close() {
        server.stop().join();
    }
}
