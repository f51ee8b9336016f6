package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.admin.HttpCaller.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Everybody tries every route, and gets through exactly where docs/rest.md says so. */
final class RolesIT {
    private static final String PEER_SECRET = "what all the routers know";

    /** By the token that somebody shows: which roles of the table let him through. */
    private static final Map<String, Set<String>> MAY =
            Map.of(
                    "",
                    Set.of("none"),
                    "no such token",
                    Set.of("none"),
                    TestTokens.sha256("admin"),
                    Set.of("none"),
                    "peer",
                    Set.of("none", "peer"),
                    PEER_SECRET,
                    Set.of("none", "peer"),
                    "viewer",
                    Set.of("none", "viewer"),
                    "operator",
                    Set.of("none", "viewer", "operator"),
                    "admin",
                    Set.of("none", "viewer", "operator", "admin"));

    @TempDir private static Path directory;
    private static AdminFixture fixture;
    private static AdminFixture withoutTokens;

    @BeforeAll
    static void start() throws Exception {
        fixture = AdminFixture.start(AdminFixture.config(directory, PEER_SECRET));
        withoutTokens = AdminFixture.start(AdminFixture.config(Optional.empty()));
    }

    @AfterAll
    static void close() {
        fixture.close();
        withoutTokens.close();
        AdminFixture.awaitClosed();
    }

    @Test
    void theTableHasEveryRouteWithItsRole() {
        Map<String, String> routes =
                fixture.endpoints().stream()
                        .collect(Collectors.toMap(RolesIT::name, RolesTable::role));
        assertThat(RolesTable.read()).isEqualTo(new TreeMap<>(routes));
    }

    @TestFactory
    List<DynamicTest> whoIsShownWhat() {
        return MAY.entrySet().stream()
                .map(
                        one ->
                                DynamicTest.dynamicTest(
                                        "\"" + one.getKey() + "\"",
                                        () -> assertMay(one.getKey(), one.getValue())))
                .toList();
    }

    private static void assertMay(String token, Set<String> roles) {
        boolean isKnown = roles.size() > 1;
        RolesTable.read()
                .forEach(
                        (route, role) -> {
                            // When
                            Reply reply = send(fixture.as(token), route);

                            // Then
                            if (roles.contains(role)) {
                                assertThat(reply.status()).as(route).isNotIn(401, 403);
                            } else {
                                assertThat(reply.status()).as(route).isEqualTo(isKnown ? 403 : 401);
                                assertThat(reply.raw().headers().map()).doesNotContainKey("etag");
                                assertThat(reply.json().size()).as("only the error").isEqualTo(1);
                            }
                        });
    }

    @Test
    void withoutATokensFileEverythingIsOpenButWhatPeersAsk() {
        Set<String> refused = new TreeSet<>();
        RolesTable.read()
                .forEach(
                        (route, role) -> {
                            int status = send(withoutTokens.as(""), route).status();
                            if (status == 401 || status == 403) {
                                refused.add(role);
                            }
                        });
        assertThat(refused).containsExactly("peer");
    }

    private static String name(Endpoint route) {
        return route.method() + " " + route.path();
    }

    private static Reply send(HttpCaller caller, String route) {
        String method = route.substring(0, route.indexOf(' '));
        String path = route.substring(route.indexOf(' ') + 1).replace("{id}", "none");
        return HttpCaller.send(
                caller.request(path)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString("{}")));
    }
}
