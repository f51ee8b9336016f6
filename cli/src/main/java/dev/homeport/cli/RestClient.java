package dev.homeport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** Asks the first router that can be connected to. Blocking; not for use by several threads. */
final class RestClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Longer than the router itself gives a request, so that its own answer arrives. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(130);

    private static final int MOST_ERROR_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Supplier<List<Target>> finder;
    private List<Target> targets = List.of();

    /**
     * Asks nobody yet.
     *
     * @param finder finds at least one target, at the first request; its exceptions are passed on
     * @param trust whom routers' certificates must come from; empty leaves it to this machine's
     *     Java
     */
    RestClient(Supplier<List<Target>> finder, Optional<SSLContext> trust) {
        this.finder = finder;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /**
     * An answer.
     *
     * @param etag names the state of what was read
     */
    record Reply(JsonNode body, Optional<String> etag) {}

    /** An answer whose body comes piece by piece, until either side ends it. To be closed. */
    record Stream(Target from, InputStream body) {}

    private record Request(
            String method, String path, Optional<String> body, List<String> headers) {
        Request(String method, String path) {
            this(method, path, Optional.empty(), List.of());
        }
    }

    JsonNode get(String path) {
        return read(path).body();
    }

    /** The record with what names its state. */
    Reply read(String path) {
        return send(new Request("GET", path));
    }

    JsonNode post(String path, ObjectNode body) {
        return send("POST", path, Optional.of(body.toString()));
    }

    /**
     * Asks for a change only while the record is in the state that was seen.
     *
     * @param seen its ETag; empty changes whatever stands there
     * @throws RefusedException {@link RefusedException#isConflict} if it is in another
     */
    JsonNode post(String path, ObjectNode body, Optional<String> seen) {
        return send(new Request("POST", path, Optional.of(body.toString()), ifMatch(seen))).body();
    }

    /** What a change would do, with what names the state that this was reckoned by. */
    Reply tried(String method, String path) {
        Optional<String> body =
                method.equals("POST") ? Optional.of(object().toString()) : Optional.empty();
        return send(new Request(method, path + "?dryRun=true", body, List.of()));
    }

    JsonNode put(String path, String body) {
        return send("PUT", path, Optional.of(body));
    }

    /**
     * Writes only while the record is in that state.
     *
     * @throws RefusedException {@link RefusedException#isConflict} if it is in another
     */
    JsonNode put(String path, String body, String etag) {
        return send(new Request("PUT", path, Optional.of(body), List.of("If-Match", etag))).body();
    }

    /**
     * Deletes only while the record is in the state that was seen.
     *
     * @param seen its ETag; empty deletes whatever stands there
     * @throws RefusedException {@link RefusedException#isConflict} if it is in another
     */
    JsonNode delete(String path, Optional<String> seen) {
        return send(new Request("DELETE", path, Optional.empty(), ifMatch(seen))).body();
    }

    /** Any request; {@code body} is JSON. */
    JsonNode send(String method, String path, Optional<String> body) {
        return send(new Request(method, path, body, List.of())).body();
    }

    /**
     * Listens to events.
     *
     * @param lastId of the last event that was seen, to go on behind it
     */
    Stream listen(String path, Optional<String> lastId) {
        List<String> headers = lastId.map(id -> List.of("Last-Event-ID", id)).orElseGet(List::of);
        Request request = new Request("GET", path, Optional.empty(), headers);
        return exchange(
                request,
                BodyHandlers.ofInputStream(),
                (target, response) -> {
                    if (response.statusCode() / 100 == 2) {
                        return new Stream(target, response.body());
                    }
                    try (InputStream body = response.body()) {
                        String text =
                                new String(
                                        body.readNBytes(MOST_ERROR_BYTES), StandardCharsets.UTF_8);
                        throw RefusedException.of(
                                response.statusCode(),
                                parsed(target, response.statusCode(), text).path("error"));
                    }
                });
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static List<String> ifMatch(Optional<String> etag) {
        return etag.map(tag -> List.of("If-Match", tag)).orElseGet(List::of);
    }

    private Reply send(Request request) {
        return exchange(request, BodyHandlers.ofString(), RestClient::answer);
    }

    /** What becomes of a response. */
    private interface Reading<B, T> {
        T read(Target target, HttpResponse<B> response) throws IOException;
    }

    private <B, T> T exchange(Request request, BodyHandler<B> handler, Reading<B, T> reading) {
        if (targets.isEmpty()) {
            targets = List.copyOf(finder.get());
        }
        StringBuilder failures = new StringBuilder();
        for (Target target : targets) {
            try {
                return reading.read(target, sent(http(target, request), handler));
            } catch (ConnectException | HttpConnectTimeoutException e) {
                // Nothing was sent: the next router may be asked.
                failures.append("\n  ").append(target);
            } catch (SSLHandshakeException e) {
                // Neither the token nor anything else was sent.
                failures.append("\n  ").append(target).append(": ").append(untrusted(e));
            } catch (IOException e) {
                throw new CommandException(
                        ExitCode.UNREACHABLE,
                        "no answer from %s: %s".formatted(target, e.getMessage()),
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandException(ExitCode.UNREACHABLE, "interrupted", e);
            }
        }
        throw new NoRouterException(
                ExitCode.UNREACHABLE, "no router can be connected to; tried:" + failures);
    }

    private static String untrusted(SSLHandshakeException e) {
        return "its certificate is not believed (%s); name whom it comes from with --ca FILE"
                .formatted(Texts.plain(String.valueOf(e.getMessage())));
    }

    /** Not by the request's own timeout: in some versions of Java that one ends streams, too. */
    private <B> HttpResponse<B> sent(HttpRequest request, BodyHandler<B> handler)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<B>> response = http.sendAsync(request, handler);
        try {
            return response.get(REQUEST_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new IOException("none within %d s".formatted(REQUEST_TIMEOUT.toSeconds()), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    private static HttpRequest http(Target target, Request request) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri(target, request.path))
                        .method(
                                request.method,
                                request.body
                                        .map(BodyPublishers::ofString)
                                        .orElseGet(BodyPublishers::noBody));
        target.token().ifPresent(token -> authorize(builder, token));
        if (request.body.isPresent()) {
            builder.header("Content-Type", "application/json");
        }
        if (!request.headers.isEmpty()) {
            builder.headers(request.headers.toArray(String[]::new));
        }
        return builder.build();
    }

    private static URI uri(Target target, String path) {
        try {
            return URI.create(target.url() + path);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCode.USAGE, "\"%s\" is no path of a URL".formatted(Texts.plain(path)), e);
        }
    }

    private static void authorize(HttpRequest.Builder request, String token) {
        try {
            request.header("Authorization", "Bearer " + token);
        } catch (IllegalArgumentException e) {
            // The message of the cause quotes the token.
            throw new CommandException(
                    ExitCode.USAGE, "the token has characters that no token has");
        }
    }

    private static Reply answer(Target target, HttpResponse<String> response) {
        JsonNode json = parsed(target, response.statusCode(), response.body());
        if (response.statusCode() / 100 == 2) {
            return new Reply(json, response.headers().firstValue("ETag"));
        }
        throw RefusedException.of(response.statusCode(), json.path("error"));
    }

    private static JsonNode parsed(Target target, int status, String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "%s answered %d, but not as a router does".formatted(target, status));
        }
    }
}
