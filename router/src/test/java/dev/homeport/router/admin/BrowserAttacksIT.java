package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.admin.OpenApiDocument.Operation;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Intent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a web page can make the browser of somebody send who can reach a router. The router asks for
 * no token here, as on a developer's machine: nothing but these rules stands in the way.
 */
final class BrowserAttacksIT {
    private static final String OFFLINE = "POST /v1/clusters/c1/offline HTTP/1.1";
    private static final String JSON = "Content-Type: application/json";
    private static final String BODY = "{\"reason\": \"because a page said so\"}";

    @TempDir private Path directory;

    private AdminFixture fixture;
    private RawHttp http;
    private String host;

    @BeforeEach
    void start() throws Exception {
        fixture = AdminFixture.start(AdminFixture.config(Optional.empty()));
        http = new RawHttp(fixture.server.port());
        host = "127.0.0.1:" + fixture.server.port();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private RawHttp.Reply send(String requestLine, String body, String... lines)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        if (Stream.of(lines).noneMatch(line -> line.startsWith("Host:"))) {
            all.addFirst("Host: " + host);
        }
        all.add("Content-Length: " + body.length());
        return http.send(
                        RawHttp.bytes(RawHttp.head(requestLine, all.toArray(String[]::new)) + body))
                .orElseThrow();
    }

    private void assertNothingChanged() {
        FleetSnapshot fleet = fixture.fleet.current().orElseThrow();
        assertThat(fleet.cluster(new ClusterId("c1")).orElseThrow().intent().intent())
                .isEqualTo(Intent.ACTIVE);
    }

