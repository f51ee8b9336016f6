package dev.homeport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** Asks the first router that can be connected to. Blocking; not for use by several threads. */
final class RestClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Longer than the router itself gives a request, so that its own answer arrives. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(130);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final List<Target> targets;

    /**
     * @param trust whom routers' certificates must come from; empty leaves it to this machine's
     *     Java
     */
    RestClient(List<Target> targets, Optional<SSLContext> trust) {
        this.targets = List.copyOf(targets);
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    JsonNode get(String path) {
        return send(path, "GET", HttpRequest.BodyPublishers.noBody(), false);
    }

    JsonNode post(String path, ObjectNode body) {
        return send(path, "POST", BodyPublishers.ofString(body.toString()), true);
    }

    JsonNode put(String path, String body) {
        return send(path, "PUT", BodyPublishers.ofString(body), true);
    }

    JsonNode delete(String path) {
        return send(path, "DELETE", BodyPublishers.noBody(), false);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private JsonNode send(
            String path, String method, HttpRequest.BodyPublisher body, boolean hasBody) {
        StringBuilder failures = new StringBuilder();
        for (Target target : targets) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(target.url() + path))
                            .timeout(REQUEST_TIMEOUT)
                            .method(method, body);
            target.token().ifPresent(token -> authorize(request, token));
            if (hasBody) {
                request.header("Content-Type", "application/json");
            }
            try {
                return answer(target, http.send(request.build(), BodyHandlers.ofString()));
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
        throw new CommandException(
                ExitCode.UNREACHABLE, "no router can be connected to; tried:" + failures);
    }

    private static String untrusted(SSLHandshakeException e) {
        return "its certificate is not believed (%s); name whom it comes from with --ca FILE"
                .formatted(Texts.plain(String.valueOf(e.getMessage())));
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

    private static JsonNode answer(Target target, HttpResponse<String> response) {
        JsonNode json = parsed(target, response);
        if (response.statusCode() / 100 == 2) {
            return json;
        }
        JsonNode error = json.path("error");
        int code =
                switch (response.statusCode()) {
                    case 401, 403 -> ExitCode.UNAUTHORIZED;
                    default -> ExitCode.REFUSED;
                };
        throw new CommandException(
                code,
                "%s [%s]"
                        .formatted(
                                Texts.plain(error.path("message").asText("no reason given")),
                                Texts.plain(
                                        error.path("code")
                                                .asText("http " + response.statusCode()))));
    }

    private static JsonNode parsed(Target target, HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "%s answered %d, but not as a router does"
                            .formatted(target, response.statusCode()));
        }
    }
}
