package dev.homeport.router.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/errors.md against {@link ErrorKind}. */
final class ErrorsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "errors.md");
    private static final int COLUMNS_OF_KINDS = 6;
    private static final int COLUMNS_OF_CAUSES = 3;

    @Test
    void thePageDescribesEveryKindAsItIs() throws IOException {
        // Given
        List<String> expected = Arrays.stream(ErrorKind.values()).map(this::row).toList();

        // When
        List<String> described =
                rows(COLUMNS_OF_KINDS)
                        .map(cells -> String.join(" | ", cells.subList(0, COLUMNS_OF_KINDS - 1)))
                        .toList();

        // Then
        assertThat(described).containsExactlyElementsOf(expected);
    }

    @Test
    void thePageSaysOfEveryKindWhenItComes() throws IOException {
        // When
        List<String> explained = rows(COLUMNS_OF_CAUSES).map(List::getFirst).toList();

        // Then
        assertThat(explained)
                .containsExactlyElementsOf(
                        Arrays.stream(ErrorKind.values()).map(this::token).toList());
    }

    @Test
    void whatMayBeReplayedIsToldByTheSqlState() throws IOException {
        // Given
        Set<String> mayNotAlthoughClass08 =
                Stream.of(
                                ErrorKind.TRANSACTION_LOST,
                                ErrorKind.OUTCOME_UNKNOWN,
                                ErrorKind.CLIENT_TOO_OLD,
                                ErrorKind.BAD_PACKET,
                                ErrorKind.PACKET_TOO_LARGE)
                        .map(this::token)
                        .collect(Collectors.toSet());

        // When
        List<List<String>> kinds = rows(COLUMNS_OF_KINDS).toList();

        // Then
        assertThat(kinds)
                .allSatisfy(
                        cells ->
                                assertThat(cells.get(5).startsWith("yes"))
                                        .as(cells.get(0))
                                        .isEqualTo(
                                                cells.get(2).startsWith("08")
                                                        && !mayNotAlthoughClass08.contains(
                                                                cells.get(0))));
    }

    private String row(ErrorKind kind) {
        return String.join(
                " | ",
                token(kind),
                Integer.toString(kind.code()),
                kind.sqlState(),
                kind.text(),
                kind.keepsConnection() ? "kept" : "closed");
    }

    private String token(ErrorKind kind) {
        return "`" + kind.token() + "`";
    }

    /** The rows of that many cells whose first one is a token. */
    private static Stream<List<String>> rows(int columns) throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
                .filter(cells -> cells.size() == columns);
    }
}
