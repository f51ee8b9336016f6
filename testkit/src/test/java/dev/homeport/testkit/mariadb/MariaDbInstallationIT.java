package dev.homeport.testkit.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.process.ServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MariaDbInstallationIT {
    @TempDir private Path directory;

    @Test
    void findsAServerAndItsVersion() {
        // When
        MariaDbInstallation installation = MariaDbInstallation.find();

        // Then
        assertThat(installation.version()).matches("\\d+\\.\\d+\\.\\d+.*MariaDB.*");
    }

    @Test
    void aServerThatLacksALibraryIsNamedWithTheReason() throws Exception {
        // Given
        program("mariadbd", "echo 'error while loading shared libraries: libaio.so.1'; exit 127");
        program("mariadb-install-db", "exit 0");

        // When / Then
        assertThatThrownBy(() -> MariaDbInstallation.at(directory))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("does not run: error while loading shared libraries: libaio");
    }

    @Test
    void aServerForAnotherMachineIsNamedWithTheReason() throws Exception {
        // Given
        program("mariadb-install-db", "exit 0");
        Path server = program("mariadbd", "");
        Files.write(server, new byte[] {0x7f, 'E', 'L', 'F', 9, 9, 9, 9});

        // When / Then
        assertThatThrownBy(() -> MariaDbInstallation.at(directory))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("does not run: ");
    }

    @Test
    void theBundleRunsWhereTheBuildUnpackedIt() {
        // Given
        Optional<Path> home = MariaDbInstallation.bundleHome();
        assumeTrue(home.isPresent(), "no bundle here: build with -Dhomeport.mariadb.bundle");
        MariaDbSettings settings = MariaDbSettings.in(directory.resolve("server"));

        // When
        try (MariaDbServer server =
                MariaDbServer.launch(settings, MariaDbInstallation.at(home.get()))) {
            server.awaitReady();

            // Then
            assertThat(server.variable("version")).startsWith("11.");
        }
    }

    private Path program(String name, String script) throws Exception {
        Path folder = Files.createDirectories(directory.resolve("bin"));
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
