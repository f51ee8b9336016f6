package dev.homeport.agent.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.homeport.agent.config.WebhookConfig;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class IncidentNewsTest {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final Instant T0 = Instant.parse("2026-11-14T12:00:00Z");

    private final List<String> told = new CopyOnWriteArrayList<>();
    private HttpServer receiver;
    private Webhook webhook;
    private boolean leads = true;
    private IncidentNews news;

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/",
                exchange -> {
                    JsonNode json = new ObjectMapper().readTree(exchange.getRequestBody());
                    told.add(json.path("event").asText() + " " + json.path("id").asText());
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        receiver.start();
        webhook =
                new Webhook(
                        new WebhookConfig(
                                URI.create("http://127.0.0.1:" + receiver.getAddress().getPort()),
                                new Secret("a secret of the tests"),
                                Duration.ofSeconds(5),
                                Duration.ofHours(1)),
                        Clock.systemUTC(),
                        outcome -> {});
        webhook.start();
        news = agent();
    }

    @AfterEach
    void stop() {
        webhook.close();
        receiver.stop(0);
    }

    private IncidentNews agent() {
        return new IncidentNews(
                C1,
                () -> leads,
                Optional.of(webhook),
                Duration.ofHours(1),
                Clock.fixed(T0, ZoneOffset.UTC));
    }

    private static Incident incident(String id, String cluster, Instant opened, int lost) {
        return new Incident(
                new IncidentId(id),
                IncidentKind.SUSPICIOUS_DROP,
                new ClusterId(cluster),
                new IncidentScope(Set.of(new ProjectId("p1")), List.of(), List.of(), false),
                IncidentLimit.ALERT,
                opened,
                opened,
                Optional.empty(),
                "",
                lost,
                -1,
                List.of(),
                Optional.empty());
    }

    private static FleetSnapshot fleet(Incident... incidents) {
        return new FleetSnapshot(
                Map.of(),
                PlacementMap.EMPTY,
                PlacementPolicy.DEFAULT,
                GuardState.DEFAULT,
                List.of(incidents),
                1,
                T0);
    }

    private void awaitTold(String... all) {
        await().untilAsserted(() -> assertThat(told).containsExactly(all));
    }

    @Test
    void eachChangeIsToldOnceWhoeverMadeIt() {
        // When
        news.onFleet(fleet(incident("i1", "c1", T0, 1), incident("i2", "c2", T0, 1)));
        awaitTold("opened i1");
        news.onFleet(fleet(incident("i1", "c1", T0, 1)));
        news.onFleet(fleet(incident("i1", "c1", T0, 2)));
        awaitTold("opened i1", "amended i1");
        assertThat(news.open()).isEqualTo(1);
        news.onFleet(fleet());
        news.onFleet(fleet());

        // Then
        awaitTold("opened i1", "amended i1", "closed i1");
        assertThat(news.open()).isZero();
    }

    @Test
    void whoTakesOverTellsAgainWhatIsNotOldAndThenAllThatChanges() {
        // Given
        leads = false;
        Incident old = incident("i0", "c1", T0.minusSeconds(7200), 1);
        Incident recent = incident("i1", "c1", T0.minusSeconds(60), 1);
        news.onFleet(fleet(old, recent));
        assertThat(news.open()).isZero();

        // When
        leads = true;
        news.onFleet(fleet(old, recent));
        awaitTold("opened i1");
        news.onFleet(fleet(recent));

        // Then
        awaitTold("opened i1", "closed i0");
    }
}
