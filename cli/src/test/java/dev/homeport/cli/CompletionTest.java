package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets a real shell complete with the script that the command prints. */
final class CompletionTest {
    @TempDir private Path directory;

    private Path script;
    private Path calls;
    private Path ids;

    @BeforeEach
    void makeScriptAndProgram() throws Exception {
        Session session = new Session(directory);
        assertThat(session.run("completion", "bash")).isZero();
        script = Files.writeString(directory.resolve("completion.sh"), session.out());
        calls = directory.resolve("calls");
        ids = Files.writeString(directory.resolve("ids"), "fra1\nfra2\nber1\n");
        Path program = directory.resolve("homeport");
        Files.writeString(
                program, "#!/bin/sh\necho \"$@\" >> '%s'\ncat '%s'\n".formatted(calls, ids));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @ParameterizedTest
    @CsvSource({
        "'st', status",
        "'wa', watch",
        "'dri', drill",
        "'ens', ensemble",
        "'ensemble re', restore",
        "'ensemble acl --', --config --as",
        "'ensemble restore --s', --snapshot",
        "'quar', quarantine",
        "'edit gu', guard",
        "'apply --dry', --dry-run",
        "'drain --rea', --reason",
        "'completion zs', zsh",
        "'cordon f', fra1 fra2",
        "'cluster ber', ber1",
        "'edit cluster b', ber1",
        "'projects --cluster fra', fra1 fra2",
        "'watch --cluster b', ber1"
    })
    void completes(String line, String words) throws Exception {
        assertThat(complete("bash", line)).containsExactlyInAnyOrder(words.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ensemble st",
                "ensemble identity --",
                "ensemble acl --config ro",
                "ensemble restore cordon"
            })
    void leavesTheRestOfEnsembleToTheFilesThatAreThere(String line) throws Exception {
        assertThat(complete("bash", line)).isEmpty();
    }

    @Test
    void asksForIdsOnceAMinuteAtMost() throws Exception {
        // When
        String typed = typed("cordon f") + typed("drain b") + typed("status");
        run("bash", typed);

        // Then
        assertThat(calls).hasContent("completion --ids");
    }

    @Test
    void asksNobodyWhereNoIdStands() throws Exception {
        complete("bash", "status --o");
        complete("bash", "cordon --re");
        assertThat(calls).doesNotExist();
    }

    @Test
    void printsOnlyWhatHasTheFormOfAnId() throws Exception {
        // Given
        String hostile =
                """
                {"clusters": [{"id": "fra1"}, {"id": "$(touch x)"}, {"id": "`touch x`"}, {"id": ""},
                  {"id": "a\\n$(touch x)"}, {"id": "A1"}, {"id": "-a"}, {"id": "a b"}, {},
                  {"id": "%s"}, {"id": "%s"}]}
                """
                        .formatted("l".repeat(63), "m".repeat(64));

        // When
        try (FakeRouter router = new FakeRouter().on("GET /v1/clusters", 200, hostile)) {
            Session session = new Session(directory).with("HOMEPORT_URL", router.url());
            assertThat(session.run("completion", "--ids")).isZero();

            // Then
            assertThat(session.out()).isEqualTo("fra1\n" + "l".repeat(63) + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"$(touch '%s')", "`touch '%s'`", "a$(touch '%s')", "${x:=$(touch '%s')}"})
    void runsNothingThatStandsInAnId(String id) throws Exception {
        // Given
        Path trace = directory.resolve("trace");
        Files.writeString(ids, "fra1\n" + id.formatted(trace) + "\n");

        // When
        List<String> words = complete("bash", "cordon f");

        // Then
        assertThat(words).containsExactly("fra1");
        assertThat(trace).doesNotExist();
    }

    @Test
    void isAScriptThatBashTakes() throws Exception {
        Process check = new ProcessBuilder("bash", "-n", script.toString()).start();
        String complaint =
                new String(check.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(complaint).isZero();
        assertThat(complaint).isEmpty();
    }

    @Test
    void zshTakesItToo() throws Exception {
        boolean isThere = Files.isExecutable(Path.of("/usr/bin/zsh"));
        if (!isThere) {
            System.err.println("SKIPPED: no zsh here; install zsh");
        }
        assumeTrue(isThere, "zsh is missing: install zsh");
        // Which of them begin as what was typed, zsh decides by itself afterwards.
        assertThat(complete("zsh", "cordon f"))
                .contains("fra1", "fra2")
                .doesNotContain("status", "watch");
        Path trace = directory.resolve("trace");
        Files.writeString(ids, "fra1\n$(touch '%s')\n".formatted(trace));
        assertThat(complete("zsh", "cordon f")).containsExactly("fra1");
        assertThat(trace).doesNotExist();
        assertThat(complete("zsh", "wat"))
                .contains("watch", "up", "ensemble")
                .doesNotContain("fra1");
        assertThat(complete("zsh", "ensemble re"))
                .contains("restore")
                .doesNotContain("routers", "fra1");
        assertThat(complete("zsh", "ensemble restore --s"))
                .contains("--snapshot")
                .doesNotContain("--reason");
    }

    private List<String> complete(String shell, String line) throws Exception {
        return run(shell, typed(line) + "printf '%s\\n' \"${COMPREPLY[@]}\"\n")
                .lines()
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** What a shell does when somebody has typed that and presses the tabulator. */
    private static String typed(String line) {
        List<String> words = new ArrayList<>(List.of("homeport"));
        words.addAll(List.of(line.split(" ")));
        return """
        COMP_WORDS=(%s)
        COMP_CWORD=%d
        COMP_LINE="homeport %s"
        COMP_POINT=${#COMP_LINE}
        COMPREPLY=()
        _homeport_complete
        """
                .formatted(String.join(" ", words), words.size() - 1, line);
    }

    private String run(String shell, String commands) throws IOException, InterruptedException {
        boolean isZsh = shell.equals("zsh");
        String file =
                (isZsh ? "autoload -U +X compinit && compinit -u -D\n" : "")
                        + ". '%s'\n".formatted(script)
                        // As zsh's bashcompinit does it around a function of bash.
                        + (isZsh
                                ? "emulate -L sh 2>/dev/null; setopt kshglob noshglob braceexpand ksharrays\n"
                                : "")
                        + commands;
        ProcessBuilder builder =
                isZsh
                        ? new ProcessBuilder("zsh", "-f", "-c", file)
                        : new ProcessBuilder("bash", "--norc", "-c", file);
        builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
