package dev.homeport.agent.routers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this agent leads, asks all routers again and again how often clients of each project were
 * told within the last minute that a table does not exist: {@code GET /v1/missing-tables}. On a
 * thread of its own.
 */
public final class MissingTablePoll implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MissingTablePoll.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final ClusterId cluster;
    private final RouterClient routers;
    private final BooleanSupplier leads;
    private final Consumer<Map<ProjectId, Integer>> listener;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("missing-tables").factory());

    /**
     * @param leads whether this agent leads at the moment
     * @param listener gets the sums over all routers; must not block
     */
    public MissingTablePoll(
            ClusterId cluster,
            RouterClient routers,
            BooleanSupplier leads,
            Consumer<Map<ProjectId, Integer>> listener) {
        this.cluster = cluster;
        this.routers = routers;
        this.leads = leads;
        this.listener = listener;
    }

    public void start() {
        executor.scheduleWithFixedDelay(
                this::poll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void poll() {
        try {
            if (leads.getAsBoolean()) {
                listener.accept(sums());
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("asking routers for missing tables failed");
        }
    }

    private Map<ProjectId, Integer> sums() {
        Map<ProjectId, Integer> sums = new HashMap<>();
        String name = URLEncoder.encode(cluster.value(), StandardCharsets.UTF_8);
        routers.ask("/v1/missing-tables?cluster=" + name)
                .values()
                .forEach(reply -> reply.json().ifPresent(json -> add(json, sums)));
        return sums;
    }

    private static void add(JsonNode json, Map<ProjectId, Integer> sums) {
        json.path("projects")
                .properties()
                .forEach(
                        entry ->
                                ProjectId.parse(entry.getKey())
                                        .ifPresent(
                                                project ->
                                                        sums.merge(
                                                                project,
                                                                entry.getValue().asInt(),
                                                                Integer::sum)));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
