package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The launcher knows the commands by heart, so that it can list them before anything is built. */
final class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "homeport");

    @Test
    void listsEveryCommandWhenItIsCalledAlone() throws Exception {
        // When
        String listed = listed();

        // Then
        assertThat(listed.split("[^a-z]+"))
                .contains(CompletionCommand.LAUNCHER.toArray(String[]::new))
                .contains(CompletionCommand.ENSEMBLE.keySet().toArray(String[]::new))
                .contains(commands().toArray(String[]::new));
    }

    @Test
    void listsNothingThatIsNotCompleted() throws Exception {
        // When
        List<String> first =
                Pattern.compile("^  ([a-z]+) ", Pattern.MULTILINE)
                        .matcher(listed())
                        .results()
                        .map(line -> line.group(1))
                        .toList();

        // Then
        assertThat(first).hasSizeGreaterThan(20);
        assertThat(Stream.concat(CompletionCommand.LAUNCHER.stream(), commands().stream()))
                .containsAll(first);
    }

    private static List<String> commands() {
        return Stream.of(Main.class.getAnnotation(Command.class).subcommands())
                .map(command -> command.getAnnotation(Command.class).name())
                .toList();
    }

    private static String listed() throws Exception {
        Process process =
                new ProcessBuilder("bash", LAUNCHER.toString()).redirectErrorStream(true).start();
        String listed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return listed;
    }
}
