package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.sandbox.acceptance.CommandPage.Block;
import dev.homeport.sandbox.fleet.Sandbox;
import dev.homeport.sandbox.plan.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Types what stands in docs/operate.md into a real sandbox, and looks at what it prints. */
@Timeout(400)
final class OperatePageIT {
    private static final Path PAGE = Path.of("..", "docs", "operate.md");

    @TempDir private Path directory;

    @Test
    void everyBlockIsOfAKindThatIsChecked() throws Exception {
        assertThat(blocks()).extracting(Block::language).isSubsetOf("sh", "console", "yaml");
    }

    @Test
    void whatIsForAProductionMachineIsAtLeastWellFormed() throws Exception {
        for (Block block : blocks()) {
            if (block.language().equals("console")) {
                assertThat(PageShell.complaint(block.text())).as(where(block)).isEmpty();
            }
        }
    }

    @Test
    void everyCommandDoesWhatThePageSays() throws Exception {
        // Given
        Program.orSkip("mariadb", "mariadb-client");
        SandboxOptions options = SandboxOptions.in(directory.resolve("sandbox-data"));
        int commands = 0;
        try (Sandbox sandbox = Sandbox.start(options.sized(2, 1, 1));
                PageShell shell = PageShell.open(directory)) {
            assertThat(sandbox.description().routers()).hasSize(1);
            for (Block block : blocks()) {
                if (block.language().equals("sh")) {
                    // Then
                    commands += type(shell, block);
                }
            }
        }
        assertThat(commands).isGreaterThan(50);
        System.out.printf("%d commands of docs/operate.md did what it says%n", commands);
    }

    private static int type(PageShell shell, Block block) throws Exception {
        StringBuilder printed = new StringBuilder();
        List<String> commands = PageShell.commands(block.text());
        for (String command : commands) {
            PageShell.Result result = shell.run(command);
            assertThat(result.exitCode())
                    .as("%s: %s%s", where(block), command, result.output())
                    .isEqualTo(CommandPage.announced(command));
            printed.append(result.output());
        }
        block.shown()
                .ifPresent(
                        shown ->
                                assertThat(CommandPage.hasShape(printed.toString(), shown))
                                        .as("%s printed:%n%s", where(block), printed)
                                        .isTrue());
        return commands.size();
    }

    private static List<Block> blocks() throws IOException {
        return CommandPage.blocks(Files.readString(PAGE));
    }

    private static String where(Block block) {
        return "operate.md, line " + block.line();
    }
}
