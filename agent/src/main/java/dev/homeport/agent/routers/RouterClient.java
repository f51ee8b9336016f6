package dev.homeport.agent.routers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.ResponseTimeoutMode;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.WebClientRequestPreparation;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import dev.homeport.agent.config.RoutersConfig;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.fields.Secret;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all routers that are registered the same question at once. An event loop of its own; answers
 * have a deadline and a largest size. Thread-safe.
 */
public final class RouterClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouterClient.class);

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_ANSWER_BYTES = 4 << 20;
    private static final long COMPLAINT_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<Collection<RouterReport>> routers;
    private final Optional<Secret> token;
    private final Duration deadline;
    private final Consumer<Outcome> listener;
    private final ClientFactory factory;
    private final WebClient client;
    private final Map<RouterId, Long> complained = new ConcurrentHashMap<>();
    private final Set<RouterId> refusing = ConcurrentHashMap.newKeySet();

    /** What came of a question to one router. */
    public enum Outcome {
        ANSWERED,
        /** It does not take the agent's token. */
        REFUSED,
        /** It does not know the question: an older version. */
        UNKNOWN_QUESTION,
        /** No answer in time, or none that makes sense. */
        AWAY
    }

    /**
     * What one router said.
     *
     * @param json empty unless it answered
     */
    public record Reply(Outcome outcome, Optional<JsonNode> json) {}

    /**
     * @param routers those that are registered at the moment
     * @param config what the agent shows, and whom it believes
     * @param deadline from the question to the last answer
     * @param listener is told on any thread
     */
    public RouterClient(
            Supplier<Collection<RouterReport>> routers,
            RoutersConfig config,
            Duration deadline,
            Consumer<Outcome> listener) {
        this.routers = routers;
        this.token = config.token();
        this.deadline = deadline;
        this.listener = listener;
        this.factory = factory(config, deadline);
        this.client =
                WebClient.builder()
                        .factory(factory)
                        .responseTimeout(deadline)
                        .responseTimeoutMode(ResponseTimeoutMode.FROM_START)
                        .maxResponseLength(MOST_ANSWER_BYTES)
                        .build();
    }

    private static ClientFactory factory(RoutersConfig config, Duration deadline) {
        ClientFactoryBuilder builder =
                ClientFactory.builder()
                        .workerGroup(1)
                        // Longer than any question: its own deadline is what ends it.
                        .connectTimeout(deadline.multipliedBy(2))
                        .idleTimeout(IDLE_TIMEOUT)
                        // Armeria's own meters go nowhere: its default registry is a global one.
                        .meterRegistry(new CompositeMeterRegistry());
        if (!config.authorities().isEmpty()) {
            builder.tlsCustomizer(context -> context.trustManager(config.authorities()));
        }
        return builder.build();
    }

    /** Asks all, and waits for the last answer or the deadline. Blocking. */
    public Map<RouterId, Reply> ask(String pathAndQuery) {
        Map<RouterId, CompletableFuture<Reply>> asked = new LinkedHashMap<>();
        for (RouterReport router : routers.get()) {
            asked.put(router.id(), ask(router, pathAndQuery));
        }
        Map<RouterId, Reply> replies = new LinkedHashMap<>();
        asked.forEach((router, reply) -> replies.put(router, reply.join()));
        return replies;
    }

    private CompletableFuture<Reply> ask(RouterReport router, String pathAndQuery) {
        return request(router.adminUrl() + pathAndQuery)
                .thenApply(response -> reply(router, response))
                // Armeria's deadline ends the request; this one is for what it does not cover.
                .completeOnTimeout(
                        new Reply(Outcome.AWAY, Optional.empty()),
                        deadline.toMillis(),
                        TimeUnit.MILLISECONDS)
                .exceptionally(
                        thrown -> {
                            complain(router, "cannot be reached: " + thrown);
                            return new Reply(Outcome.AWAY, Optional.empty());
                        })
                .whenComplete((reply, thrown) -> note(router.id(), reply.outcome()));
    }

    private void note(RouterId router, Outcome outcome) {
        if (outcome == Outcome.REFUSED) {
            refusing.add(router);
        } else if (outcome == Outcome.ANSWERED) {
            refusing.remove(router);
        }
        listener.accept(outcome);
    }

    /** What an operator has to mend, for people; empty where all is well. */
    public List<String> problems() {
        Set<RouterId> known =
                routers.get().stream().map(RouterReport::id).collect(Collectors.toSet());
        refusing.retainAll(known);
        return refusing.isEmpty()
                ? List.of()
                : List.of(
                        "data-loss watch: routers do not take the token in routers.tokenFile: %s"
                                .formatted(
                                        new TreeSet<>(
                                                refusing.stream().map(RouterId::value).toList())));
    }

    private CompletableFuture<AggregatedHttpResponse> request(String url) {
        try {
            WebClientRequestPreparation request = client.prepare().get(url);
            token.ifPresent(
                    secret ->
                            request.header(
                                    HttpHeaderNames.AUTHORIZATION, "Bearer " + secret.value()));
            return request.execute().aggregate();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e); // what it registered as its URL is none
        }
    }

    private Reply reply(RouterReport router, AggregatedHttpResponse response) {
        HttpStatus status = response.status();
        if (status.equals(HttpStatus.OK)) {
            try {
                JsonNode json = JSON.readTree(response.contentUtf8());
                return new Reply(Outcome.ANSWERED, Optional.ofNullable(json));
            } catch (JsonProcessingException e) {
                return failed(router, Outcome.AWAY, "its answer is no JSON");
            }
        }
        if (status.equals(HttpStatus.UNAUTHORIZED) || status.equals(HttpStatus.FORBIDDEN)) {
            return failed(
                    router,
                    Outcome.REFUSED,
                    "it answers %s: routers.tokenFile must name a token that its tokensFile has"
                            .formatted(status.codeAsText()));
        }
        return failed(
                router,
                status.equals(HttpStatus.NOT_FOUND) ? Outcome.UNKNOWN_QUESTION : Outcome.AWAY,
                "it answers " + status.codeAsText());
    }

    private Reply failed(RouterReport router, Outcome outcome, String why) {
        complain(router, why);
        return new Reply(outcome, Optional.empty());
    }

    private void complain(RouterReport router, String why) {
        long now = System.nanoTime();
        Long last = complained.get(router.id());
        if (last == null || now - last >= COMPLAINT_PAUSE_NANOS) {
            complained.put(router.id(), now);
            log.atWarn()
                    .addKeyValue("router", router.id())
                    .addKeyValue("reason", why)
                    .log("a router cannot be asked (said once a minute at most)");
        }
    }

    @Override
    public void close() {
        factory.close();
    }
}
