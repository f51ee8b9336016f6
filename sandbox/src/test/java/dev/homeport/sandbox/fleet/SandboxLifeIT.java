package dev.homeport.sandbox.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.description.SandboxDescription.Cluster;
import dev.homeport.sandbox.description.SandboxDescription.Router;
import dev.homeport.testkit.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code homeport up} begins and ends, well and badly. */
final class SandboxLifeIT {
    private static final String[] SMALL = {"--clusters", "1", "--replicas", "0"};

    @TempDir private Path directory;

    @Test
    void leavesNothingButItsDataWhenItIsToldToEndAndGrowsOnThem() throws Exception {
        // Given
        Path data = directory.resolve("data");
        UpProcess up = UpProcess.start(data, SMALL);
        SandboxDescription first = up.awaitReady();
        List<ProcessHandle> parts = UpProcess.parts(first);
        Asking.project(first, "demo1", "INSERT INTO notes VALUES (4, 'kept')");

        // When
        up.close();

        // Then
        assertThat(parts).noneMatch(ProcessHandle::isAlive);
        assertThat(data.resolve("sandbox.json")).doesNotExist();
        assertThat(up.screen()).contains("stopped").doesNotContain("was killed");
        try (UpProcess again = UpProcess.start(data, "--clusters", "2", "--routers", "2")) {
            SandboxDescription second = again.awaitReady();
            assertThat(second.app()).isEqualTo(first.app());
            assertThat(second.clusters()).extracting(Cluster::id).containsExactly("c1", "c2");
            assertThat(second.routers()).extracting(Router::id).containsExactly("r1", "r2");
            assertThat(Asking.project(second, "demo1", "SELECT text FROM notes WHERE id = 4"))
                    .isEqualTo("kept");
        }
    }

    @Test
    void leavesNothingBehindWhenItIsKilledAndCanBeStartedAgainAtOnce() throws Exception {
        // Given
        Path data = directory.resolve("data");
        UpProcess up = UpProcess.start(data, SMALL);
        SandboxDescription description = up.awaitReady();
        List<ProcessHandle> parts = UpProcess.parts(description);

        // When
        up.process().kill();

        // Then
        try (UpProcess again = UpProcess.start(data)) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> parts.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(again.awaitReady().router("r1").mysql())
                    .isEqualTo(description.router("r1").mysql());
        }
    }

    @Test
    void leavesNothingBehindWhenItIsToldToEndWhileItStarts() {
        // Given
        UpProcess up = UpProcess.start(directory.resolve("data"), SMALL);
        await().atMost(Duration.ofMinutes(1)).until(() -> up.screen().contains(" of MariaDB"));

        // When
        up.close();

        // Then
        assertThat(up.screen()).contains("stopped").doesNotContain("Exception");
        assertThat(ProcessHandle.allProcesses().filter(this::isOurs)).isEmpty();
    }

    @Test
    void aBusyPortIsNamedWithItsOptionAndNothingIsStarted() throws Exception {
        // Given
        int port = FreePorts.next();
        try (ServerSocket busy = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            String number = Integer.toString(busy.getLocalPort());

            // When
            UpProcess up = UpProcess.start(directory.resolve("data"), "--zk-port", number);

            // Then
            assertThat(up.awaitExit()).isEqualTo(1);
            assertThat(up.screen().strip())
                    .isEqualTo(
                            ("homeport up: port %s of --zk-port is in use: take another one, or"
                                            + " stop what listens there")
                                    .formatted(number));
        }
    }

    @Test
    void aServerThatDoesNotRunIsNamedWithTheReasonAndNothingIsStarted() throws Exception {
        // Given
        Path home = directory.resolve("mariadb");
        program(home, "mariadb-install-db", "exit 0");
        program(home, "mariadbd", "echo 'libaio.so.1: cannot open shared object file'; exit 127");

        // When
        UpProcess up = UpProcess.startWithMariaDb(home, directory.resolve("data"), SMALL);

        // Then
        assertThat(up.awaitExit()).isEqualTo(1);
        assertThat(up.screen().strip())
                .isEqualTo(
                        ("homeport up: %s/bin/mariadbd does not run: libaio.so.1: cannot open"
                                        + " shared object file")
                                .formatted(home));
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        // When
        UpProcess up = UpProcess.start(directory.resolve("data"), "--clusters", "0");

        // Then
        assertThat(up.awaitExit()).isEqualTo(2);
        assertThat(up.screen()).contains("--clusters must be 1 to 20, was 0");
    }

    /** Every part has the directory in its command line. */
    private boolean isOurs(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .contains(directory.toString());
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
    }

    private static void program(Path home, String name, String script) throws IOException {
        Path folder = Files.createDirectories(home.resolve("bin"));
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
