package dev.homeport.sandbox.acceptance;

import dev.homeport.testkit.process.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The command {@code homeport} as operators run it: a process in a directory, without terminal. */
final class OperatorCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final Map<String, String> environment;

    private OperatorCommand(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /** What came of it. */
    record Result(int exitCode, String out, String err) {
        String all() {
            return out + err;
        }
    }

    /** Asks one router of the fleet; files are looked for in the directory. */
    static OperatorCommand at(RunningFleet fleet, String router, Path directory) {
        return new OperatorCommand(
                directory,
                Map.of("HOMEPORT_URL", fleet.url(router), "HOMEPORT_TOKEN", fleet.token(router)));
    }

    OperatorCommand with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new OperatorCommand(directory, more);
    }

    /** Runs to the end. */
    Result run(String... arguments) {
        Process process = start(arguments);
        try {
            CompletableFuture<String> out = Program.output(process);
            String err =
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("homeport %s does not end".formatted(List.of(arguments)));
            }
            return new Result(process.exitValue(), out.join(), err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts it; nobody types anything. */
    Process start(String... arguments) {
        // Where the tests run in the background Ctrl-C may be ignored, which would be inherited.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(
                JavaCommand.withOwnClassPath(
                        "dev.homeport.cli.Main",
                        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        List.of(arguments)));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(directory.toFile());
        builder.environment().keySet().removeAll(List.of("VISUAL", "EDITOR"));
        builder.environment().putAll(environment);
        builder.redirectInput(Path.of("/dev/null").toFile());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
