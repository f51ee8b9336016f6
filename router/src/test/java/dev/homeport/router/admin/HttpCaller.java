package dev.homeport.router.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Optional;

/** Asks an admin server as somebody with a token, or with none. */
record HttpCaller(String base, String token) {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer with its parsed body. */
    record Reply(int status, JsonNode json, HttpResponse<String> raw) {
        String errorCode() {
            return json.at("/error/code").asText();
        }

        Optional<String> etag() {
            return raw.headers().firstValue("ETag");
        }

        String errorMessage() {
            return json.at("/error/message").asText();
        }
    }

    Reply get(String path) {
        return send(request(path).GET());
    }

    Reply post(String path, String body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    Reply put(String path, String body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body)));
    }

    Reply delete(String path) {
        return send(request(path).DELETE());
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> raw = CLIENT.send(request.build(), HttpCaller::body);
            return new Reply(raw.statusCode(), parsed(raw.body()), raw);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A stream of events has no end to wait for: it is left unread, and the server ends it. */
    private static BodySubscriber<String> body(ResponseInfo head) {
        boolean isStream =
                head.headers()
                        .firstValue("Content-Type")
                        .filter(type -> type.startsWith("text/event-stream"))
                        .isPresent();
        return isStream
                ? BodySubscribers.mapping(BodySubscribers.ofInputStream(), unread -> "")
                : BodyHandlers.ofString().apply(head);
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }
}
