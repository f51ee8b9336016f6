package dev.homeport.conformance.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/compatibility.md} shows every difference as it is listed here, and no other. */
final class CompatibilityPageTest {
    private static final String HEAD = "| Difference | Reason | Remedy |";

    @Test
    void theTableIsTheList() throws IOException {
        // Given
        Path page = Path.of("..", "docs", "compatibility.md");

        // When
        List<String> table =
                Files.readString(page)
                        .lines()
                        .dropWhile(line -> !line.equals(HEAD))
                        .skip(2)
                        .takeWhile(line -> line.startsWith("|"))
                        .toList();

        // Then
        assertThat(table)
                .containsExactlyElementsOf(
                        Stream.of(Difference.values()).map(Difference::row).toList());
    }
}
