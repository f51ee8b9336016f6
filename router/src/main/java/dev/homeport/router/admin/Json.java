package dev.homeport.router.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Strict parsing of bodies, and what the views share in writing. */
final class Json {
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

    static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values cannot be written", e);
        }
    }

    /** The body of a request; an empty one is an object without fields. */
    static JsonNode parse(byte[] body) throws Refusal {
        try {
            // Strictly: a name with a letter put in for what cannot be read is another name.
            return parse(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException e) {
            throw Refusal.invalid("", "the body must be JSON in UTF-8, was no UTF-8");
        }
    }

    static JsonNode parse(String body) throws Refusal {
        if (body.isBlank()) {
            return object();
        }
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw Refusal.invalid("", "the body must be JSON: " + why(e) + at(e.getLocation()));
        }
    }

    /** In words of our own: the parser's name its classes, and quote the body. */
    private static String why(JsonProcessingException e) {
        if (e instanceof StreamConstraintsException) {
            return "nested at most %d deep, without numbers or names of that length"
                    .formatted(MOST_DEPTH);
        }
        if (e instanceof MismatchedInputException) {
            return "one value, with nothing behind it";
        }
        return String.valueOf(e.getOriginalMessage()).startsWith("Duplicate")
                ? "without a name twice in one object"
                : "it cannot be read on";
    }

    private static String at(JsonLocation location) {
        return location == null
                ? ""
                : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
    }

    /** The text of the value, or null: readers need not tell absent from unknown. */
    static void put(ObjectNode json, String name, Optional<?> value) {
        json.put(name, value.map(Object::toString).orElse(null));
    }

    static void putSeconds(ObjectNode json, String name, Optional<Duration> value) {
        json.put(name, value.map(Duration::toSeconds).orElse(null));
    }
}
