package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextsTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT-5S, 0 s",
        "PT99S, 99 s",
        "PT100S, 1 min",
        "PT99M, 99 min",
        "PT100M, 1 h",
        "PT71H, 71 h",
        "PT72H, 3 days"
    })
    void showsAnAgeInTheLargestUnitThatFits(Duration age, String text) {
        assertThat(Texts.age(age)).isEqualTo(text);
    }

    @Test
    void putsAsManyWordsIntoALineAsFit() {
        assertThat(Texts.lines(List.of(), 5)).isEmpty();
        assertThat(Texts.lines(List.of("a", "bc", "d", "ef", "ghijkl", "m"), 5))
                .containsExactly("a bc", "d ef", "ghijkl", "m");
    }

    @Test
    void takesTheTeethOutOfWhatATerminalWouldObey() {
        assertThat(Texts.plain("a\u001b[2Jb\r\u202ec")).isEqualTo("a?[2Jb??c");
    }

    @Test
    void encodesWhatStandsInAPathOrAQuery() {
        assertThat(Texts.encoded("app+p 42/?&=")).isEqualTo("app%2Bp%2042%2F%3F%26%3D");
    }

    @Test
    void aTableIsAsWideAsItsWidestCells() {
        // Given
        Table table = new Table("A", "LONGER", "C");
        table.add("wide cell", "", 3);
        StringWriter text = new StringWriter();

        // When
        try (PrintWriter out = new PrintWriter(text)) {
            table.print(out);
        }

        // Then
        assertThat(text.toString().lines())
                .containsExactly("A          LONGER  C", "wide cell  -       3");
    }
}
