package dev.homeport.sandbox.drill;

import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Projects that have nothing to do with it: one client of each through each router runs small
 * transactions without end. A connection is made again only after an error. Thread-safe.
 */
final class Bystanders implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);
    private static final List<String> TRANSACTION =
            List.of(
                    "BEGIN",
                    "SELECT COUNT(*) FROM visits WHERE id > 0",
                    "INSERT INTO visits (text) VALUES ('seen')",
                    "COMMIT");

    private final DrilledFleet fleet;
    private final List<Thread> clients = new ArrayList<>();
    private BystanderCounts counts = BystanderCounts.NONE;
    private volatile boolean isOver;

    Bystanders(DrilledFleet fleet) {
        this.fleet = fleet;
    }

    /** Makes their table and lets their clients begin. */
    void start(List<String> projects) throws IOException {
        for (String project : projects) {
            try (MySqlTestClient client = fleet.connect(fleet.routers().getFirst(), project)) {
                QueryResult made =
                        client.query(
                                "CREATE TABLE visits (id INT AUTO_INCREMENT PRIMARY KEY, text"
                                        + " VARCHAR(20))");
                if (made instanceof Failure failure) {
                    throw new DrillException(project + ": " + failure.message());
                }
            }
            for (String router : fleet.routers()) {
                clients.add(Thread.ofVirtual().start(() -> run(router, project)));
            }
        }
    }

    private void run(String router, String project) {
        while (!isOver) {
            try (MySqlTestClient client = fleet.connect(router, project)) {
                while (!isOver) {
                    transact(client);
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
                client.quit();
            } catch (IOException e) {
                count(BystanderCounts.failed("%s through %s: %s".formatted(project, router, e)));
                LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
            }
        }
    }

    private void transact(MySqlTestClient client) throws IOException {
        for (String statement : TRANSACTION) {
            Instant begun = Instant.now();
            QueryResult answer = client.query(statement);
            if (answer instanceof Failure failure) {
                throw new IOException(failure.message());
            }
            count(BystanderCounts.answered(Duration.between(begun, Instant.now())));
        }
    }

    private synchronized void count(BystanderCounts more) {
        counts = counts.and(more);
    }

    /** How they fared since this was asked last. */
    synchronized BystanderCounts take() {
        BystanderCounts taken = counts;
        counts = BystanderCounts.NONE;
        return taken;
    }

    @Override
    public void close() {
        isOver = true;
        Threads.join(clients);
    }
}
