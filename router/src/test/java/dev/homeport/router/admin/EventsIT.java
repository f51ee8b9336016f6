package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TableName;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The feed of events over real HTTP. */
@Timeout(60)
final class EventsIT {
    private static final RouterId SELF = new RouterId("r1");
    private static final Clock CLOCK = Clock.fixed(FakeFleet.NOW, ZoneOffset.UTC);

    private final FakeFleet fleet =
            FakeFleet.empty()
                    .with("c1", Health.HEALTHY)
                    .withProject("p1", "c1", ProjectState.SERVING);
    private PlacementService placement;
    private AdminServer server;

    @BeforeEach
    void startServer() throws Exception {
        placement = PlacementService.withoutProvisioning(SELF, fleet, fleet, CLOCK);
        var parts =
                new AdminParts(
                        fleet,
                        fleet,
                        fleet,
                        fleet,
                        fleet,
                        placement,
                        Optional.empty(),
                        new SessionParts(
                                Map::of,
                                id -> Optional.empty(),
                                (cluster, instance, threadIds) -> Map.of(),
                                cluster -> Map.of()),
                        (user, schema, attributes, serverName, listener) -> {
                            throw new IllegalArgumentException("no listener in this test");
                        },
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        Optional::empty);
        server =
                AdminServer.start(
                        new AdminConfig(
                                InetAddress.getLoopbackAddress(),
                                0,
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.empty()),
                        SELF,
                        parts,
                        CLOCK);
    }

    @AfterEach
    void closeServer() {
        server.close();
        placement.close();
    }

    /** Somebody who listens, by hand: what an HTTP client does with a stream is its own affair. */
    private static final class Listener implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        final List<String> head = new ArrayList<>();

        Listener(int port, String... headers) throws IOException {
            socket = new Socket();
            socket.setReceiveBufferSize(8 * 1024);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            StringBuilder request = new StringBuilder("GET /v1/events HTTP/1.1\r\n");
            request.append("Host: 127.0.0.1\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            socket.getOutputStream()
                    .write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        Listener headRead() throws IOException {
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                head.add(line);
            }
            return this;
        }

        /** The next line that begins so; empty at the end of the stream. */
        Optional<String> next(String field) {
            try {
                String line = in.readLine();
                while (line != null && !line.startsWith(field)) {
                    line = in.readLine();
                }
                return Optional.ofNullable(line).map(one -> one.substring(field.length()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Listener listen(String... headers) throws IOException {
        return new Listener(server.port(), headers).headRead();
    }

    private void incident(String id) {
        fleet.with(Incidents.dataLoss(id, "c1", IncidentLimit.ALERT, "p1"));
    }

    @Test
    void tellsWhatHappensAsItHappens() throws Exception {
        try (Listener listener = listen()) {
            assertThat(listener.head.getFirst()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(listener.head).anyMatch(one -> one.contains("text/event-stream"));
            String before = listener.next("id:").orElseThrow();

            // When
            incident("i1");

            // Then
            String id = listener.next("id:").orElseThrow();
            assertThat(id).isNotEqualTo(before);
            assertThat(listener.next("event:")).contains("incident-opened");
            assertThat(listener.next("data:").orElseThrow())
                    .startsWith("{\"id\":\"i1\",\"state\":\"open\"")
                    .endsWith("}");

            // When
            fleet.closeIncident(new IncidentId("i1"), "somebody", "restored");
            try (Listener back = listen("Last-Event-ID: " + id)) {
                // Then
                assertThat(listener.next("event:")).contains("incident-closed");
                assertThat(back.next("event:")).contains("incident-closed");
            }
        }
    }

    @Test
    void whoAsksForWhatIsNotKnownHereHasToReadEverythingAnew() throws Exception {
        try (Listener listener = listen("Last-Event-ID: 0badcafe-17")) {
            assertThat(listener.next("event:")).contains("missed");
            assertThat(listener.next("data:").orElseThrow()).contains("/v1/incidents");
        }
    }

    @Test
    void pagesOfOtherSitesHearNothing() throws Exception {
        try (Listener listener = listen("Origin: http://evil.example")) {
            assertThat(listener.head.getFirst()).contains("403");
        }
    }

    @Test
    void oneTooManyIsToldSoUntilAnotherLeaves() throws Exception {
        // Given
        List<Listener> all = new ArrayList<>();
        for (int i = 0; i < EventFeed.MOST_LISTENERS; i++) {
            all.add(listen());
        }

        // When
        try (Listener more = listen()) {
            // Then
            assertThat(more.head.getFirst()).contains("503");
        }
        all.removeFirst().close();
        await().until(
                        () -> {
                            try (Listener more = listen()) {
                                return more.head.getFirst().contains("200");
                            }
                        });
        for (Listener listener : all) {
            listener.close();
        }
    }

    @Test
    void whoDoesNotReadIsCutOffAndTheOthersHearAll() throws Exception {
        // Given
        List<TableName> tables =
                IntStream.range(0, IncidentScope.MOST_TABLES)
                        .mapToObj(i -> new TableName("s".repeat(60), "t".repeat(58) + i))
                        .toList();
        int events = 2000;
        try (Listener slow = new Listener(server.port());
                Listener quick = listen()) {
            await().until(() -> quick.next("id:").isPresent());

            // When: several times what may wait for anybody
            var heardByQuick = new AtomicInteger();
            CompletableFuture<Void> reader =
                    CompletableFuture.runAsync(
                            () -> {
                                while (heardByQuick.get() < events
                                        && quick.next("data:").isPresent()) {
                                    heardByQuick.incrementAndGet();
                                }
                            });
            for (int i = 0; i < events; i++) {
                fleet.with(
                        Incidents.dataLoss(
                                "i1",
                                "c1",
                                i % 2 == 0 ? IncidentLimit.ALERT : IncidentLimit.CONTAIN,
                                new IncidentScope(Set.of(), List.of("n" + i), tables, false)));
                int sent = i;
                // At a pace that somebody who reads keeps up with.
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> reader.isDone() || sent - heardByQuick.get() < 100);
            }

            // Then
            reader.join();
            assertThat(heardByQuick).hasValue(events);
            slow.headRead();
            int heard = 0;
            while (endsIn(slow) == 0) {
                heard++;
            }
            assertThat(heard).isLessThan(events);
        }
    }

    /** 0 after another event. */
    private static int endsIn(Listener listener) {
        try {
            return listener.next("data:").isPresent() ? 0 : 1;
        } catch (UncheckedIOException e) {
            return 1;
        }
    }

    @Test
    void aServerThatClosesEndsTheStreams() throws Exception {
        try (Listener listener = listen()) {
            // When
            server.close();

            // Then
            assertThat(listener.next("event:")).isEmpty();
        }
    }

    @Test
    void sendsASignOfLifeWhereNothingHappens() throws Exception {
        try (Listener listener = listen()) {
            long begin = System.nanoTime();

            // When
            Optional<String> comment = listener.next(":");

            // Then
            assertThat(comment).isPresent();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));
        }
    }
}
