package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The launcher knows the commands by heart, so that it can list them before anything is built. */
final class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "homeport");

    @Test
    void listsEveryCommandWhenItIsCalledAlone() throws Exception {
        // Given
        List<String> commands =
                Stream.of(Main.class.getAnnotation(Command.class).subcommands())
                        .map(command -> command.getAnnotation(Command.class).name())
                        .toList();

        // When
        Process process =
                new ProcessBuilder("bash", LAUNCHER.toString()).redirectErrorStream(true).start();
        String listed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).isZero();
        assertThat(listed.split("[^a-z]+"))
                .contains("up", "drill", "router", "agent")
                .contains(commands.toArray(String[]::new));
    }
}
