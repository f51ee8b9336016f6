package dev.homeport.testkit.server;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.ServerException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** Waits for the first connection that a server lets in. */
public final class Startup {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Startup() {}

    /** Opens a connection as root. */
    @FunctionalInterface
    public interface Connector {
        Connection connect() throws SQLException;
    }

    /**
     * Waits until a connection can be opened.
     *
     * @throws ServerException if the server ended or does not answer; it is not running then
     */
    public static void await(ChildProcess process, int port, Connector connector) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                connector.connect().close();
                return;
            } catch (SQLException e) {
                failUnlessAliveBefore(deadline, process, port, e);
                pause();
            }
        }
    }

    private static void failUnlessAliveBefore(
            Instant deadline, ChildProcess process, int port, SQLException cause) {
        if (!process.isAlive()) {
            throw new ServerException(
                    "%s ended at start: %s (more in %s)"
                            .formatted(process.name(), process.complaint(), process.log()),
                    cause);
        }
        if (Instant.now().isAfter(deadline)) {
            process.kill();
            throw new ServerException(
                    "%s did not answer on port %d within %s: %s (more in %s)"
                            .formatted(
                                    process.name(),
                                    port,
                                    PATIENCE,
                                    process.complaint(),
                                    process.log()),
                    cause);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }
}
