package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.router.admin.OpenApiDocument.Operation;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Requests as bytes: of one operation, of HTTP at large, or of nothing that has a name. */
final class FuzzedRequests {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT");
    private static final List<String> TYPES =
            List.of(
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data",
                    "application/json; charset=utf-16",
                    "application/xml",
                    "*/*",
                    "json",
                    "",
                    "application/vnd.api+json",
                    "application/json; charset=nonsense");
    private static final List<String> TOKENS =
            List.of("admin", "admin", "admin", "operator", "viewer", "peer", "peer", "", "wrong");

    private final FuzzedValues values;
    private final Random random;

    FuzzedRequests(OpenApiDocument document, Random random) {
        this.values = new FuzzedValues(document, random);
        this.random = random;
    }

    /**
     * A request.
     *
     * @param text its bytes, one as each character
     * @param isWhole whether an answer must come
     */
    record Request(String text, boolean isWhole) {
        static Request of(byte[] bytes, boolean isWhole) {
            return new Request(new String(bytes, StandardCharsets.ISO_8859_1), isWhole);
        }

        byte[] bytes() {
            return RawHttp.bytes(text);
        }

        @Override
        public String toString() {
            return text.length() > 2000 ? text.substring(0, 2000) + "…" : text;
        }
    }

    Request next(Operation operation) {
        Request whole = request(operation);
        return switch (random.nextInt(30)) {
            case 0 -> Request.of(cut(whole.bytes()), false);
            case 1 -> Request.of(flipped(whole.bytes()), false);
            case 2 -> Request.of(malformed(operation), false);
            default -> whole;
        };
    }

    private Request request(Operation operation) {
        byte[] body = body(operation);
        String method = values.chance(3) ? values.pick(METHODS) : operation.method();
        List<String> lines = new ArrayList<>();
        lines.add(
                "Host: "
                        + (values.chance(3)
                                ? values.pick(List.of("", "evil", "[", "a:b:c"))
                                : "127.0.0.1"));
        String token = values.pick(TOKENS);
        if (!token.isEmpty()) {
            lines.add("Authorization: " + (values.chance(3) ? "Basic " : "Bearer ") + token);
        }
        String type = values.chance(8) ? values.pick(TYPES) : "application/json";
        lines.add("Content-Type: " + type);
        lines.add("Content-Length: " + body.length);
        lines.add("Connection: close");
        if (values.chance(5)) {
            lines.add(
                    values.pick(
                            List.of(
                                    "Origin: null",
                                    "Sec-Fetch-Site: cross-site",
                                    "Expect: 100-continue",
                                    "X-HTTP-Method-Override: DELETE",
                                    "Last-Event-ID: " + "9".repeat(40),
                                    "If-Match: \"1\"",
                                    "Accept-Encoding: gzip",
                                    "Upgrade: h2c",
                                    "X-Forwarded-Host: evil",
                                    "Cookie: a=b",
                                    "Range: bytes=0-1",
                                    "X-Long: " + "a".repeat(3000))));
        }
        String head =
                RawHttp.head(
                        method + " " + target(operation) + " HTTP/1.1",
                        lines.toArray(String[]::new));
        // After CONNECT no answer need come, and HEAD's has no body.
        boolean isPlain = !method.equals("CONNECT") && !method.equals("HEAD");
        return Request.of(joined(RawHttp.bytes(head), body), isPlain);
    }

    private String target(Operation operation) {
        String path = operation.path();
        for (JsonNode one : operation.in("path")) {
            String name = "{" + one.path("name").asText() + "}";
            path = path.replace(name, encoded(values.text(one.path("schema"))));
        }
        List<String> pairs = new ArrayList<>();
        for (JsonNode one : operation.in("query")) {
            boolean isRequired = one.path("required").asBoolean();
            if (isRequired ? !values.chance(3) : values.chance(40)) {
                pairs.add(
                        one.path("name").asText() + "=" + encoded(values.text(one.path("schema"))));
            }
        }
        if (values.chance(5)) {
            pairs.add(
                    values.pick(
                            List.of(
                                    "dryRun=TRUE",
                                    "x",
                                    "=",
                                    "&&&",
                                    "a=%ff%fe",
                                    "limit=1&limit=2",
                                    "_method=DELETE",
                                    "attribute.=x")));
        }
        if (values.chance(2)) {
            path =
                    values.pick(
                                    List.of(
                                            "//",
                                            "/../",
                                            "/%2e%2e/",
                                            "/v1//",
                                            ";a=b",
                                            "/.",
                                            "*",
                                            "http://evil/"))
                            + path;
        }
        return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
    }

