package dev.homeport.sandbox.acceptance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Everything that operators and a lost ZooKeeper session do to a fleet. One thread. */
final class StormTrouble {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOVES_IN_A_ROW = 4;
    private static final Duration OFFLINE_FOR = Duration.ofMillis(1500);

    /** The session timeout of all daemons is 6 s; beyond it they have to take theirs for lost. */
    private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(8);

    /** What a session of a moved project or of an offline cluster has, at the longest. */
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final RunningFleet fleet;
    private final ProjectMoves moves;
    private final HomeTimeline timeline;
    private final List<String> movable;
    private final SplittableRandom random;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<Closure> closures = new ArrayList<>();

    /** A time in which no statement may arrive at a cluster. */
    record Closure(String cluster, Instant from, Instant to) {
        boolean covers(String where, Instant when) {
            return cluster.equals(where) && when.isAfter(from) && when.isBefore(to);
        }
    }

    /**
     * Trouble that has not begun.
     *
     * @param movable empty projects
     */
    StormTrouble(
            RunningFleet fleet,
            ZooKeeperFleet zooKeeper,
            HomeTimeline timeline,
            List<String> movable,
            long seed) {
        this.fleet = fleet;
        this.moves = new ProjectMoves(fleet, zooKeeper, timeline);
        this.timeline = timeline;
        this.movable = List.copyOf(movable);
        this.random = new SplittableRandom(seed);
    }

    /** Makes trouble until then; ZooKeeper is away for a while again and again. */
    void makeUntil(Instant end) throws InterruptedException {
        loseSessions();
        Duration betweenLosses = Duration.ofSeconds(20);
        Instant nextLoss = Instant.now().plus(betweenLosses);
        while (Instant.now().isBefore(end)) {
            if (Instant.now().isAfter(nextLoss)) {
                loseSessions();
                nextLoss = Instant.now().plus(betweenLosses);
            }
            switch (random.nextInt(5)) {
                case 0 -> cordon();
                case 1 -> offline();
                default -> {
                    for (int i = 0; i < MOVES_IN_A_ROW; i++) {
                        move();
                    }
                }
            }
        }
    }

    /** What was done how often. */
    Map<String, Integer> counts() {
        return Map.copyOf(counts);
    }

    /** When which cluster was closed to everybody. */
    List<Closure> closures() {
        return List.copyOf(closures);
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private void loseSessions() throws InterruptedException {
        fleet.zooKeeperServer().process().suspend();
        // Not a wait for something to happen: the length of the pause is what is tried.
        Thread.sleep(LONGER_THAN_A_SESSION);
        fleet.zooKeeperServer().process().resume();
        count("sessions lost");
    }

    private void cordon() {
        String cluster = anyCluster();
        if (ask(cluster, "cordon").isPresent()) {
            untilDone(cluster, "uncordon");
            count("cordons");
        }
    }

    private void offline() throws InterruptedException {
        String cluster = anyCluster();
        if (ask(cluster, "offline").isEmpty()) {
            return;
        }
        fleet.awaitEveryRouter("/v1/clusters/" + cluster, "intent", "offline");
        Instant closed = Instant.now().plus(DEADLINE);
        Thread.sleep(OFFLINE_FOR);
        closures.add(new Closure(cluster, closed, Instant.now()));
        untilDone(cluster, "online");
        count("offlines");
    }

    private Optional<Answer> ask(String cluster, String verb) {
        ObjectNode body = AdminClient.object().put("reason", "storm");
        try {
            Answer answer =
                    fleet.admin(anyRouter()).post("/v1/clusters/" + cluster + "/" + verb, body);
            return Optional.of(answer).filter(Answer::isOk);
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** An undo is repeated where ZooKeeper was away: it may have happened, which is a conflict. */
    private void untilDone(String cluster, String verb) {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                ask(cluster, verb).isPresent()
                                        || fleet.get("r1", "/v1/clusters/" + cluster)
                                                .path("intent")
                                                .asText()
                                                .equals("active"));
    }

    private void move() {
        String project = movable.get(random.nextInt(movable.size()));
        if (moves.move(project, timeline.home(project).equals("c1") ? "c2" : "c1")) {
            count("moves");
        }
    }

    private String anyCluster() {
        return random.nextBoolean() ? "c1" : "c2";
    }

    private String anyRouter() {
        List<String> routers = fleet.routers();
        return routers.get(random.nextInt(routers.size()));
    }
}
