package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.sandbox.acceptance.CommandPage.Block;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandPageTest {
    @Test
    void findsBlocksWithWhatIsShownBelowThem() {
        assertThat(
                        CommandPage.blocks(
                                """
                                # A

                                ```sh
                                ls
                                ```

                                ```text
                                file
                                ```

                                prose

                                ```text
                                alone
                                ```
                                ```console
                                rm x
                                ```
                                """))
                .containsExactly(
                        new Block(3, "sh", "ls\n", Optional.of("file\n")),
                        new Block(13, "text", "alone\n", Optional.empty()),
                        new Block(16, "console", "rm x\n", Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"ls, 0", "ls   # exit 3, 3", "ls # exit 3 is bad, 0", "'cat <<X\n# exit 2\nX', 0"})
    void readsTheExitCodeThatIsAnnounced(String command, int code) {
        assertThat(CommandPage.announced(command)).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "'c1  2 projects', 'c1 17   projects', true",
        "'c1  2 projects', 'c1 x projects', false",
        "'since ... (5 s ago)', 'since 2026-01-31T12:00:00Z (0 s ago)', true",
        "'a\n...\nd', 'a\nb\n\nc\nd', true",
        "'a\n...\nd', 'a\nd', true",
        "'a\nd', 'a\nb\nd', false",
        "'a', 'a\nb', false",
        "'a\n...', 'a\nb', true",
        "'a.b (c)?', 'a.b (c)?', true",
        "'a.b', 'axb', false"
    })
    void comparesShapes(String shown, String output, boolean isAlike) {
        assertThat(CommandPage.hasShape(output, shown)).isEqualTo(isAlike);
    }
}
