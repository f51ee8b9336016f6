package dev.homeport.agent.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.homeport.agent.config.WebhookConfig;
import dev.homeport.agent.watch.notify.Webhook.Event;
import dev.homeport.agent.watch.notify.Webhook.Outcome;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WebhookTest {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final Instant T0 = Instant.parse("2026-11-14T12:00:00Z");
    private static final String SECRET = "a secret of the tests";

    private record Received(
            String timestamp, String signature, String delivery, String type, String body) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(200);
    private HttpServer receiver;
    private Webhook webhook;

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", this::receive);
        receiver.start();
    }

    @AfterEach
    void stop() {
        if (webhook != null) {
            webhook.close();
        }
        receiver.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        received.add(
                new Received(
                        headers.getFirst("X-Homeport-Timestamp"),
                        headers.getFirst("X-Homeport-Signature"),
                        headers.getFirst("X-Homeport-Delivery"),
                        headers.getFirst("Content-Type"),
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
        exchange.sendResponseHeaders(status.get(), -1);
        exchange.close();
    }

    private void startWebhook(Duration giveUpAfter) {
        webhook =
                new Webhook(
                        new WebhookConfig(
                                URI.create(
                                        "http://127.0.0.1:%d/hook"
                                                .formatted(receiver.getAddress().getPort())),
                                new Secret(SECRET),
                                Duration.ofSeconds(2),
                                giveUpAfter),
                        Clock.systemUTC(),
                        outcomes::add,
                        Duration.ofMillis(20));
        webhook.start();
    }

    private static Incident incident(String id, int tables) {
        return new Incident(
                new IncidentId(id),
                IncidentKind.DATA_LOSS,
                C1,
                new IncidentScope(
                        Set.of(new ProjectId("p1")),
                        List.of("7"),
                        List.of(new TableName("s", "t\"1")),
                        false),
                IncidentLimit.CONTAIN,
                T0,
                T0,
                Optional.of("0-1-7"),
                "not through a router (thread 7)",
                tables,
                -1,
                List.of("binary log: DROP TABLE of 2 tables in s"),
                Optional.empty());
    }

    private static String hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void postsASignedIncident() throws Exception {
        // Given
        startWebhook(Duration.ofMinutes(1));

        // When
        webhook.tell(Event.OPENED, incident("i1", 2));
        await().until(() -> outcomes.contains(Outcome.DELIVERED));

        // Then
        Received one = received.getFirst();
        assertThat(one.type()).isEqualTo("application/json");
        assertThat(one.signature()).isEqualTo("sha256=" + hmac(one.timestamp() + "." + one.body()));
        assertThat(Long.parseLong(one.timestamp()))
                .isCloseTo(
                        Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(60L));
        assertThat(one.body())
                .contains("\"event\":\"opened\"")
                .contains("\"id\":\"i1\"")
                .contains("\"limit\":\"contain\"")
                .contains("\"projects\":[\"p1\"]")
                .contains("\"tables\":[\"s.t\\\"1\"]")
                .contains("\"gtidBefore\":\"0-1-7\"")
                .contains("\"tablesLost\":2")
                .doesNotContain(SECRET);
    }

    @Test
    void triesAgainUnderTheSameNameUntilSomebodyListens() {
        // Given
        status.set(503);
        startWebhook(Duration.ofMinutes(1));

        // When
        webhook.tell(Event.OPENED, incident("i1", 2));
        await().until(() -> received.size() >= 3);
        status.set(204);
        await().until(() -> outcomes.contains(Outcome.DELIVERED));

        // Then
        assertThat(received.stream().map(Received::delivery).distinct()).hasSize(1);
        assertThat(outcomes).contains(Outcome.FAILED);
    }

    @Test
    void aRedirectIsARefusalAndLeadsNowhere() {
        // Given
        status.set(302);
        startWebhook(Duration.ofMinutes(1));

        // When
        webhook.tell(Event.OPENED, incident("i1", 2));

        // Then
        await().until(() -> outcomes.contains(Outcome.FAILED));
        assertThat(outcomes).doesNotContain(Outcome.DELIVERED);
    }

    @Test
    void ofSeveralStatesThatWaitTheLastGoesOut() {
        // Given
        status.set(500);
        startWebhook(Duration.ofMinutes(1));
        webhook.tell(Event.OPENED, incident("i1", 2));
        await().until(() -> received.size() >= 1);

        // When
        for (int i = 3; i < 500; i++) {
            webhook.tell(Event.AMENDED, incident("i1", i));
        }
        webhook.closed(C1, new IncidentId("i1"));
        webhook.tell(Event.OPENED, incident("i2", 1));
        status.set(200);
        await().until(() -> outcomes.stream().filter(Outcome.DELIVERED::equals).count() >= 2);

        // Then
        List<String> bodies = received.stream().map(Received::body).toList();
        assertThat(bodies.getLast()).contains("\"id\":\"i2\"");
        assertThat(bodies).anyMatch(body -> body.contains("\"event\":\"closed\""));
        assertThat(bodies.size()).isLessThan(100);
    }

    @Test
    void givesUpInTheEnd() {
        // Given
        status.set(500);
        startWebhook(Duration.ZERO);

        // When
        webhook.tell(Event.OPENED, incident("i1", 2));

        // Then
        await().until(() -> outcomes.contains(Outcome.DROPPED));
    }

    @Test
    void neverBlocksAndDropsWhatIsTooMuch() {
        // Given: nobody listens
        receiver.stop(0);
        startWebhook(Duration.ofMinutes(1));

        // When
        for (int i = 0; i < 1200; i++) {
            webhook.tell(Event.OPENED, incident("i" + i, 2));
        }

        // Then
        assertThat(outcomes.stream().filter(Outcome.DROPPED::equals).count()).isBetween(190L, 210L);
    }
}
