package dev.homeport.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.topology.zk.FleetTree.Restored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EnsembleMainTest {
    @Test
    void whoAsksForHelpGetsItAndAWrongCommandIsNamedWithTheRightOnes() throws Exception {
        assertThat(EnsembleMain.run(List.of("--help")).text())
                .startsWith("usage: homeport ensemble");
        assertThatThrownBy(() -> EnsembleMain.run(List.of("restor")))
                .hasMessage("there is no command restor, but identity, acl and restore");
    }

    /** Whose list of commands is what shells complete. */
    @Test
    void theLauncherListsItsCommands() throws Exception {
        // When
        String launcher = Files.readString(Path.of("..", "homeport"));

        // Then
        assertThat(launcher).containsPattern("(?m)^  ensemble +acl, restore, identity ");
        for (String command : List.of("acl", "restore", "identity")) {
            assertThatThrownBy(() -> EnsembleMain.run(List.of(command)))
                    .isInstanceOf(EnsembleMain.WrongCall.class)
                    .hasMessageNotContaining("there is no command");
        }
    }

    @Test
    void whatWasPutBackIsCounted() {
        assertThat(EnsembleMain.outcome(new Restored(3, 1, List.of())))
                .isEqualTo(
                        new EnsembleMain.Outcome(
                                "3 records put back, 1 stood there already as they are in the file",
                                0));
    }

    @Test
    void whatStoodThereOtherwiseIsNamedUpToALimitAndIsNoSuccess() {
        // Given
        List<String> buckets = IntStream.range(100, 125).mapToObj(i -> "projects/" + i).toList();

        // When
        EnsembleMain.Outcome outcome = EnsembleMain.outcome(new Restored(3, 1, buckets));

        // Then
        assertThat(outcome.exitCode()).isEqualTo(6);
        assertThat(outcome.text().lines())
                .hasSize(22)
                .startsWith(
                        "3 records put back, 1 stood there already as they are in the file;"
                                + " 25 stood there with other content, or one that may not be"
                                + " read, and were left as they are:",
                        "  projects/100")
                .endsWith("  projects/119", "  and 5 more");
    }
}
