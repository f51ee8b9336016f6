package dev.homeport.sandbox.drill;

import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The application of one play: a pool of connections, and whether every answer is a plain server's.
 * One thread at a time.
 */
final class Application implements AutoCloseable {
    private final DrilledFleet fleet;
    private final Play play;
    private final Map<Worker, MySqlTestClient> pool = new EnumMap<>(Worker.class);
    private final List<String> wrongAnswers = new ArrayList<>();
    private final CompletableFuture<Instant> firstLoss = new CompletableFuture<>();

    /** The connections of the pool. */
    enum Worker {
        /** Through the first router. */
        FIRST,
        /** Through the last one. */
        SECOND,
        /** Does what nobody waits for; through the first router. */
        MAINTENANCE
    }

    Application(DrilledFleet fleet, Play play) {
        this.fleet = fleet;
        this.play = play;
    }

    /**
     * Says something, and takes down an answer that no plain server would give.
     *
     * @throws ContainedException if the answer is that the project is refused for loss of data, and
     *     it may be by now
     */
    void expect(Worker worker, String sql, Expected expected)
            throws IOException, ContainedException {
        QueryResult answer = connection(worker).query(sql);
        if (expected.isIt().test(answer)) {
            return;
        }
        boolean mayBeRefused = play.mode() == Mode.OBSERVE && firstLoss.isDone();
        if (mayBeRefused && answer instanceof Failure failure && Refusal.isDataLoss(failure)) {
            throw new ContainedException(failure.message());
        }
        wrongAnswers.add(
                "%s: expected %s, but got %s".formatted(verb(sql), expected.text(), text(answer)));
    }

    /** The same, of a statement that destroys what it should not. */
    void destroy(Worker worker, String sql, Expected expected)
            throws IOException, ContainedException {
        expect(worker, sql, expected);
        firstLoss.complete(Instant.now());
    }

    private MySqlTestClient connection(Worker worker) throws IOException, ContainedException {
        MySqlTestClient open = pool.get(worker);
        if (open == null) {
            open =
                    switch (play.mode()) {
                        case GUARD, OBSERVE -> fleet.connect(router(worker), play.project());
                        case AROUND -> fleet.connectAround(play.project());
                    };
            pool.put(worker, open);
        }
        return open;
    }

    /** Connects all of the pool, as one that is in use has it. */
    void connect() throws IOException, ContainedException {
        for (Worker worker : Worker.values()) {
            connection(worker);
        }
    }

    private String router(Worker worker) {
        return worker == Worker.SECOND ? fleet.routers().getLast() : fleet.routers().getFirst();
    }

    private static String verb(String sql) {
        return sql.length() <= 60 ? sql : sql.substring(0, 60) + " ...";
    }

    private static String text(QueryResult answer) {
        String text = answer.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + " ...";
    }

    /** When the answer to the first statement came that destroyed something; completed then. */
    CompletableFuture<Instant> firstLoss() {
        return firstLoss;
    }

    /** What a plain server would not have answered, for people. */
    List<String> wrongAnswers() {
        return List.copyOf(wrongAnswers);
    }

    @Override
    public void close() {
        // Whoever waits for a loss that did not happen waits no longer.
        firstLoss.cancel(false);
        pool.values().forEach(Application::close);
    }

    private static void close(MySqlTestClient client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new DrillException("cannot close a connection", e);
        }
    }
}