    /** As it should be, or in one of the ways in which it may stand there as well. */
    private String encoded(String text) {
        if (values.chance(5)) {
            // The bytes of UTF-8 as they are, but for what would end the target.
            return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                    .replaceAll("[\\x00-\\x20?#]", "");
        }
        String once = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        return values.chance(3) ? once.replace("%", "%25") : once;
    }

    private byte[] body(Operation operation) {
        if (operation.body().isEmpty()) {
            return values.chance(90) ? new byte[0] : RawHttp.bytes("{\"reason\": 1}");
        }
        String json = values.body(operation.body().get().path("schema")).toString();
        return switch (random.nextInt(24)) {
            case 0 -> RawHttp.bytes("[".repeat(50_000));
            case 1 -> RawHttp.bytes("{\"a\":".repeat(20_000));
            case 2 -> utf8(json.replaceFirst("\\{", "{\"reason\":\"a\",\"reason\":\"b\","));
            case 3 -> utf8(json + json);
            case 4 -> utf8(json.substring(0, random.nextInt(json.length() + 1)));
            case 5 -> utf8("{\"reason\": \"" + "x".repeat(300_000) + "\"}");
            case 6 -> utf8("{\"reason\": " + "9".repeat(2_000) + "}");
            case 7 -> json.getBytes(StandardCharsets.UTF_16);
            case 8 -> flipped(utf8(json));
            case 9 -> utf8(json.toUpperCase(Locale.ROOT));
            default -> utf8(json);
        };
    }

    /** What no client library sends. */
    private byte[] malformed(Operation operation) {
        String line = operation.method() + " " + operation.path() + " HTTP/1.1";
        String host = "Host: 127.0.0.1";
        return RawHttp.bytes(
                switch (random.nextInt(14)) {
                    case 0 -> RawHttp.head(line, host, "Content-Length: -1");
                    case 1 ->
                            RawHttp.head(line, host, "Content-Length: 5", "Content-Length: 6")
                                    + "{}";
                    case 2 ->
                            RawHttp.head(
                                            line,
                                            host,
                                            "Transfer-Encoding: chunked",
                                            "Content-Length: 2")
                                    + "zz\r\n";
                    case 3 -> RawHttp.head(line, host, "Transfer-Encoding: gzip, identity") + "{}";
                    case 4 -> RawHttp.head(operation.path(), host);
                    case 5 -> RawHttp.head("GET " + "/a".repeat(20_000) + " HTTP/1.1", host);
                    case 6 -> RawHttp.head(line, host, "X: " + "a".repeat(40_000));
                    case 7 -> RawHttp.head(line, host, ": nothing", "no colon", " folded: x");
                    case 8 -> RawHttp.head(line.replace("1.1", "9.9"), host);
                    case 9 -> RawHttp.head(line, host, "A\u0000B: c");
                    case 10 -> "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u0000".repeat(40);
                    case 11 -> "\u0016\u0003\u0001\u0002\u0000\u0001" + "x".repeat(100);
                    case 12 -> RawHttp.head(line.replace(" /", "\t/"), host);
                    default ->
                            RawHttp.head(line, host, "Transfer-Encoding: chunked")
                                    + "ffffffffffffffff\r\n";
                });
    }

    private byte[] cut(byte[] whole) {
        return Arrays.copyOf(whole, random.nextInt(whole.length));
    }

    private byte[] flipped(byte[] whole) {
        byte[] copy = whole.clone();
        for (int i = copy.length == 0 ? 0 : 1 + random.nextInt(5); i > 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] head, byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head);
        all.writeBytes(body);
        return all.toByteArray();
    }
}
