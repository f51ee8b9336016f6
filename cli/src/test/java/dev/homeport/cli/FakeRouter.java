package dev.homeport.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A REST interface that gives prepared answers and remembers what it was asked. */
final class FakeRouter implements AutoCloseable {
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Queue<Answer>> answersOnce = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<String> streams = new ConcurrentLinkedQueue<>();
    private final HttpServer server;
    private final boolean hasTls;

    private record Answer(int status, String body, Optional<String> etag) {}

    /** A request as it came in. */
    record Asked(
            String line,
            Optional<String> authorization,
            String type,
            String body,
            Map<String, List<String>> headers) {
        /** The first of that name. */
        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().getFirst())
                    .findFirst();
        }
    }

    FakeRouter() {
        this(Optional.empty());
    }

    /** One that speaks TLS. */
    FakeRouter(SSLContext tls) {
        this(Optional.of(tls));
    }

    private FakeRouter(Optional<SSLContext> tls) {
        hasTls = tls.isPresent();
        try {
            server = create(tls);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        server.createContext("/", this::answer);
        // A stream of events keeps its thread.
        server.setExecutor(threads);
        server.start();
    }

    private static HttpServer create(Optional<SSLContext> tls) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls.isEmpty()) {
            return HttpServer.create(address, 0);
        }
        HttpsServer server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
        return server;
    }

    /** Prepares the answer to a request such as {@code GET /v1/status}. */
    FakeRouter on(String line, int status, String body) {
        answers.put(line, new Answer(status, body, Optional.empty()));
        return this;
    }

    /** Prepares a record with what names its state. */
    FakeRouter onRecord(String line, String etag, String body) {
        answers.put(line, new Answer(200, body, Optional.of(etag)));
        return this;
    }

    /** Prepares the answer to the next such request, before the one that they all get. */
    FakeRouter once(String line, int status, String body) {
        answersOnce
                .computeIfAbsent(line, any -> new ConcurrentLinkedQueue<>())
                .add(new Answer(status, body, Optional.empty()));
        return this;
    }

    /** Prepares what one listener after the other gets of {@code GET /v1/events} before the end. */
    FakeRouter onEvents(String... one) {
        streams.addAll(List.of(one));
        return this;
    }

    String url() {
        return (hasTls ? "https" : "http") + "://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        asked.add(
                new Asked(
                        line,
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                        String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                        Map.copyOf(exchange.getRequestHeaders())));
        Answer answer = prepared(line);
        answer.etag.ifPresent(tag -> exchange.getResponseHeaders().set("ETag", tag));
        String stream = line.equals("GET /v1/events") ? streams.poll() : null;
        byte[] bytes = (stream == null ? answer.body : stream).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(stream == null ? answer.status : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Answer prepared(String line) {
        Queue<Answer> once = answersOnce.getOrDefault(line, new ConcurrentLinkedQueue<>());
        Answer first = once.poll();
        return first != null
                ? first
                : answers.getOrDefault(
                        line,
                        new Answer(
                                404,
                                "{\"error\":{\"code\":\"none\",\"message\":\"not prepared\"}}",
                                Optional.empty()));
    }
}
