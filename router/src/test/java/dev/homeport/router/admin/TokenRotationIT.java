package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.config.AdminConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens and the routers' secret change while a router runs. */
@Timeout(60)
final class TokenRotationIT {
    /** Longer than is promised, for machines that are busy. */
    private static final Duration SOON = Duration.ofSeconds(15);

    private static final String OLD_SECRET = "what all routers knew";
    private static final String NEW_SECRET = "what all routers know now";

    @TempDir private Path directory;

    private Path tokens;
    private Path secret;
    private AdminFixture fixture;

    @BeforeEach
    void start() throws Exception {
        tokens = directory.resolve("tokens.yaml");
        secret = directory.resolve("peer.token");
        write(tokens, "tokens:\n" + token("ann", "viewer") + token("bob", "admin"));
        write(secret, OLD_SECRET + "\n");
        fixture =
                AdminFixture.start(
                        new AdminConfig(
                                InetAddress.getLoopbackAddress(),
                                0,
                                Optional.of(tokens),
                                false,
                                Optional.of(secret),
                                Optional.empty()));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @AfterAll
    static void awaitClosed() {
        AdminFixture.awaitClosed();
    }

    private static String token(String name, String role) {
        return "  - { name: %s, role: %s, sha256: \"%s\" }%n"
                .formatted(name, role, TestTokens.sha256(name));
    }

    /** In place of what was there, with its mode from the start. */
    private static void write(Path file, String text) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(aside, text);
        Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rw-------"));
        Files.move(
                aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private int status(String token) {
        return fixture.as(token).get("/v1/clusters").status();
    }

    private double reloads(String file, String outcome) {
        return fixture.meters
                .get("router.admin.reloads")
                .tags("file", file, "outcome", outcome)
                .counter()
                .count();
    }

    private double stale() {
        return fixture.meters.get("router.admin.stale").tag("file", "tokens").gauge().value();
    }

    @Test
    void theFilesAreLookedAtOnceASecond() {
        assertThat(AdminSecrets.INTERVAL).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aTokenThatWasTakenOutStopsWorkingAndANewOneWorks() throws IOException {
        // Given
        assertThat(status("ann")).isEqualTo(200);
        assertThat(status("carl")).isEqualTo(401);

        // When
        write(tokens, "tokens:\n" + token("carl", "viewer") + token("bob", "admin"));

        // Then
        await().atMost(SOON).until(() -> status("ann") == 401);
        assertThat(status("carl")).isEqualTo(200);
        assertThat(status("bob")).isEqualTo(200);
        // Counted a moment after it is in force.
        await().atMost(SOON).until(() -> reloads("tokens", "done") == 1);
    }

    @Test
    void streamsOfEventsEndWithTheTokensThatOpenedThem() throws Exception {
        // Given
        HttpResponse<InputStream> stream =
                HttpClient.newHttpClient()
                        .send(
                                fixture.as("ann").request("/v1/events").build(),
                                BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);

        // When
        write(tokens, "tokens:\n" + token("bob", "admin"));

        // Then: it has an end
        try (InputStream body = stream.body()) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).startsWith("id:");
        }
        assertThat(fixture.as("ann").get("/v1/events").status()).isEqualTo(401);
    }

    @Test
    void aTokenThatGetsALesserRoleHasNoMoreThanThat() throws IOException {
        // Given
        assertThat(fixture.as("bob").put("/v1/guard", "{}").status()).isEqualTo(200);

        // When: in place, as an editor writes it
        Files.writeString(tokens, "tokens:\n" + token("bob", "viewer"));

        // Then
        await().atMost(SOON).until(() -> fixture.as("bob").put("/v1/guard", "{}").status() == 403);
        assertThat(status("bob")).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokens: [ { name: ann",
                "tokens: []",
                "",
                "tokens: [ { name: ann, role: king, sha256: 00 } ]",
                "tokens: [ { name: ann, role: viewer, token: in clear } ]"
            })
    void aBrokenFileLeavesTheOldTokensInForce(String text) throws IOException {
        try (LoggedLines log = new LoggedLines()) {
            // When
            write(tokens, text);
            await().atMost(SOON).until(() -> reloads("tokens", "failed") == 1);

            // Then
            assertThat(status("ann")).isEqualTo(200);
            assertThat(stale()).isEqualTo(1);
            await().atMost(SOON).until(() -> problemsOf("ann").contains("admin.tokensFile"));
            assertThat(problemsOf("ann")).doesNotContain("in clear");
            assertThat(log.lines())
                    .anyMatch(
                            line ->
                                    line.contains("cannot be read again")
                                            && line.contains(tokens.toString()))
                    .noneMatch(line -> line.contains("in clear"));

            // When: it is mended
            write(tokens, "tokens:\n" + token("carl", "viewer"));

            // Then
            await().atMost(SOON).until(() -> status("carl") == 200);
            assertThat(status("ann")).isEqualTo(401);
            await().atMost(SOON).until(() -> stale() == 0);
            await().atMost(SOON).until(() -> !problemsOf("carl").contains("admin.tokensFile"));
            assertThat(reloads("tokens", "failed")).as("told once").isEqualTo(1);
        }
    }

    /** What {@code homeport status} would tell the holder of that token. */
    private String problemsOf(String token) {
        return fixture.as(token).get("/v1/status").json().path("problems").toString();
    }

    @Test
    void aFileThatIsGoneOrOpenToOthersLeavesTheOldTokensInForce() throws IOException {
        // When
        Files.delete(tokens);
        await().atMost(SOON).until(() -> reloads("tokens", "failed") == 1);

        // Then
        assertThat(status("ann")).isEqualTo(200);

        // When: back, but everybody may read it
        Files.writeString(tokens, "tokens:\n" + token("carl", "viewer"));
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-r--r--"));
        await().atMost(SOON).until(() -> reloads("tokens", "failed") >= 2);

        // Then
        assertThat(status("carl")).isEqualTo(401);

        // When: only its mode is mended
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));

        // Then
        await().atMost(SOON).until(() -> status("carl") == 200);
    }

    @Test
    void theSecretOfTheRoutersChangesToo() throws IOException {
        // Given
        assertThat(fixture.as(OLD_SECRET).get("/v1/connections/42").status()).isEqualTo(200);

        // When
        write(secret, NEW_SECRET + "\n");

        // Then
        await().atMost(SOON)
                .until(() -> fixture.as(OLD_SECRET).get("/v1/connections/42").status() == 401);
        assertThat(fixture.as(NEW_SECRET).get("/v1/connections/42").status()).isEqualTo(200);

        // When: too short
        write(secret, "short\n");
        await().atMost(SOON).until(() -> reloads("peer-token", "failed") == 1);

        // Then
        assertThat(fixture.as(NEW_SECRET).get("/v1/connections/42").status()).isEqualTo(200);
    }
}
