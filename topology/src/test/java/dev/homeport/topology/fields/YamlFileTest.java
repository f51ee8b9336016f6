package dev.homeport.topology.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class YamlFileTest {
    @TempDir Path directory;

    private record Door(String name, int port) {
        static Optional<Door> read(Fields fields) {
            String name = fields.string("name");
            int port = fields.integer("port", 1, 65535);
            return fields.build(() -> new Door(name, port));
        }
    }

    @Test
    void readsADocumentIntoItsRecord() throws Exception {
        // Given
        Path file = file("# a comment\nname: front\nport: 7306\n");

        // When
        Door door = YamlFile.read(file, Door::read);

        // Then
        assertThat(door).isEqualTo(new Door("front", 7306));
    }

    @Test
    void takesAKeyWithNothingBehindItForAbsent() throws Exception {
        // Given
        Path file = file("name:\n  # nothing but a comment\nport: 1\n");

        // When
        Optional<ConfigException> failure = failureOf(file);

        // Then
        assertThat(failure.orElseThrow()).hasMessage(file + ": name: is required");
    }

    @Test
    void reportsAllProblemsAtOnceWithFileAndPath() throws Exception {
        // Given
        Path file = file("nam: front\nport: 0\n");

        // When
        Optional<ConfigException> failure = failureOf(file);

        // Then
        assertThat(failure.orElseThrow())
                .hasMessage(
                        """
                        %s has 3 problems:
                          name: is required
                          port: must be a whole number from 1 to 65535, was 0
                          nam: unknown field; known are name, port (did you mean "name"?)"""
                                .formatted(file));
    }

    static Stream<Arguments> unusableFiles() {
        return Stream.of(
                Arguments.of("", "is empty"),
                Arguments.of("# nothing but a comment\n", "is empty"),
                Arguments.of("name: [front\n", "is no valid YAML: line "),
                Arguments.of("name: a\nname: b\n", "Duplicate field 'name'"),
                Arguments.of("name: a\nport: 1\n---\nname: b\n", "is no valid YAML"),
                Arguments.of("name: &x front\nport: *x\n", "uses a YAML alias in line 2"),
                Arguments.of("a: ".repeat(5000), "is no valid YAML"),
                Arguments.of("[".repeat(5000), "is no valid YAML"),
                Arguments.of("#".repeat((1 << 20) + 1), "is larger than 1048576 bytes"),
                Arguments.of("- front\n", "must be an object"));
    }

    @ParameterizedTest
    @MethodSource("unusableFiles")
    void saysWhatIsWrongWithAFile(String content, String message) throws Exception {
        // Given
        Path file = file(content);

        // When
        Optional<ConfigException> failure = failureOf(file);

        // Then
        assertThat(failure.orElseThrow()).hasMessageContaining(message);
        assertThat(failure.orElseThrow().getMessage()).startsWith(file.toString());
    }

    @Test
    void namesAFileThatDoesNotExist() {
        // Given
        Path file = directory.resolve("missing.yaml");

        // Then
        assertThatThrownBy(() -> YamlFile.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": does not exist");
    }

    private Optional<ConfigException> failureOf(Path file) {
        try {
            YamlFile.read(file, Door::read);
            return Optional.empty();
        } catch (ConfigException e) {
            return Optional.of(e);
        }
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("door.yaml"), content);
    }
}
