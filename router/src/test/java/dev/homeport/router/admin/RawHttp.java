package dev.homeport.router.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * HTTP/1.1 by hand: sends any bytes whatever, where a client library would first put them in order.
 * One connection each time.
 */
final class RawHttp {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 8 << 20;

    private final int port;

    RawHttp(int port) {
        this.port = port;
    }

    /**
     * An answer.
     *
     * @param headers by lower-case name
     */
    record Reply(int status, Map<String, String> headers, String body) {
        /** All that was sent, for looking whether something stands there. */
        String text() {
            return headers + "\n" + body;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A head with these lines, none of them the last. */
    static String head(String requestLine, String... lines) {
        return requestLine + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** The answer; empty where the connection was closed without one, or none came in time. */
    Optional<Reply> send(byte[] request) throws IOException {
        return send(request, PATIENCE);
    }

    Optional<Reply> send(byte[] request, Duration patience) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            try {
                socket.getOutputStream().write(request);
            } catch (IOException e) {
                // It has heard enough: what it said stands there to be read, or the end does.
            }
            return read(socket.getInputStream());
        }
    }

    private static Optional<Reply> read(InputStream in) {
        try {
            String first = line(in);
            while (first.startsWith("HTTP/1.1 100")) {
                line(in);
                first = line(in);
            }
            if (!first.startsWith("HTTP/1.1 ")) {
                return Optional.empty();
            }
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.merge(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip(),
                        (one, other) -> one + ", " + other);
            }
            return Optional.of(
                    new Reply(
                            Integer.parseInt(first.substring(9, 12)), headers, body(in, headers)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("content-type", "").startsWith("text/event-stream")) {
            return ""; // it has no end
        }
        if (headers.containsKey("content-length")) {
            int length = Integer.parseInt(headers.get("content-length"));
            return new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                all.write(in.readNBytes(size));
                line(in);
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.size() > MOST_BYTES) {
                throw new SocketTimeoutException("the answer has no end");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
