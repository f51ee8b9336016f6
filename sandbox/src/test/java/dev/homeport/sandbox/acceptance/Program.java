package dev.homeport.sandbox.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.process.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs other people's clients. */
final class Program {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Program() {}

    /**
     * Skips the running test, and says so, where a program is missing.
     *
     * @return its path
     */
    static String orSkip(String name, String debianPackage) {
        var found = Commands.find(name);
        if (found.isEmpty()) {
            System.err.printf("SKIPPED: no %s here; install %s%n", name, debianPackage);
        }
        assumeTrue(found.isPresent(), () -> name + " is missing: install " + debianPackage);
        return found.orElseThrow().toString();
    }

    /**
     * Runs a program to its end.
     *
     * @param environment beside that of this JVM; the place for passwords
     * @return what it printed, errors included
     * @throws AssertionError if it fails or takes more than a minute
     */
    static String run(List<String> command, Map<String, String> environment) throws IOException {
        Process process = start(command, environment);
        try {
            CompletableFuture<String> output = output(process);
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(command.getFirst() + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(
                        "%s ended with %d: %s"
                                .formatted(command.getFirst(), process.exitValue(), output.join()));
            }
            return output.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a program whose errors come with its output. */
    static Process start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Everything it prints, as soon as it has ended. */
    static CompletableFuture<String> output(Process process) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new String(
                                process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        return e.toString();
                    }
                });
    }
}
