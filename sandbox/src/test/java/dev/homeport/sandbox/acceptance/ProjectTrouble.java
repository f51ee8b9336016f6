package dev.homeport.sandbox.acceptance;

import static org.awaitility.Awaitility.await;

import dev.homeport.sandbox.acceptance.Excuses.Excuse;
import dev.homeport.sandbox.acceptance.Operator.Outcome;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What operators do to single projects, over any router, and what they were told of it. */
final class ProjectTrouble implements Trouble {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int ONE_IN_SO_MANY_IS_DELETED = 3;

    private final RunningFleet fleet;
    private final ProjectMoves moves;
    private final HomeTimeline timeline;
    private final Projects projects;
    private final Excuses excuses;
    private final Tally tally;
    private final SplittableRandom random;
    private final Operator operator;
    private final Map<String, Set<String>> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();
    private final Set<String> perhapsDeleted = ConcurrentHashMap.newKeySet();
    private int placed;

    /**
     * Whom it happens to.
     *
     * @param clusters all of the fleet
     * @param movable empty ones
     * @param resident ones that stay where they are
     */
    record Projects(List<String> clusters, List<String> movable, List<String> resident) {}

    ProjectTrouble(
            RunningFleet fleet,
            ProjectMoves moves,
            HomeTimeline timeline,
            Projects projects,
            Excuses excuses,
            Tally tally,
            SplittableRandom random) {
        this.fleet = fleet;
        this.moves = moves;
        this.timeline = timeline;
        this.projects = projects;
        this.excuses = excuses;
        this.tally = tally;
        this.random = random;
        this.operator = new Operator(fleet, tally, random.split());
    }

    /** The homes that routers have acknowledged, of each project that was placed. */
    Map<String, Set<String>> acknowledged() {
        return acknowledged;
    }

    /** Those whose deletion was acknowledged. */
    Set<String> deleted() {
        return deleted;
    }

    /** Those of whose deletion nobody knows whether it was written. */
    Set<String> perhapsDeleted() {
        return perhapsDeleted;
    }

    @Override
    public void makeOnce() throws Exception {
        switch (random.nextInt(3)) {
            case 0 -> move();
            case 1 -> offline();
            default -> place();
        }
    }

    private void move() {
        String project = any(projects.movable());
        String home = timeline.home(project);
        String target = any(projects.clusters().stream().filter(one -> !one.equals(home)).toList());
        Excuse excuse = excuses.begin(project);
        if (moves.move(project, target)) {
            tally.count("move");
        }
        excuse.end();
    }

    private void offline() throws InterruptedException {
        String project = any(projects.resident());
        String path = "/v1/projects/" + project;
        Excuse excuse = excuses.begin(project);
        if (operator.ask(path + "/offline") == Outcome.DONE) {
            fleet.awaitEveryRouter(path, "state", "offline");
            tally.count("project offline");
        }
        do {
            await().atMost(PATIENCE).until(() -> operator.ask(path + "/online") == Outcome.DONE);
        } while (operator.settle());
        fleet.awaitEveryRouter(path, "state", "serving");
        excuse.end();
    }

    /** Over all routers at the same time: all that place it must name one home. */
    private void place() throws Exception {
        placed++;
        String project = "new-" + placed;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<String>>> homes = new ArrayList<>();
            for (String router : fleet.routers()) {
                homes.add(threads.submit(() -> place(router, project)));
            }
            for (Future<Optional<String>> home : homes) {
                home.get()
                        .ifPresent(
                                one ->
                                        acknowledged
                                                .computeIfAbsent(
                                                        project,
                                                        key -> ConcurrentHashMap.newKeySet())
                                                .add(one));
            }
        }
        if (acknowledged.containsKey(project)) {
            tally.count("placed");
            if (placed % ONE_IN_SO_MANY_IS_DELETED == 0) {
                delete(project);
            }
        }
    }

    private Optional<String> place(String router, String project) {
        try {
            Answer answer = fleet.place(router, project);
            return Optional.of(answer)
                    .filter(Answer::isOk)
                    .map(one -> one.body().path("cluster").asText());
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private void delete(String project) {
        switch (operator.delete("/v1/projects/" + project + "?reason=storm")) {
            case DONE -> {
                deleted.add(project);
                tally.count("deleted");
            }
            case IN_DOUBT -> {
                perhapsDeleted.add(project);
                tally.count("deletion in doubt");
            }
            case UNFIT, REFUSED -> tally.count("deletion refused");
        }
    }

    private String any(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
