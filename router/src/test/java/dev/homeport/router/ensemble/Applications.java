package dev.homeport.router.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of a router: some keep one connection and ask without end, one logs in again and again.
 * Whatever disturbs one is an error.
 */
final class Applications implements AutoCloseable {
    private static final int STEADY = 3;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final LongAdder answers = new LongAdder();
    private final LongAdder logins = new LongAdder();
    private volatile boolean isOver;

    private Applications() {}

    static Applications start(int port, Login login) throws IOException {
        var applications = new Applications();
        for (int i = 0; i < STEADY; i++) {
            MySqlTestClient client = MySqlTestClient.login(port, login);
            applications.run(() -> applications.ask(client));
        }
        applications.run(() -> applications.logInAgain(port, login));
        return applications;
    }

    private void run(Runnable task) {
        threads.add(Thread.ofVirtual().start(task));
    }

    private void ask(MySqlTestClient client) {
        try (client) {
            QueryResult connection = client.query("SELECT CONNECTION_ID()");
            while (!isOver) {
                long begun = System.nanoTime();
                QueryResult answer = client.query("SELECT CONNECTION_ID()");
                if (!answer.equals(connection) || isTooLong(begun)) {
                    errors.add("%s instead of %s".formatted(answer, connection));
                    return;
                }
                answers.increment();
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            client.quit();
        } catch (IOException e) {
            errors.add("a statement: " + e);
        }
    }

    private void logInAgain(int port, Login login) {
        while (!isOver) {
            long begun = System.nanoTime();
            try (MySqlTestClient client = MySqlTestClient.login(port, login)) {
                client.query("SELECT 1");
                client.quit();
                logins.increment();
            } catch (IOException e) {
                errors.add("a login: " + e);
            }
            if (isTooLong(begun)) {
                errors.add("a login took too long");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean isTooLong(long begunNanos) {
        return System.nanoTime() - begunNanos > LONGEST.toNanos();
    }

    void assertUndisturbed() {
        assertThat(errors).isEmpty();
        assertThat(answers.sum()).isGreaterThan(100);
        assertThat(logins.sum()).isGreaterThan(10);
        System.out.printf(
                "hostile ZooKeeper: %d answers, %d logins, no errors%n",
                answers.sum(), logins.sum());
    }

    @Override
    public void close() {
        isOver = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while applications were ending", e);
        }
    }
}
