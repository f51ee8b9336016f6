package dev.homeport.agent.routers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.homeport.agent.config.RoutersConfig;
import dev.homeport.agent.routers.RouterClient.Outcome;
import dev.homeport.agent.watch.Attribution;
import dev.homeport.agent.watch.Attribution.AroundRouters;
import dev.homeport.agent.watch.Attribution.Question;
import dev.homeport.agent.watch.Attribution.Ruling;
import dev.homeport.agent.watch.Attribution.ThroughRouter;
import dev.homeport.agent.watch.Attribution.Unknown;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.TableName;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes of answers, those included that routers of today do not give. */
final class RouterAttributionTest {
    private static final Instant AT = Instant.parse("2026-11-14T12:00:00Z");
    private static final TableName ORDERS = new TableName("p42", "orders");

    private final List<HttpServer> servers = new ArrayList<>();
    private final List<RouterReport> routers = new ArrayList<>();
    private List<InstanceId> instances = List.of(new InstanceId("db1"));
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    /** A router that says that, in its own port. */
    private HttpServer router(String id, int status, String body) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.add(
                            exchange.getRequestURI()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization"));
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        servers.add(server);
        register(id, "http://127.0.0.1:" + server.getAddress().getPort());
        return server;
    }

    /** It answers that from now on. */
    private static void answers(HttpServer server, UnaryOperator<String> body) {
        server.removeContext("/");
        server.createContext(
                "/",
                exchange -> {
                    byte[] bytes =
                            body.apply(exchange.getRequestURI().toString())
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    private void register(String id, String url) {
        routers.add(
                new RouterReport(
                        new RouterId(id), "", url, "", AT, List.of(), 0, List.of(), Map.of()));
    }

    private List<Attribution.Answer> ask(Question... questions) {
        try (var client =
                new RouterClient(
                        () -> routers,
                        new RoutersConfig(Optional.of(new Secret("open sesame")), List.of()),
                        Duration.ofSeconds(5),
                        outcomes::add)) {
            return new RouterAttribution(new ClusterId("c1"), () -> instances, client)
                    .of(List.of(questions));
        }
    }

    private static Question question(long thread) {
        return new Question(new InstanceId("db1"), thread, AT, List.of(ORDERS));
    }

    private static String thread(String statements) {
        return """
        {"threads": [{"threadId": 57, "project": "p42", "user": "app", "client": "10.0.0.7:5",
                      "open": false, "later": 1, "statements": [%s]}]}
        """
                .formatted(statements);
    }

    private static String statement(String ruling, String outcome, String table, Instant at) {
        return """
        {"sentAt": "%s", "at": "%s", "ruling": "%s", "outcome": "%s", "schema": "",
         "tables": [{"schema": "P42", "table": "%s"}]}
        """
                .formatted(at, at, ruling, outcome, table);
    }

    @ParameterizedTest
    @CsvSource({
        "allowed, executed, ALLOWED",
        "allowed, running, ALLOWED",
        "observed, executed, OBSERVED",
        "kept, quarantined, QUARANTINED",
        "approved, executed, APPROVED",
        "announced, unknown, ANNOUNCED",
        "allowed, failed, UNSEEN",
        "refused, refused, UNSEEN",
        "of-a-later-version, executed, UNSEEN"
    })
    void theRouterThatKnowsTheThreadSaysWhy(String ruling, String outcome, Ruling expected)
            throws IOException {
        // Given
        router("r1", 200, "{\"threads\": []}");
        router("r2", 200, thread(statement(ruling, outcome, "ORDERS", AT.plusSeconds(2))));

        // When
        List<Attribution.Answer> answers = ask(question(57));

        // Then
        assertThat(answers)
                .containsExactly(new ThroughRouter("p42", "app", "10.0.0.7:5", "r2", expected));
        assertThat(asked)
                .containsOnly(
                        "/v1/attribution?cluster=c1&instance=db1&threads=57 Bearer open sesame");
        assertThat(outcomes).containsExactly(Outcome.ANSWERED, Outcome.ANSWERED);
    }

    @Test
    void aStatementOfOtherTablesOrOfAnotherTimeIsNotIt() throws IOException {
        // Given
        router(
                "r1",
                200,
                thread(
                        statement("allowed", "executed", "invoices", AT)
                                + ","
                                + statement(
                                        "allowed", "executed", "orders", AT.minusSeconds(3600))));

        // When, then
        assertThat(ask(question(57)))
                .containsExactly(
                        new ThroughRouter("p42", "app", "10.0.0.7:5", "r1", Ruling.UNSEEN));
    }

    @Test
    void theNewestStatementOfThatTableCounts() throws IOException {
        // Given
        router(
                "r1",
                200,
                thread(
                        statement("kept", "quarantined", "orders", AT.minusSeconds(60))
                                + ","
                                + statement("allowed", "executed", "orders", AT)));

        // When, then
        assertThat(ask(question(57)))
                .containsExactly(
                        new ThroughRouter("p42", "app", "10.0.0.7:5", "r1", Ruling.ALLOWED));
    }

    @Test
    void whatNobodyKnowsWentAroundOnlyIfEverybodyAnswered() throws IOException {
        // Given
        router("r1", 200, "{\"threads\": []}");

        // When, then
        assertThat(ask(question(1), question(2)))
                .containsExactly(new AroundRouters(), new AroundRouters());

        // Given
        router("r2", 401, "{}");
        router("r3", 404, "{}");
        router("r4", 200, "no JSON");
        register("r5", "http://127.0.0.1:1");
        register("r6", "nowhere");

        // When, then
        assertThat(ask(question(1)))
                .containsExactly(
                        new Unknown(
                                "no answer from r2 (refused), r3 (unknown-question), r4 (away),"
                                        + " r5 (away), r6 (away)"));
    }

    @Test
    void whatIsFromBeforeAFailoverIsAskedUnderTheOldPrimaryToo() throws IOException {
        // Given
        instances = List.of(new InstanceId("db1"), new InstanceId("db2"));
        HttpServer server = router("r1", 200, "{\"threads\": []}");
        String found = thread(statement("allowed", "executed", "orders", AT));
        String other = thread("");

        // When, then
        answers(server, uri -> uri.contains("db2") ? found : "{\"threads\": []}");
        assertThat(ask(question(57)))
                .containsExactly(
                        new ThroughRouter("p42", "app", "10.0.0.7:5", "r1", Ruling.ALLOWED));
        answers(server, uri -> uri.contains("db2") ? other : "{\"threads\": []}");
        assertThat(ask(question(57))).containsExactly(new AroundRouters());
    }

    @Test
    void manyThreadsAreAskedInPortions() throws IOException {
        // Given
        router("r1", 200, "{\"threads\": []}");

        // When
        List<Attribution.Answer> answers =
                ask(
                        LongStream.range(0, 250)
                                .mapToObj(RouterAttributionTest::question)
                                .toArray(Question[]::new));

        // Then
        assertThat(answers).hasSize(250).containsOnly(new AroundRouters());
        assertThat(asked).hasSize(3);
    }
}
