package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.testkit.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A router or an agent in a JVM of its own. Safe for use by several threads. */
public final class Daemon implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER)
                    .build();
    private final String id;
    private final List<String> command;
    private final Path log;
    private final URI admin;
    private volatile ChildProcess process;

    private Daemon(String id, List<String> command, Path log, URI admin) {
        this.id = id;
        this.command = List.copyOf(command);
        this.log = log;
        this.admin = admin;
        this.process = ChildProcess.start(id, command, log);
    }

    /** Starts one without waiting; {@link #awaitReady} must follow. */
    static Daemon launch(String id, List<String> command, Path log, URI admin) {
        return new Daemon(id, command, log, admin);
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws SandboxException if it ends before, or takes too long
     */
    public void awaitReady() {
        Wait.forAnswer(
                START_PATIENCE,
                () -> {
                    requireAlive();
                    return isReady() ? Optional.of(true) : Optional.empty();
                },
                () ->
                        "%s is not ready after %d s (more in %s)"
                                .formatted(id, START_PATIENCE.toSeconds(), log));
    }

    private void requireAlive() {
        if (!process.isAlive()) {
            throw new SandboxException(
                    "%s ended at start: %s (more in %s)".formatted(id, process.complaint(), log));
        }
    }

    /** Whether it says that it is ready, at this moment. */
    public boolean isReady() {
        HttpRequest request =
                HttpRequest.newBuilder(admin.resolve("/health/ready")).timeout(ANSWER).build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /** Asks it to end. Idempotent. */
    public void stop() {
        process.stop();
    }

    /** Kills it with -9. Idempotent. */
    public void kill() {
        process.kill();
    }

    /** Starts it again without waiting, after {@link #stop} or {@link #kill}. */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException(id + " runs");
        }
        process = ChildProcess.start(id, command, log);
    }

    @Override
    public void close() {
        stop();
    }

    public String id() {
        return id;
    }

    public URI admin() {
        return admin;
    }

    public long pid() {
        return process.pid();
    }

    /** The child itself, to suspend it or to hear of its end. A restart makes another one. */
    public ChildProcess process() {
        return process;
    }
}
