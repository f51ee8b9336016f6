package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.admin.FuzzedRequests.Request;
import dev.homeport.router.admin.OpenApiDocument.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every route gets requests that its schema describes, and many that it does not. Whatever comes,
 * it is no bug of the router, tells nothing of its inside, and is answered as the document says.
 *
 * <p>{@code -Dhomeport.fuzz.requests=N} for more of them, {@code -Dhomeport.fuzz.seed=N} for
 * others.
 */
@Timeout(600)
final class RestFuzzIT {
    private static final int REQUESTS = Integer.getInteger("homeport.fuzz.requests", 3000);
    private static final long SEED = Long.getLong("homeport.fuzz.seed", 1);

    /** For an answer that need not come. */
    private static final Duration SHORT = Duration.ofMillis(50);

    private static final String PEER_SECRET = "a secret between routers";

    /** What only the router's inside has: names of classes, lines of stacks. */
    private static final Pattern INSIDE =
            Pattern.compile(
                    "\\b(java|javax|jdk|com|io|org|dev)(\\.[a-z0-9_]+){1,6}\\.[A-Z]\\w+"
                            + "|\\w+(Exception|Error)\\b:|\\.java:\\d+");

    @TempDir private Path directory;

    private final OpenApiDocument document = OpenApiDocument.load();
    private final LoggedLines log = new LoggedLines();
    private final List<String> failures = new ArrayList<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private AdminFixture fixture;
    private RawHttp http;

    @BeforeEach
    void start() throws Exception {
        fixture = AdminFixture.start(AdminFixture.config(directory, PEER_SECRET));
        http = new RawHttp(fixture.server.port());
    }

    @AfterEach
    void close() {
        fixture.close();
        log.close();
        AdminFixture.awaitClosed();
    }

    @Test
    void survivesWhateverComes() throws IOException {
        // Given
        List<Operation> operations = document.operations();

        // When
        for (int i = 0; i < REQUESTS && failures.size() < 10; i++) {
            Operation operation = operations.get(i % operations.size());
            FuzzedRequests requests = new FuzzedRequests(document, new Random(SEED + i));
            check(SEED + i, operation, requests.next(operation));
        }

        // Then
        System.out.println("fuzzed " + REQUESTS + " requests from seed " + SEED + ": " + statuses);
        assertThat(failures).isEmpty();
        assertThat(statuses).containsKeys(200, 400, 401, 403, 404, 409, 413, 415);
        assertThat(log.stacks()).isEmpty();
        assertThat(log.lines()).noneMatch(line -> line.contains(PEER_SECRET));
        assertThat(log.lines()).noneMatch(line -> line.contains("Bearer "));
        assertThat(fixture.as("viewer").get("/v1/status").status()).isEqualTo(200);
    }

    private void check(long seed, Operation operation, Request request) throws IOException {
        Optional<RawHttp.Reply> reply =
                request.isWhole() ? http.send(request.bytes()) : http.send(request.bytes(), SHORT);
        Optional<String> wrong =
                reply.isPresent()
                        ? wrong(reply.get())
                        : Optional.of("no answer").filter(text -> request.isWhole());
        reply.ifPresent(one -> statuses.merge(one.status(), 1, Integer::sum));
        wrong.ifPresent(
                what ->
                        failures.add(
                                "seed %d, %s: %s%n%s%n-> %s"
                                        .formatted(
                                                seed,
                                                operation,
                                                what,
                                                request,
                                                reply.map(RawHttp.Reply::text).orElse(""))));
    }

    private Optional<String> wrong(RawHttp.Reply reply) {
        if (reply.status() >= 500 && reply.status() != 503 && reply.status() != 505) {
            return Optional.of("status " + reply.status());
        }
        if (reply.headers().containsKey("set-cookie")) {
            return Optional.of("a header of the request's own");
        }
        String text = reply.text();
        if (text.contains(PEER_SECRET) || TestTokens.isHashIn(text)) {
            return Optional.of("a secret");
        }
        // Metrics name pools and collectors of the JVM, the document is the document.
        boolean isOwnText = reply.body().length() < 20_000;
        return isOwnText && INSIDE.matcher(text).find()
                ? Optional.of("the router's inside")
                : Optional.empty();
    }
}
