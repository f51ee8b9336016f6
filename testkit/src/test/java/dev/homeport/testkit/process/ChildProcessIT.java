package dev.homeport.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessIT {
    @TempDir private Path directory;

    @Test
    void theChildIsTheCommandItselfAndItsOutputGoesToALogOfItsOwner() throws Exception {
        // Given
        Path log = directory.resolve("child.log");

        // When
        ChildProcess child =
                ChildProcess.start("child", List.of("/bin/sh", "-c", "echo pid $$"), log);

        // Then
        await().until(() -> !child.isAlive());
        assertThat(log).hasContent("pid " + child.pid() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
    }

    @Test
    void tellsItsExitStatus() {
        // Given
        AtomicInteger status = new AtomicInteger(-1);

        // When
        ChildProcess child = shell("exit 7");
        child.onExit(status::set);

        // Then
        await().until(() -> status.get() == 7);
    }

    @Test
    void aChildThatIgnoresTheSignalToEndIsKilled() {
        // Given
        ChildProcess stubborn = shell("trap '' TERM; echo ready; while :; do sleep 0.1; done");
        await().until(() -> stubborn.complaint().contains("ready"));

        // When
        boolean endedByItself = stubborn.stop(Duration.ofMillis(300));

        // Then
        assertThat(endedByItself).isFalse();
        assertThat(stubborn.isAlive()).isFalse();
    }

    @Test
    void aSuspendedChildCanBeStopped() {
        // Given
        ChildProcess child = shell("exec sleep 1000");
        child.suspend();

        // When
        boolean endedByItself = child.stop(Duration.ofSeconds(20));

        // Then
        assertThat(endedByItself).isTrue();
    }

    @Test
    void aProgramThatIsMissingIsNamedWithItsPackage() {
        assertThatThrownBy(() -> Commands.require("no-such-program", "some-package"))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("\"no-such-program\" is missing: install some-package");
    }

    @Test
    void theChildDiesWithAParentThatIsKilled() {
        // Given
        ChildProcess parent =
                ChildProcess.start(
                        "parent",
                        JavaCommand.withOwnClassPath(
                                ParentMain.class.getName(),
                                List.of(),
                                List.of(directory.resolve("grandchild.log").toString())),
                        directory.resolve("parent.log"));
        Pattern line = Pattern.compile("child (\\d+)");
        await().atMost(Duration.ofSeconds(30)).until(() -> line.matcher(parent.complaint()).find());
        Matcher matcher = line.matcher(parent.complaint());
        assertThat(matcher.find()).isTrue();
        ProcessHandle grandchild = ProcessHandle.of(Long.parseLong(matcher.group(1))).orElseThrow();

        // When
        parent.kill();

        // Then
        await().until(() -> !grandchild.isAlive());
    }

    private ChildProcess shell(String script) {
        return ChildProcess.start(
                "shell", List.of("/bin/sh", "-c", script), directory.resolve("shell.log"));
    }
}
