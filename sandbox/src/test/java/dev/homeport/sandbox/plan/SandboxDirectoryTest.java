package dev.homeport.sandbox.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SandboxDirectoryTest {
    @TempDir private Path directory;

    @Test
    void keepsThePlanInAFileOfItsOwner() throws Exception {
        // Given
        Path data = directory.resolve("new");
        SandboxPlan plan =
                SandboxPlan.of(
                                SandboxOptions.in(data),
                                Optional.empty(),
                                port -> true,
                                () -> 20_000)
                        .withRegistered(Map.of("c1", "127.0.0.1:7401"));

        // When
        try (SandboxDirectory opened = SandboxDirectory.open(data)) {
            opened.write(plan);

            // Then
            assertThat(opened.readPlan()).contains(plan);
        }
        assertThat(modeOf(data)).isEqualTo("rwx------");
        assertThat(modeOf(data.resolve("state.json"))).isEqualTo("rw-------");
    }

    @Test
    void isTakenByOneSandboxAtATime() {
        // Given
        try (SandboxDirectory first = SandboxDirectory.open(directory)) {
            // When / Then
            assertThatThrownBy(() -> SandboxDirectory.open(directory))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("a sandbox runs in " + first.path() + " already (pid ")
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
        }
        SandboxDirectory.open(directory).close();
    }

    @Test
    void leavesFoldersOfOthersAlone() throws Exception {
        // Given
        Files.writeString(directory.resolve("thesis.txt"), "");

        // When / Then
        assertThatThrownBy(() -> SandboxDirectory.open(directory))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("is not empty and holds no sandbox");
        assertThat(directory.resolve("lock")).doesNotExist();
    }

    @Test
    void aPlanThatCannotBeReadIsNamed() throws Exception {
        // Given
        try (SandboxDirectory opened = SandboxDirectory.open(directory)) {
            Files.writeString(directory.resolve("state.json"), "{");

            // When / Then
            assertThatThrownBy(opened::readPlan)
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("cannot read " + directory.resolve("state.json"));
        }
    }

    private static String modeOf(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
