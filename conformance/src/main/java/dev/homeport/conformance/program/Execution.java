package dev.homeport.conformance.program;

import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that was run to its end.
 *
 * @param status its exit code; {@link #TOO_LATE} if it was killed because it took too long
 */
record Execution(int status, String output, String errors) {
    static final int TOO_LATE = -1;

    /**
     * Runs a program; whatever it started is gone when this returns.
     *
     * @param environment beside that of this JVM, of which nothing is passed on that would change
     *     what a client does
     */
    static Execution of(
            List<String> command, Map<String, String> environment, Path folder, Duration patience) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(Execution::changesClients);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return finish(process, patience);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst(), e);
        }
    }

    private static Execution finish(Process process, Duration patience) {
        CompletableFuture<String> output = text(process.getInputStream());
        CompletableFuture<String> errors = text(process.getErrorStream());
        try {
            boolean isInTime = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            int status = isInTime ? process.exitValue() : TOO_LATE;
            kill(process);
            return new Execution(status, output.join(), errors.join());
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static CompletableFuture<String> text(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                byte[] bytes = stream.readAllBytes();
                                text.complete(new String(bytes, StandardCharsets.UTF_8));
                            } catch (IOException e) {
                                text.complete("(cannot read: " + e.getMessage() + ")");
                            }
                        });
        return text;
    }

    private static boolean changesClients(String variable) {
        return variable.startsWith("MYSQL")
                || variable.startsWith("MARIADB")
                || variable.startsWith("DB_");
    }

    boolean isGood() {
        return status == 0;
    }

    /** Why it is not good, in a few lines. */
    String complaint() {
        String end =
                errors.length() > 1500 ? "..." + errors.substring(errors.length() - 1500) : errors;
        return (status == TOO_LATE ? "took too long" : "ended with " + status) + ": " + end.strip();
    }
}
