package dev.homeport.topology.zk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Problems;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Strict parsing and compact writing. */
final class Json {
    /** Far more than any record of one thing needs, and little to parse. */
    static final int MOST_RECORD_BYTES = 256 * 1024;

    /** Just below what ZooKeeper takes in one znode ({@code jute.maxbuffer}). */
    static final int MOST_BUCKET_BYTES = 1000 * 1024;

    private static final int MOST_DEPTH = 20;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MOST_DEPTH)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values cannot be written", e);
        }
    }

    /** Writes a document as it is told, for what would be a large tree. */
    static JsonGenerator generator(OutputStream out) {
        try {
            return MAPPER.createGenerator(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The document; or empty, and then the problems say why. Never throws. */
    static Optional<JsonNode> parse(byte[] bytes, int mostBytes, Problems problems) {
        if (bytes.length > mostBytes) {
            problems.add("", "must be at most %d bytes, was %d".formatted(mostBytes, bytes.length));
            return Optional.empty();
        }
        try {
            // Jackson would take UTF-16 and UTF-32 too, and guess which.
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.isBlank()) {
                problems.add("", "must be a JSON object, was empty");
                return Optional.empty();
            }
            return Optional.of(MAPPER.readTree(text));
        } catch (CharacterCodingException e) {
            problems.add("", "must be JSON in UTF-8, was no UTF-8");
        } catch (JsonProcessingException e) {
            problems.add("", "must be JSON: " + firstLine(e));
        }
        return Optional.empty();
    }

    static void word(ObjectNode json, String name, Enum<?> constant) {
        json.put(name, Words.of(constant));
    }

    /** Written only where there are any. */
    static void texts(ObjectNode json, String name, Collection<?> values) {
        if (!values.isEmpty()) {
            ArrayNode array = json.putArray(name);
            values.forEach(value -> array.add(value.toString()));
        }
    }

    /** Sorted, so that equal records are equal bytes; written only where there are any. */
    static void texts(ObjectNode json, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode map = json.putObject(name);
            new TreeMap<>(values).forEach(map::put);
        }
    }

    /** Written only where there is one. */
    static void optional(ObjectNode json, String name, Optional<?> value) {
        value.ifPresent(present -> json.put(name, present.toString()));
    }

    /** Written only where it says something. */
    static void optional(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }

    /** Without the excerpt of the source, which may be long or unprintable. */
    private static String firstLine(JsonProcessingException e) {
        String location =
                e.getLocation() == null
                        ? ""
                        : " (line %d, column %d)"
                                .formatted(
                                        e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        String message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        String cut = message.length() > 160 ? message.substring(0, 160) + "…" : message;
        return cut.replaceAll("\\p{Cntrl}", "?") + location;
    }
}
