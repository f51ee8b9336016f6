package dev.homeport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One YAML document (JSON is YAML, too) that remembers in which line each field stands. Without
 * duplicate keys and without aliases.
 */
final class YamlText {
    private static final int MOST_CHARS = 1 << 20;
    private static final YAMLFactory FACTORY =
            YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // A section in which everything is commented out is absent, not a text.
                    .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                    .build();
    private static final ObjectReader READER =
            YAMLMapper.builder(FACTORY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .reader();
    private static final YAMLMapper PLAIN = writer(false);
    private static final YAMLMapper FEW_QUOTES = writer(true);

    private final JsonNode tree;
    private final Map<String, Integer> lines;

    private YamlText(JsonNode tree, Map<String, Integer> lines) {
        this.tree = tree;
        this.lines = lines;
    }

    /** A text that is no such YAML; the message says why, the line where. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private final transient OptionalInt line;

        Malformed(String message, OptionalInt line, Throwable cause) {
            super(message, cause);
            this.line = line;
        }

        OptionalInt line() {
            return line;
        }
    }

    /** Reads a text; a missing node as the tree is a text in which nothing is said. */
    static YamlText parse(String text) throws Malformed {
        if (text.length() > MOST_CHARS) {
            throw new Malformed(
                    "is longer than %d characters".formatted(MOST_CHARS),
                    OptionalInt.empty(),
                    null);
        }
        try {
            Map<String, Integer> lines = lines(text);
            JsonNode tree = READER.readTree(text);
            return new YamlText(tree, lines);
        } catch (JsonProcessingException e) {
            OptionalInt line =
                    e.getLocation() == null
                            ? OptionalInt.empty()
                            : OptionalInt.of(e.getLocation().getLineNr());
            throw new Malformed("is no valid YAML: " + firstLine(e), line, e);
        } catch (IOException e) {
            throw new Malformed("is no valid YAML: " + e, OptionalInt.empty(), e);
        }
    }

    /** Text of a record, as short as it can be without another meaning. */
    static String of(JsonNode tree) {
        try {
            String text = FEW_QUOTES.writeValueAsString(tree);
            return READER.readTree(text).equals(tree) ? text : PLAIN.writeValueAsString(tree);
        } catch (IOException e) {
            throw new IllegalStateException("a tree of plain values cannot be written", e);
        }
    }

    JsonNode tree() {
        return tree;
    }

    /** Nothing but blanks and comments. */
    boolean isEmpty() {
        return tree.isMissingNode() || tree.isNull();
    }

    /**
     * The line of a field such as {@code clusters.c1.instances[0].port}, or else of what it would
     * stand in.
     */
    OptionalInt line(String path) {
        String at = path;
        while (!at.isEmpty()) {
            Optional<Integer> line = Optional.ofNullable(lines.get(at));
            if (line.isPresent()) {
                return OptionalInt.of(line.get());
            }
            at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
        }
        return OptionalInt.empty();
    }

    private static Map<String, Integer> lines(String text) throws IOException, Malformed {
        Map<String, Integer> lines = new HashMap<>();
        try (YAMLParser parser = FACTORY.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                int line = parser.currentTokenLocation().getLineNr();
                if (parser.isCurrentAlias()) {
                    throw new Malformed(
                            "uses a YAML alias; aliases are not supported",
                            OptionalInt.of(line),
                            null);
                }
                if (!token.isStructEnd()) {
                    String pointer = parser.getParsingContext().pathAsPointer().toString();
                    lines.putIfAbsent(path(pointer), line);
                }
            }
        }
        return lines;
    }

    /** {@code a.b[0].c} for {@code /a/b/0/c}. */
    private static String path(String pointer) {
        return pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]")
                .replaceFirst("^/", "")
                .replace('/', '.')
                .replace("~1", "/")
                .replace("~0", "~");
    }

    private static String firstLine(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        return Texts.plain(message.lines().findFirst().orElse(message));
    }

    private static YAMLMapper writer(boolean hasFewQuotes) {
        YAMLFactory factory =
                YAMLFactory.builder()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .disable(YAMLGenerator.Feature.SPLIT_LINES)
                        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                        .configure(YAMLGenerator.Feature.MINIMIZE_QUOTES, hasFewQuotes)
                        .build();
        return new YAMLMapper(factory);
    }
}
