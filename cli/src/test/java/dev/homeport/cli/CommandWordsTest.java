package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandWordsTest {
    static Stream<Arguments> linesAndWords() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("vi", List.of("vi")),
                Arguments.of("  code  --wait ", List.of("code", "--wait")),
                Arguments.of("\"/opt/my editor/ed\" -w", List.of("/opt/my editor/ed", "-w")),
                Arguments.of("/opt/my\\ editor", List.of("/opt/my editor")),
                Arguments.of("sed -i 's/a b/\"c\" \\d/'", List.of("sed", "-i", "s/a b/\"c\" \\d/")),
                Arguments.of("a'b c'\"d e\"f", List.of("ab cd ef")),
                Arguments.of("x '' \"\"", List.of("x", "", "")),
                Arguments.of("\"a\\\"b\\\\c\\d\"", List.of("a\"b\\c\\d")),
                // Nothing is expanded, and nothing is a command of its own.
                Arguments.of("ed $HOME; rm *", List.of("ed", "$HOME;", "rm", "*")));
    }

    @ParameterizedTest
    @MethodSource("linesAndWords")
    void splitsAsAShellDoes(String line, List<String> words) {
        assertThat(CommandWords.of(line)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vi 'x", "vi \"x", "vi \\"})
    void whatIsNotClosedIsRefused(String line) {
        assertThatThrownBy(() -> CommandWords.of(line))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
