package dev.homeport.router.fuzz;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A session in order that works all along and checks every value: computed ones, a result of a
 * thousand rows, several statements at once, transactions that must not lose a step.
 */
final class Bystander implements AutoCloseable {
    private static final int ROWS = 1000;

    private final FuzzTarget target;
    private final int id;
    private final Thread thread;
    private final AtomicLong rounds = new AtomicLong();
    private volatile boolean stopped;
    private volatile Optional<String> failure = Optional.empty();
    private volatile long slowestNanos;

    private Bystander(FuzzTarget target, int id) {
        this.target = target;
        this.id = id;
        this.thread = Thread.ofVirtual().name("bystander-" + id).unstarted(this::run);
    }

    static Bystander start(FuzzTarget target, int id) {
        var bystander = new Bystander(target, id);
        bystander.thread.start();
        return bystander;
    }

    /** How often it has done all its work. */
    long rounds() {
        return rounds.get();
    }

    /** What went wrong; nothing is what should be. */
    Optional<String> failure() {
        return failure;
    }

    /** The longest that one statement took since the last call. */
    long takeSlowestMillis() {
        long slowest = slowestNanos;
        slowestNanos = 0;
        return slowest / 1_000_000;
    }

    private void run() {
        String project = target.projects().getFirst();
        Login login =
                Login.as(target.user() + "+" + project, target.password())
                        .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                        .withSchema(project);
        try (MySqlTestClient client = MySqlTestClient.login(target.address().getPort(), login)) {
            work(client);
        } catch (IOException | RuntimeException e) {
            if (!stopped) {
                failure = Optional.of("bystander " + id + " after " + rounds + " rounds: " + e);
            }
        }
    }

    private void work(MySqlTestClient client) throws IOException {
        var random = new Random(id);
        done(client, "CREATE TEMPORARY TABLE mine (n BIGINT NOT NULL) ENGINE = InnoDB");
        done(client, "INSERT INTO mine VALUES (0)");
        while (!stopped) {
            long before = rounds.get();
            int number = random.nextInt(1_000_000);
            value(client, "SELECT %d * 3".formatted(number), Long.toString(number * 3L));
            value(client, "SELECT MD5('" + number + "')", md5(number));
            many(client);
            several(client, number);
            done(client, "BEGIN");
            done(client, "UPDATE mine SET n = n + 1");
            value(client, "SELECT n FROM mine", Long.toString(before + 1));
            done(client, "COMMIT");
            value(client, "SELECT n FROM mine", Long.toString(before + 1));
            rounds.incrementAndGet();
        }
    }

    private void many(MySqlTestClient client) throws IOException {
        long start = System.nanoTime();
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= ROWS; i++) {
            expected.add(Integer.toString(i));
        }
        List<String> seen =
                rows(client.query("SELECT seq FROM seq_1_to_" + ROWS)).stream()
                        .map(List::getFirst)
                        .toList();
        timed(start);
        if (!seen.equals(expected)) {
            throw new IllegalStateException("wrong rows: " + seen);
        }
    }

    private void several(MySqlTestClient client, int number) throws IOException {
        expect("1", rows(client.query("SELECT 1; SELECT " + number)).getFirst().getFirst());
        expect(Integer.toString(number), rows(client.readResult()).getFirst().getFirst());
    }

    private void value(MySqlTestClient client, String sql, String expected) throws IOException {
        long start = System.nanoTime();
        expect(expected, rows(client.query(sql)).getFirst().getFirst());
        timed(start);
    }

    private void timed(long start) {
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
    }

    private static void expect(String expected, String seen) {
        if (!expected.equals(seen)) {
            throw new IllegalStateException("%s instead of %s".formatted(seen, expected));
        }
    }

    private static List<List<String>> rows(QueryResult result) {
        return switch (result) {
            case QueryResult.Rows rows -> rows.rows();
            default -> throw new IllegalStateException(result.toString());
        };
    }

    private static void done(MySqlTestClient client, String sql) throws IOException {
        QueryResult result = client.query(sql);
        if (!(result instanceof QueryResult.Done)) {
            throw new IllegalStateException(sql + ": " + result);
        }
    }

    private static String md5(int number) {
        try {
            byte[] digest =
                    java.security.MessageDigest.getInstance("MD5")
                            .digest(
                                    Integer.toString(number)
                                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return java.util.HexFormat.of().formatHex(digest);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
