package dev.homeport.agent.watch.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.agent.config.WebhookConfig;
import dev.homeport.quarantine.HeldTable;
import dev.homeport.quarantine.PurgePlan;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.Words;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts each incident as JSON when it is opened, when it becomes more, and when it is closed, and
 * what leaves the quarantine before its time. Never blocks whoever tells it. What cannot be
 * delivered is tried again with growing pauses, up to a limit; of several states of one incident
 * that wait only the last goes out.
 *
 * <p>Each request has {@code X-Homeport-Timestamp} (seconds), {@code X-Homeport-Delivery} (the same
 * for each attempt) and {@code X-Homeport-Signature: sha256=} with the HMAC of {@code
 * <timestamp>.<body>} in hexadecimal digits. A receiver recomputes it, compares in constant time
 * and refuses timestamps that are minutes old, so that nobody can replay a request.
 */
public final class Webhook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhook.class);

    private static final int MOST_WAITING = 1_000;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PAUSE = Duration.ofMinutes(1);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What came of one attempt, or of a message. */
    public enum Outcome {
        DELIVERED,
        /** This attempt failed; another one follows. */
        FAILED,
        /** Given up: too many wait, or it took too long. */
        DROPPED
    }

    /** What happened to the incident. */
    public enum Event {
        OPENED,
        AMENDED,
        CLOSED,
        /** No incident: a table has left the quarantine before its time. */
        PURGED
    }

    private record Message(String key, String delivery, String body, Instant giveUp) {}

    private final WebhookConfig config;
    private final Clock clock;
    private final Consumer<Outcome> listener;
    private final Duration firstPause;
    private final HttpClient client;
    private final Thread thread;
    private final Map<String, Message> waiting = new LinkedHashMap<>(); // guarded by itself
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /**
     * @param listener is told on the webhook's thread
     */
    public Webhook(WebhookConfig config, Clock clock, Consumer<Outcome> listener) {
        this(config, clock, listener, FIRST_PAUSE);
    }

    Webhook(WebhookConfig config, Clock clock, Consumer<Outcome> listener, Duration firstPause) {
        this.config = config;
        this.clock = clock;
        this.listener = listener;
        this.firstPause = firstPause;
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(config.timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
        this.thread = Thread.ofPlatform().daemon().name("webhook").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Tells of an incident. */
    public void tell(Event event, Incident incident) {
        ObjectNode body = incident(incident);
        body.put("event", Words.of(event));
        enqueue(incident.id().value(), body);
    }

    /** Tells that an incident is closed. */
    public void closed(ClusterId cluster, IncidentId id) {
        ObjectNode body = MAPPER.createObjectNode();
        body.put("event", Words.of(Event.CLOSED));
        body.put("id", id.value());
        body.put("cluster", cluster.value());
        enqueue(id.value(), body);
    }

    /** Tells that a table has left the quarantine for good before its time, and why. */
    public void purged(ClusterId cluster, PurgePlan.Purge purge) {
        HeldTable table = purge.table();
        ObjectNode body = MAPPER.createObjectNode();
        body.put("event", Words.of(Event.PURGED));
        body.put("cluster", cluster.value());
        body.put("project", table.project().value());
        body.put("table", table.table().toString());
        body.put("number", table.id());
        body.put("droppedAt", table.droppedAt().toString());
        body.put("keepUntil", table.keepUntil().toString());
        body.put("bytes", table.bytes());
        body.put("reason", Words.of(purge.reason()));
        enqueue("purged " + table.id(), body);
    }

    private static ObjectNode incident(Incident incident) {
        ObjectNode body = MAPPER.createObjectNode();
        body.put("id", incident.id().value());
        body.put("kind", Words.of(incident.kind()));
        body.put("cluster", incident.cluster().value());
        body.put("limit", Words.of(incident.limit()));
        body.put("opened", incident.opened().toString());
        body.put("happened", incident.happened().toString());
        incident.gtidBefore().ifPresent(gtid -> body.put("gtidBefore", gtid));
        body.put("actor", incident.actor());
        body.put("tablesLost", incident.tablesLost());
        body.put("rowsLost", incident.rowsLost());
        body.put("wholeCluster", incident.scope().wholeCluster());
        ArrayNode projects = body.putArray("projects");
        incident.scope().projects().forEach(project -> projects.add(project.value()));
        ArrayNode tenants = body.putArray("tenants");
        incident.scope().tenants().forEach(tenants::add);
        ArrayNode tables = body.putArray("tables");
        incident.scope().tables().forEach(table -> tables.add(table.toString()));
        ArrayNode evidence = body.putArray("evidence");
        incident.evidence().forEach(evidence::add);
        return body;
    }

    private void enqueue(String key, ObjectNode body) {
        var message =
                new Message(
                        key,
                        UUID.randomUUID().toString(),
                        text(body),
                        clock.instant().plus(config.giveUpAfter()));
        boolean isFull;
        synchronized (waiting) {
            isFull = waiting.size() >= MOST_WAITING && !waiting.containsKey(key);
            if (!isFull) {
                // Keeps its place in the order; the newest state is what people need.
                waiting.put(key, message);
                waiting.notifyAll();
            }
        }
        if (isFull) {
            drop(message);
        }
    }

    private static String text(ObjectNode body) {
        try {
            return MAPPER.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values cannot be written", e);
        }
    }

    private void run() {
        Duration pause = firstPause;
        while (!isClosed.get()) {
            try {
                Message next = next();
                if (deliver(next)) {
                    pause = firstPause;
                    remove(next);
                    listener.accept(Outcome.DELIVERED);
                } else if (clock.instant().isAfter(next.giveUp())) {
                    remove(next);
                    drop(next);
                } else {
                    listener.accept(Outcome.FAILED);
                    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                    Duration doubled = pause.multipliedBy(2);
                    pause = doubled.compareTo(LAST_PAUSE) > 0 ? LAST_PAUSE : doubled;
                }
            } catch (InterruptedException e) {
                log.trace("closed");
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("webhook failed");
            }
        }
    }

    private Message next() throws InterruptedException {
        synchronized (waiting) {
            while (waiting.isEmpty()) {
                waiting.wait();
            }
            return waiting.values().iterator().next();
        }
    }

    /** Unless a newer one has taken its place. */
    private void remove(Message message) {
        synchronized (waiting) {
            waiting.remove(message.key(), message);
        }
    }

    private void drop(Message message) {
        log.atError().addKeyValue("message", message.key()).log("nobody was told by webhook");
        listener.accept(Outcome.DROPPED);
    }

    private boolean deliver(Message message) throws InterruptedException {
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest request =
                HttpRequest.newBuilder(config.url())
                        .timeout(config.timeout())
                        .header("Content-Type", "application/json")
                        .header("X-Homeport-Timestamp", timestamp)
                        .header("X-Homeport-Delivery", message.delivery())
                        .header("X-Homeport-Signature", "sha256=" + hmac(timestamp, message.body()))
                        .POST(HttpRequest.BodyPublishers.ofString(message.body()))
                        .build();
        try {
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 == 2) {
                return true;
            }
            log.atWarn().addKeyValue("status", status).log("the webhook's receiver refuses");
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("error", e.getClass().getSimpleName())
                    .log("the webhook's receiver cannot be reached");
        }
        return false;
    }

    private String hmac(String timestamp, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            byte[] key = config.secret().value().getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] signed = (timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(mac.doFinal(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it. What waits is not delivered; the incident itself stands in ZooKeeper. */
    @Override
    public void close() {
        isClosed.set(true);
        thread.interrupt();
        client.shutdownNow();
    }
}
