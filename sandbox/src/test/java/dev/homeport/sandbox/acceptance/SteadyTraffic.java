package dev.homeport.sandbox.acceptance;

import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that keep one connection each and ask without end. They never connect again: whatever
 * disturbs them is an error. Thread-safe.
 */
final class SteadyTraffic implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final List<Thread> clients = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final LongAdder answers = new LongAdder();
    private volatile boolean isOver;

    private record Sample(Instant when, Duration took) {}

    private SteadyTraffic() {}

    /** That many clients of every one of these projects, over every one of these routers. */
    static SteadyTraffic start(
            RunningFleet fleet, List<String> routers, List<String> projects, int each)
            throws IOException {
        SteadyTraffic traffic = new SteadyTraffic();
        for (String router : routers) {
            for (String project : projects) {
                for (int i = 0; i < each; i++) {
                    traffic.add(fleet.connect(router, project), router + " " + project);
                }
            }
        }
        return traffic;
    }

    private void add(MySqlTestClient client, String name) {
        clients.add(Thread.ofVirtual().start(() -> run(client, name)));
    }

    private void run(MySqlTestClient client, String name) {
        try (client) {
            QueryResult connection = client.query("SELECT CONNECTION_ID()");
            while (!isOver) {
                Instant begun = Instant.now();
                QueryResult answer = client.query("SELECT CONNECTION_ID()");
                samples.add(new Sample(begun, Duration.between(begun, Instant.now())));
                if (!answer.equals(connection)) {
                    errors.add("%s: %s instead of %s".formatted(name, answer, connection));
                    return;
                }
                answers.increment();
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            client.quit();
        } catch (IOException e) {
            errors.add(name + ": " + e);
        }
    }

    long answers() {
        return answers.sum();
    }

    /** What went wrong, also another connection id than at the beginning. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** How long the slowest in a hundred took between these moments. */
    Times times(Instant from, Instant to) {
        return Times.of(
                samples.stream()
                        .filter(one -> !one.when().isBefore(from) && one.when().isBefore(to))
                        .map(Sample::took)
                        .toList());
    }

    @Override
    public void close() {
        isOver = true;
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients were ending", e);
        }
    }
}
