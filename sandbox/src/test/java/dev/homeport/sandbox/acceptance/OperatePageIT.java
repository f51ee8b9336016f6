package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.sandbox.acceptance.CommandPage.Block;
import dev.homeport.sandbox.description.SandboxDescription.ZooKeeper;
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
@Timeout(600)
final class OperatePageIT {
    private static final Path PAGE = Path.of("..", "docs", "operate.md");

    @TempDir private Path directory;

    @Test
    void everyBlockIsOfAKindThatIsChecked() throws Exception {
        assertThat(blocks())
                .extracting(Block::language)
                .isSubsetOf("sh", "console", "zkcli", "yaml");
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
                // Then
                commands +=
                        switch (block.language()) {
                            case "sh" -> type(shell, block, block.text());
                            case "console" -> type(shell, block, inOwnFolder(block.text()));
                            case "zkcli" -> edit(shell, block, sandbox.description().zookeeper());
                            default -> 0;
                        };
            }
        }
        assertThat(commands).isGreaterThan(50);
        System.out.printf("%d commands of docs/operate.md did what it says%n", commands);
    }

    /** What is written into the machine's folders is written into ones of the test. */
    private String inOwnFolder(String text) throws IOException {
        for (String folder : List.of("etc/homeport", "etc/bash_completion.d")) {
            Files.createDirectories(directory.resolve(folder));
        }
        return text.replace(" /etc/", " " + directory + "/etc/");
    }

    /** Typed into ZooKeeper's own shell, which goes on after an error and ends with 0. */
    private int edit(PageShell shell, Block block, ZooKeeper zookeeper) throws Exception {
        Path typed = directory.resolve("typed");
        Files.writeString(typed, block.text().replace("user:password", zookeeper.digest()));
        PageShell.Result result =
                shell.run("zkCli.sh -server %s <%s\n".formatted(zookeeper.connect(), typed));
        assertThat(result.exitCode()).as("%s: %s", where(block), result.output()).isZero();
        List<String> edits =
                block.text().lines().filter(line -> line.startsWith("create ")).toList();
        assertThat(edits).isNotEmpty();
        assertThat(result.output())
                .contains(edits.stream().map(line -> "Created " + line.split(" ")[1]).toList())
                .doesNotContainPattern(
                        "(?i)exception|not exist|already exists|not valid|failed|usage|invalid");
        return (int) block.text().lines().count();
    }

    private static int type(PageShell shell, Block block, String text) throws Exception {
        StringBuilder printed = new StringBuilder();
        List<String> commands = PageShell.commands(text);
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
