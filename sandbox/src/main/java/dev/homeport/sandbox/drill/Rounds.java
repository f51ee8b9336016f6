package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.drill.IncidentWatch.Sighting;
import dev.homeport.sandbox.fleet.Progress;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The same small loss again and again, around the routers, each time in a project of its own: three
 * tables, two of which are dropped in one statement.
 */
final class Rounds {
    private static final String CLOSING = "homeport drill: a round is over";
    private static final int REPORTED = 10;

    private final DrillStage stage;
    private final DrilledFleet fleet;
    private final Progress progress;
    private final List<Round> done = new ArrayList<>();

    /** One of them, as far as it was noticed and contained. */
    private record Round(Duration opened, Duration seen, Duration refused, Duration elsewhere) {}

    Rounds(DrillStage stage, Progress progress) {
        this.stage = stage;
        this.fleet = stage.fleet();
        this.progress = progress;
    }

    /**
     * Plays them.
     *
     * @param prefix of the projects' names
     */
    RoundsResult run(int rounds, String prefix) throws IOException, InterruptedException {
        stage.bystanders().take();
        for (int i = 1; i <= rounds; i++) {
            round(prefix + i).ifPresent(done::add);
            if (i % REPORTED == 0 || i == rounds) {
                progress.tell("round %d of %d".formatted(i, rounds));
            }
        }
        return new RoundsResult(
                rounds,
                done.size(),
                percentiles(Round::opened),
                percentiles(Round::seen),
                percentiles(Round::refused),
                percentiles(Round::elsewhere),
                stage.bystanders().take());
    }

    private Percentiles percentiles(Function<Round, Duration> what) {
        return Percentiles.of(done.stream().map(what).toList());
    }

    /** One; empty if it was not noticed, or not contained. */
    private Optional<Round> round(String project) throws IOException, InterruptedException {
        stage.projects().placeOn(fleet.cluster(), project);
        CompletableFuture<Instant> loss = new CompletableFuture<>();
        Optional<Round> round;
        try (MySqlTestClient around = fleet.connectAround(project);
                ContainmentProbe probe =
                        ContainmentProbe.start(fleet, stage.projects(), project, loss)) {
            for (String table : List.of("a", "b", "c")) {
                run(around, "CREATE TABLE %s (id INT PRIMARY KEY)".formatted(table));
                run(around, "INSERT INTO %s SELECT seq FROM seq_1_to_100".formatted(table));
            }
            run(around, "DROP TABLE a, b");
            loss.complete(Instant.now());
            round = measured(project, loss.resultNow(), probe);
            stage.incidents().closeOf(project, CLOSING);
        } finally {
            loss.cancel(false);
        }
        stage.projects().remove(project);
        return round;
    }

    private Optional<Round> measured(String project, Instant loss, ContainmentProbe probe)
            throws InterruptedException {
        Optional<Sighting> sighting =
                stage.watch().await(one -> Incidents.isLossOf(one, project), Poll.PATIENCE);
        Optional<Instant> refused = probe.refused();
        Optional<Instant> elsewhere = probe.elsewhere();
        if (sighting.isEmpty() || refused.isEmpty() || elsewhere.isEmpty()) {
            return Optional.empty();
        }
        Instant opened = sighting.get().opened();
        return Optional.of(
                new Round(
                        Duration.between(loss, opened),
                        Duration.between(loss, sighting.get().seen()),
                        Duration.between(opened, refused.get()),
                        Duration.between(opened, elsewhere.get())));
    }

    private static void run(MySqlTestClient client, String sql) throws IOException {
        if (client.query(sql) instanceof Failure failure) {
            throw new DrillException(sql + ": " + failure.message());
        }
    }
}
