package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** {@code homeport up} as its users have it: a process of its own, which is told to end. */
final class UpProcess implements AutoCloseable {
    private static final String MAIN = "dev.homeport.sandbox.SandboxMain";
    private static final List<String> JVM = List.of("-XX:TieredStopAtLevel=1");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final AtomicInteger RUNS = new AtomicInteger();

    private final Path data;
    private final Path output;
    private final ChildProcess process;

    private UpProcess(Path data, Path output, ChildProcess process) {
        this.data = data;
        this.output = output;
        this.process = process;
    }

    /** Starts it with {@code --data} and more arguments; waits for nothing. */
    static UpProcess start(Path data, String... arguments) {
        return start(List.of(), data, arguments);
    }

    /** The same with another MariaDB than the machine's. */
    static UpProcess startWithMariaDb(Path home, Path data, String... arguments) {
        String variable = MariaDbInstallation.HOME_VARIABLE + "=" + home;
        return start(List.of("/usr/bin/env", variable), data, arguments);
    }

    private static UpProcess start(List<String> prefix, Path data, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--data", data.toString()));
        all.addAll(List.of(arguments));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(JavaCommand.with(packed(), MAIN, JVM, all));
        Path output = data.resolveSibling("up-" + RUNS.incrementAndGet() + ".log");
        return new UpProcess(data, output, ChildProcess.start("homeport up", command, output));
    }

    /** The class path of the launcher: what the build packed, and nothing that only tests have. */
    private static String packed() {
        Path target = Path.of("target").toAbsolutePath();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "sandbox-*.jar")) {
            return jars.iterator().next() + ":" + target.resolve("lib") + "/*";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until {@code sandbox.json} is there. */
    SandboxDescription awaitReady() throws IOException {
        Path file = data.resolve("sandbox.json");
        Awaitility.await("homeport up: see " + output)
                .atMost(PATIENCE)
                .until(() -> Files.exists(file) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("homeport up ended: " + Files.readString(output));
        }
        return SandboxDescription.read(file);
    }

    /** Waits for the end; the exit status. */
    int awaitExit() {
        AtomicInteger status = new AtomicInteger(-1);
        process.onExit(status::set);
        Awaitility.await("end of homeport up").atMost(PATIENCE).until(() -> status.get() >= 0);
        return status.get();
    }

    /** What it wrote to its screen. */
    String screen() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path output() {
        return output;
    }

    ChildProcess process() {
        return process;
    }

    /** The processes of all parts. */
    static List<ProcessHandle> parts(SandboxDescription description) {
        Stream<Long> instances =
                description.clusters().stream()
                        .flatMap(cluster -> cluster.instances().stream())
                        .map(SandboxDescription.Instance::pid);
        Stream<Long> daemons =
                Stream.concat(
                        description.routers().stream().map(SandboxDescription.Router::pid),
                        description.agents().stream().map(SandboxDescription.Agent::pid));
        return Stream.concat(
                        Stream.of(description.zookeeper().pid()), Stream.concat(instances, daemons))
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .toList();
    }

    @Override
    public void close() {
        process.stop(PATIENCE);
    }
}
