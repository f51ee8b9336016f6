package dev.homeport.conformance.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.conformance.matrix.Limitation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/compatibility.md} shows everything that is listed here, and nothing else. */
final class CompatibilityPageTest {

    @Test
    void theTableOfDifferencesIsTheList() throws IOException {
        assertThat(table("| Difference | Reason | Remedy |"))
                .containsExactlyElementsOf(
                        Stream.of(Difference.values()).map(Difference::row).toList());
    }

    @Test
    void theTableOfWhatDoesNotWorkIsTheList() throws IOException {
        assertThat(table("| What does not work | Reason | Remedy |"))
                .containsExactlyElementsOf(
                        Stream.of(Limitation.values()).map(Limitation::row).toList());
    }

    private static List<String> table(String head) throws IOException {
        return Files.readString(Path.of("..", "docs", "compatibility.md"))
                .lines()
                .dropWhile(line -> !line.equals(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}
