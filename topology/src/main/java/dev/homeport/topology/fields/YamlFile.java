package dev.homeport.topology.fields;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads a configuration file: one YAML document of bounded size, without duplicate keys and without
 * aliases (which could blow a small file up, and which Jackson would take for texts).
 */
public final class YamlFile {
    private static final int MAX_BYTES = 1 << 20;

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

    private YamlFile() {}

    /**
     * Reads a file into the record that its fields describe.
     *
     * @param record reads the whole document; empty only with problems, as {@link Fields#build} has
     *     it
     * @throws ConfigException with all problems, whether of the file, of YAML or of the fields
     */
    public static <T> T read(Path file, Function<Fields, Optional<T>> record)
            throws ConfigException {
        var problems = new Problems();
        Optional<T> value = record.apply(Fields.of(read(file), problems));
        if (value.isEmpty() || !problems.isEmpty()) {
            throw new ConfigException(file, problems);
        }
        return value.get();
    }

    /**
     * Reads a file as a tree.
     *
     * @throws ConfigException if it cannot be read, is too large, empty, or no such YAML
     */
    public static JsonNode read(Path file) throws ConfigException {
        byte[] content = content(file);
        try {
            rejectAliases(file, content);
            JsonNode tree = READER.readTree(content);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                throw failure(file, "is empty", null);
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw failure(file, "is no valid YAML: " + shown(e), e);
        } catch (IOException e) {
            throw failure(file, "is no valid YAML: " + e.getMessage(), e);
        }
    }

    private static byte[] content(Path file) throws ConfigException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw failure(file, "is larger than " + MAX_BYTES + " bytes", null);
            }
            return content;
        } catch (NoSuchFileException e) {
            throw failure(file, "does not exist", e);
        } catch (IOException e) {
            throw failure(file, "cannot be read: " + e, e);
        }
    }

    private static void rejectAliases(Path file, byte[] content)
            throws IOException, ConfigException {
        try (YAMLParser parser = FACTORY.createParser(content)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw failure(
                            file,
                            "uses a YAML alias in line "
                                    + parser.currentTokenLocation().getLineNr()
                                    + "; aliases are not supported",
                            null);
                }
            }
        }
    }

    /** Line, column and the parser's words without its excerpt of the file. */
    private static String shown(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        String firstLine = message.lines().findFirst().orElse(message);
        JsonLocation location = e.getLocation();
        return location == null
                ? firstLine
                : "line %d, column %d: %s"
                        .formatted(location.getLineNr(), location.getColumnNr(), firstLine);
    }

    private static ConfigException failure(Path file, String what, Throwable cause) {
        var problems = new Problems();
        problems.add("", what);
        return new ConfigException(file, problems, cause);
    }
}