    @Test
    void whatThePageItselfMaySendWorks() throws IOException {
        // When: as the router's own page would send it
        RawHttp.Reply reply =
                send(OFFLINE, BODY, JSON, "Origin: http://" + host, "Sec-Fetch-Site: same-origin");

        // Then: so the others below are refused for what they say, and for nothing else
        assertThat(reply.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/plain; charset=application/json",
                "application/jsonp",
                ""
            })
    void aFormCannotPost(String type) throws IOException {
        // When: not even one that a page on the same address has
        RawHttp.Reply reply = send(OFFLINE, BODY, "Content-Type: " + type);

        // Then
        assertThat(reply.status()).isEqualTo(415);
        assertNothingChanged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "http://evil.example",
                "http://127.0.0.1",
                "http://127.0.0.1:1",
                "http://127.0.0.1.evil.example",
                "https://localhost",
                "file://",
                "chrome-extension://abcdef",
                "http://127.0.0.1:7380@evil.example"
            })
    void aPageOfAnotherOriginCannotPost(String origin) throws IOException {
        // When
        RawHttp.Reply reply = send(OFFLINE, BODY, JSON, "Origin: " + origin);

        // Then
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).contains("forbidden_origin");
        assertNothingChanged();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "CROSS-SITE", "something-new"})
    void whatTheBrowserSaysComesFromElsewhereIsRefusedAlsoWithoutAnOrigin(String site)
            throws IOException {
        for (String line : List.of(OFFLINE, "GET /v1/status HTTP/1.1")) {
            RawHttp.Reply reply = send(line, BODY, JSON, "Sec-Fetch-Site: " + site);
            assertThat(reply.status()).as(line).isEqualTo(403);
        }
        assertNothingChanged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:7380",
                "localhost.evil.example",
                "127.0.0.1.nip.io",
                "router",
                "0x7f000001",
                "2130706433",
                "localhost@evil.example"
            })
    void aNameThatWasReboundToThisAddressIsRefused(String name) throws IOException {
        for (String line : List.of(OFFLINE, "GET /v1/projects HTTP/1.1")) {
            // When: the page's own origin then, as the browser sees it
            RawHttp.Reply reply =
                    send(
                            line,
                            BODY,
                            JSON,
                            "Host: " + name,
                            "Origin: http://" + name,
                            "Sec-Fetch-Site: same-origin");

            // Then
            assertThat(reply.status()).as(line).isIn(400, 403);
            assertThat(reply.body()).doesNotContain("p42");
        }
        assertNothingChanged();
    }

    @TestFactory
    Stream<DynamicTest> noPreflightIsGranted() {
        return operations("")
                .map(
                        operation ->
                                DynamicTest.dynamicTest(
                                        operation.toString(), () -> assertNoGrant(operation)));
    }

    private void assertNoGrant(Operation operation) throws IOException {
        for (String origin : List.of("http://evil.example", "null", "http://" + host)) {
            // When
            RawHttp.Reply reply =
                    send(
                            "OPTIONS " + path(operation) + " HTTP/1.1",
                            "",
                            "Origin: " + origin,
                            "Access-Control-Request-Method: " + operation.method(),
                            "Access-Control-Request-Headers: content-type, authorization",
                            "Access-Control-Request-Private-Network: true");

            // Then
            assertThat(reply.status()).isBetween(400, 499);
            assertThat(reply.headers().keySet())
                    .noneMatch(name -> name.startsWith("access-control-"));
        }
    }

    @TestFactory
    Stream<DynamicTest> readingChangesNothing() {
        // What an image, a link or a frame of any page makes a browser do.
        return operations("GET")
                .map(
                        operation ->
                                DynamicTest.dynamicTest(
                                        operation.toString(), () -> assertReadsOnly(operation)));
    }

    private void assertReadsOnly(Operation operation) throws IOException {
        // Given
        FleetSnapshot before = fixture.fleet.current().orElseThrow();
        String path = operation.example().replace("{id}", "p42");

        // When
        for (String method : List.of("GET", "HEAD")) {
            send(method + " " + path + " HTTP/1.1", "", "Connection: close");
            send(
                    method
                            + " "
                            + path
                            + (path.contains("?") ? "&" : "?")
                            + "_method=DELETE HTTP/1.1",
                    "",
                    "Connection: close");
        }

        // Then
        assertThat(fixture.fleet.current()).containsSame(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-HTTP-Method-Override: DELETE",
                "X-HTTP-Method: DELETE",
                "X-Method-Override: DELETE",
                "_method: DELETE"
            })
    void noHeaderMakesAnotherMethodOfARequest(String header) throws IOException {
        // When
        RawHttp.Reply got = send("GET /v1/clusters/c4 HTTP/1.1", "", header);
        RawHttp.Reply posted = send("POST /v1/clusters/c4 HTTP/1.1", "{}", JSON, header);

        // Then
        assertThat(got.status()).isEqualTo(200);
        assertThat(posted.status()).isEqualTo(405);
        assertThat(fixture.fleet.current().orElseThrow().cluster(new ClusterId("c4"))).isPresent();
    }

    @Test
    void whatProxiesAddDoesNotMakeARequestOnesOwn() throws IOException {
        RawHttp.Reply reply =
                send(
                        OFFLINE,
                        BODY,
                        JSON,
                        "Host: evil.example",
                        "X-Forwarded-Host: " + host,
                        "Forwarded: host=" + host);
        assertThat(reply.status()).isEqualTo(403);
        assertNothingChanged();
    }

    @Test
    void everyAnswerTellsTheBrowserNotToGuessKeepOrFrameIt() throws IOException {
        for (String line :
                List.of(
                        "GET /v1/status HTTP/1.1",
                        "GET /v1/openapi.json HTTP/1.1",
                        "GET /health/live HTTP/1.1",
                        "GET /metrics HTTP/1.1",
                        "GET /v1/events HTTP/1.1",
                        "GET /v1/clusters/none HTTP/1.1",
                        "GET /v1/connections/1 HTTP/1.1",
                        "GET /no/such/path HTTP/1.1",
                        "PATCH /v1/status HTTP/1.1")) {
            // When
            RawHttp.Reply reply = send(line, "");

            // Then
            assertThat(reply.headers())
                    .as(line)
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("cache-control", "no-store")
                    .containsEntry("x-frame-options", "DENY")
                    .containsEntry("cross-origin-resource-policy", "same-origin")
                    .containsEntry("referrer-policy", "no-referrer");
            assertThat(reply.headers().get("content-security-policy"))
                    .contains("frame-ancestors 'none'");
            assertThat(reply.headers().keySet())
                    .noneMatch(name -> name.startsWith("access-control-"))
                    .doesNotContain("server", "set-cookie");
            assertThat(reply.headers().get("content-type")).doesNotContain("html");
        }
    }

    @Test
    void withTokensAPageHasNoneToShow() throws Exception {
        try (AdminFixture guarded = AdminFixture.start(directory)) {
            // When: a rebound name is a page's own origin, and a cookie is what a browser would add
            String name = "evil.example:" + guarded.server.port();
            Optional<RawHttp.Reply> reply =
                    new RawHttp(guarded.server.port())
                            .send(
                                    RawHttp.bytes(
                                            RawHttp.head(
                                                    "GET /v1/projects HTTP/1.1",
                                                    "Host: " + name,
                                                    "Origin: http://" + name,
                                                    "Cookie: Authorization=Bearer admin",
                                                    "Authorization: Basic YWRtaW46YWRtaW4=")));

            // Then
            assertThat(reply.orElseThrow().status()).isEqualTo(401);
            assertThat(reply.orElseThrow().headers().get("www-authenticate"))
                    .as("nothing that a browser asks people a password for")
                    .startsWith("Bearer");
        }
    }

    private static Stream<Operation> operations(String method) {
        return OpenApiDocument.load().operations().stream()
                .filter(one -> method.isEmpty() || one.method().equals(method));
    }

    private static String path(Operation operation) {
        return operation.path().replace("{id}", "c1");
    }
}
