package dev.homeport.conformance.java;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what a program saw, a JSON object a line. */
final class Transcript {
    private static final int MOST_COLUMNS = 50;
    private static final int MOST_ROWS = 20;
    private static final int LONG = 300;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PrintStream OUT =
            new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Transcript() {}

    static void step(String name, List<String> values) {
        print(name, "values", values);
    }

    static void step(String name, Object... values) {
        step(name, Arrays.stream(values).map(String::valueOf).toList());
    }

    /** Says that the driver has nothing of the kind. */
    static void lacks(String name, String why) {
        print(name, "lacks", why);
    }

    private static void print(String name, String key, Object content) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", name);
        line.put(key, content);
        try {
            OUT.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A value as its class and its text; what is long by its length and hash. */
    static String value(Object value) {
        if (value == null) {
            return "null";
        }
        String kind = value.getClass().getSimpleName();
        return switch (value) {
            case byte[] bytes when bytes.length > LONG -> shortened(kind, bytes.length, bytes);
            case byte[] bytes -> kind + " " + HexFormat.of().formatHex(bytes);
            case ByteBuffer buffer -> value(remaining(buffer));
            case Object[] array -> kind + " " + Arrays.toString(array);
            case CharSequence text when text.length() > LONG ->
                    shortened(
                            kind, text.length(), text.toString().getBytes(StandardCharsets.UTF_8));
            default -> kind + " " + value;
        };
    }

    private static byte[] remaining(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static String shortened(String kind, int length, byte[] bytes) {
        return "%s of %d %s".formatted(kind, length, sha256(bytes));
    }

    /** Columns one by one; of many only their number and hash. */
    static List<String> columns(List<String> all) {
        return shortened("columns", all, MOST_COLUMNS);
    }

    /** Rows one by one; of many only their number and hash. */
    static List<String> rows(List<String> all) {
        return shortened("rows", all, MOST_ROWS);
    }

    private static List<String> shortened(String kind, List<String> all, int most) {
        byte[] bytes = String.join("\n", all).getBytes(StandardCharsets.UTF_8);
        return all.size() <= most
                ? all
                : List.of("%d %s %s".formatted(all.size(), kind, sha256(bytes)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
