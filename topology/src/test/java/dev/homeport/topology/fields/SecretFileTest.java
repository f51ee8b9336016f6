package dev.homeport.topology.fields;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretFileTest {
    @TempDir Path directory;

    private final Problems problems = new Problems();

    @Test
    void readsTheFirstLineAndPrintsItAsStars() throws Exception {
        // Given
        Path file = file("open sesame \nanother line\n", "rw-r-----");

        // When
        Optional<Secret> secret = SecretFile.read(file, problems, "passwordFile");

        // Then
        assertThat(secret).contains(new Secret("open sesame "));
        assertThat(secret.toString()).doesNotContain("sesame").contains("***");
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rw--w----"})
    void refusesAFileThatIsOpenToOthers(String mode) throws Exception {
        // Given
        Path file = file("open sesame\n", mode);

        // When
        Optional<Secret> secret = SecretFile.read(file, problems, "passwordFile");

        // Then
        assertThat(secret).isEmpty();
        assertThat(problems.text())
                .isEqualTo(
                        "passwordFile: %s must not be open to others: its mode is %s; run chmod 600 on it"
                                .formatted(file, mode));
    }

    @Test
    void refusesAnEmptyLineAndAMissingFile() throws Exception {
        // Given
        Path empty = file("\nsecond\n", "rw-------");
        Path missing = directory.resolve("missing");

        // When
        SecretFile.read(empty, problems, "a");
        SecretFile.read(missing, problems, "b");

        // Then
        assertThat(problems.text())
                .isEqualTo(
                        "a: the first line of %s is empty%nb: %s does not exist"
                                .formatted(empty, missing));
    }

    private Path file(String content, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
