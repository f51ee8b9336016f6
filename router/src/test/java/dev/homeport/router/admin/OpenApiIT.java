package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.router.admin.OpenApiDocument.Operation;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The document says what the routes do, and the routes do what it says. */
final class OpenApiIT {
    /** What needs a database server, which this fleet does not have. */
    private static final Map<String, Integer> WITHOUT_SERVER =
            Map.of("placeProject", 409, "getQuarantine", 503, "undrop", 503);

    @TempDir private static Path directory;

    private final OpenApiDocument document = OpenApiDocument.load();

    @AfterAll
    static void awaitClosed() {
        AdminFixture.awaitClosed();
    }

    @Test
    void namesEveryRouteAndNoOther() throws Exception {
        try (AdminFixture fixture = AdminFixture.start(directory)) {
            // When
            Map<String, Endpoint> routes = byName(fixture.endpoints());
            Map<String, Operation> operations =
                    document.operations().stream()
                            .collect(Collectors.toMap(Operation::toString, one -> one));

            // Then
            assertThat(operations.keySet()).containsExactlyInAnyOrderElementsOf(routes.keySet());
            routes.forEach((name, route) -> assertSame(route, operations.get(name)));
        }
    }

    private static Map<String, Endpoint> byName(List<Endpoint> endpoints) {
        return endpoints.stream()
                .collect(
                        Collectors.toMap(
                                one -> one.method() + " " + one.path(),
                                one -> one,
                                (one, other) -> {
                                    throw new AssertionError("twice: " + one);
                                },
                                TreeMap::new));
    }

    private static void assertSame(Endpoint route, Operation operation) {
        String name = operation.toString();
        assertThat(operation.role()).as(name).isEqualTo(RolesTable.role(route));
        assertThat(operation.query()).as(name).containsExactlyInAnyOrderElementsOf(route.query());
        assertThat(operation.body().isPresent()).as(name).isEqualTo(route.hasBody());
        assertThat(operation.in("path").stream().map(one -> one.path("name").asText()))
                .as(name)
                .containsExactlyElementsOf(
                        route.path().contains("{id}") ? List.of("id") : List.of());
        assertThat(
                        operation.in("header").stream()
                                .anyMatch(one -> one.path("name").asText().equals("If-Match")))
                .as(name)
                .isEqualTo(route.isWrite() && EntityTags.areTakenBy(route));
        boolean isForAll = operation.json().path("security").isArray();
        assertThat(isForAll).as(name).isEqualTo(route.role().isEmpty());
    }

    @Test
    void saysNothingThatNothingRefersTo() {
        assertThat(document.unused()).isEmpty();
        assertThat(document.root().findValuesAsText("$ref"))
                .allMatch(text -> !document.root().at(text.substring(1)).isMissingNode());
        List<String> ids = document.root().findValuesAsText("operationId");
        assertThat(ids).doesNotHaveDuplicates().hasSize(document.operations().size());
    }

    @Test
    void isWhatTheRouterAnswersWith() throws Exception {
        try (AdminFixture fixture = AdminFixture.start(directory)) {
            // When
            Reply reply = fixture.as("").get("/v1/openapi.json");

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json()).isEqualTo(document.root());
        }
    }

    @TestFactory
    Stream<DynamicTest> everyExampleIsAnsweredAsDocumented() {
        return document.operations().stream()
                .map(
                        operation ->
                                DynamicTest.dynamicTest(
                                        operation.toString(), () -> assertExample(operation)));
    }

    private void assertExample(Operation operation) throws Exception {
        try (AdminFixture fixture = AdminFixture.start(directory)) {
            // When
            String token = operation.role().equals("peer") ? "peer" : "admin";
            Reply reply = send(operation, fixture.as(token));

            // Then
            assertThat(document.wrong(operation, reply)).as(reply.raw().body()).isEmpty();
            String id = operation.json().path("operationId").asText();
            if (WITHOUT_SERVER.containsKey(id)) {
                assertThat(reply.status()).isEqualTo(WITHOUT_SERVER.get(id));
            } else {
                assertThat(reply.status()).as(reply.raw().body()).isBetween(200, 299);
            }
        }
    }

    private static Reply send(Operation operation, HttpCaller caller) {
        String body = operation.body().map(one -> one.path("example").toString()).orElse("");
        return HttpCaller.send(
                caller.request(operation.example())
                        .header("Content-Type", "application/json")
                        .method(
                                operation.method(),
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body)));
    }

    @TestFactory
    Stream<DynamicTest> everyRefusalIsDocumented() {
        return document.operations().stream()
                .map(
                        operation ->
                                DynamicTest.dynamicTest(
                                        operation.toString(), () -> assertRefusals(operation)));
    }

    private void assertRefusals(Operation operation) throws Exception {
        try (AdminFixture fixture = AdminFixture.start(directory)) {
            String nothing = operation.path().replace("{id}", "none-of-that-name");
            for (String token : List.of("", "wrong", "peer", "viewer", "admin")) {
                for (String path : List.of(nothing, nothing + "?surely-unknown=1")) {
                    for (String type : List.of("application/json", "text/plain")) {
                        // When
                        Reply reply =
                                HttpCaller.send(
                                        fixture.as(token)
                                                .request(path)
                                                .header("Content-Type", type)
                                                .method(
                                                        operation.method(),
                                                        BodyPublishers.ofString("{}")));

                        // Then
                        assertThat(document.wrong(operation, reply))
                                .as("%s as \"%s\": %s", path, token, reply.raw().body())
                                .isEmpty();
                    }
                }
            }
        }
    }

    @Test
    void everyStatusOfTheDocumentIsOneThatCanBe() {
        Set<String> statuses = new TreeSet<>();
        document.operations()
                .forEach(
                        one ->
                                one.json()
                                        .path("responses")
                                        .fieldNames()
                                        .forEachRemaining(statuses::add));
        assertThat(statuses)
                .containsExactly(
                        "200", "201", "400", "401", "403", "404", "409", "413", "415", "503");
    }
}
