package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No statement of a project reaches a cluster that is not its home, whatever operators and
 * ZooKeeper do meanwhile. As large as promised with {@code -Dhomeport.storm.projects=1000
 * -Dhomeport.storm.seconds=60 -Dhomeport.storm.replicas=1}.
 *
 * <p>What is checked, in the general logs of all instances: a statement of a project that arrived
 * at a cluster did so between the moment when the write that made the cluster its home was begun,
 * and the documented deadline of 1 s after all routers showed the write that ended that. At a
 * cluster that was offline none arrived from 1 s after all routers showed that on, until it was
 * asked to come back. No statement arrived twice, and every one that a client got a result for did
 * arrive.
 */
@Timeout(600)
final class StormIT {
    private static final int PROJECTS = Integer.getInteger("homeport.storm.projects", 100);
    private static final int SECONDS = Integer.getInteger("homeport.storm.seconds", 18);
    private static final int REPLICAS = Integer.getInteger("homeport.storm.replicas", 0);
    private static final int CLIENTS = 64;
    private static final int PLACED_AT_A_TIME = 16;
    private static final int MOST_MOVED = 20;
    private static final int ONE_IN_SO_MANY_MOVES = 5;

    /** What a change of the fleet may mean to a client. */
    private static final Set<String> EXPECTED_ERRORS =
            Set.of("cluster_offline", "project_moving", "transaction_lost", "outcome_unknown");

    @TempDir private Path directory;

    private final HomeTimeline timeline = new HomeTimeline();
    private final List<String> violations = new ArrayList<>();
    private final Set<Long> arrived = new HashSet<>();
    private long twice;
    private long untagged;
    private long afterAcknowledgement;
    private Duration latest = Duration.ZERO;

    @Test
    void noStatementReachesAClusterThatIsNotItsHome() throws Exception {
        try (RunningFleet fleet = RunningFleet.start(directory, REPLICAS, 2);
                ZooKeeperFleet zooKeeper = fleet.zooKeeper()) {
            // Given
            List<String> projects =
                    IntStream.range(0, PROJECTS).mapToObj(number -> "p" + number).toList();
            List<String> movable =
                    projects.stream().filter(StormIT::moves).limit(MOST_MOVED).toList();
            placeAll(fleet, projects);
            fill(fleet, "c1", projects);
            fill(fleet, "c2", projects);
            await().ignoreExceptions().until(() -> zooKeeper.source().current().isPresent());
            allInstances(fleet).forEach(GeneralLog::begin);
            long seed = System.nanoTime();

            // When
            StormTraffic traffic =
                    new StormTraffic(fleet, projects, movable, project -> !moves(project));
            StormTrouble trouble = new StormTrouble(fleet, zooKeeper, timeline, movable, seed);
            try (traffic) {
                traffic.start(CLIENTS, seed);
                trouble.makeUntil(Instant.now().plusSeconds(SECONDS));
            }

            // Then
            readLogs(fleet, "c1", trouble);
            readLogs(fleet, "c2", trouble);
            tell(traffic, trouble, seed);
            assertThat(violations).isEmpty();
            assertThat(twice).isZero();
            assertThat(untagged).isZero();
            assertThat(traffic.answeredBut(arrived)).as("answered, and in no log").isEmpty();
            assertThat(traffic.strangers()).isEmpty();
            assertThat(EXPECTED_ERRORS).containsAll(traffic.errors().keySet());
        }
    }

    private static boolean moves(String project) {
        return Integer.parseInt(project.substring(1)) % ONE_IN_SO_MANY_MOVES == 0;
    }

    private void placeAll(RunningFleet fleet, List<String> projects) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(PLACED_AT_A_TIME)) {
            List<Future<?>> placed = new ArrayList<>();
            for (String project : projects) {
                placed.add(threads.submit(() -> place(fleet, project)));
            }
            for (Future<?> one : placed) {
                one.get();
            }
        }
    }

    private void place(RunningFleet fleet, String project) {
        String cluster = project.hashCode() % 2 == 0 ? "c1" : "c2";
        fleet.placeOn(cluster, project);
        timeline.bornAt(project, cluster);
    }

    private void fill(RunningFleet fleet, String cluster, List<String> projects) {
        String[] statements =
                projects.stream()
                        .filter(project -> !moves(project))
                        .filter(project -> timeline.home(project).equals(cluster))
                        .flatMap(StormIT::tableOf)
                        .toArray(String[]::new);
        fleet.primaryOf(cluster).execute(statements);
    }

    private static Stream<String> tableOf(String project) {
        return Stream.of(
                "CREATE TABLE %s.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, owner VARCHAR(63) NOT NULL)"
                        .formatted(project),
                "INSERT INTO %1$s.t (owner) VALUES ('%1$s')".formatted(project));
    }

    private static List<MariaDbServer> allInstances(RunningFleet fleet) {
        List<MariaDbServer> all = new ArrayList<>(fleet.instancesOf("c1"));
        all.addAll(fleet.instancesOf("c2"));
        return all;
    }

    private void readLogs(RunningFleet fleet, String cluster, StormTrouble trouble) {
        for (MariaDbServer instance : fleet.instancesOf(cluster)) {
            try {
                untagged += GeneralLog.read(instance, entry -> check(entry, cluster, trouble));
            } catch (SQLException e) {
                throw new UncheckedIOException(new java.io.IOException(e));
            }
        }
    }

    private void check(GeneralLog.Entry entry, String cluster, StormTrouble trouble) {
        if (!arrived.add(entry.id())) {
            twice++;
        }
        if (!timeline.allows(entry.project(), cluster, entry.when())) {
            violations.add("not at home on %s: %s".formatted(cluster, entry));
        }
        if (trouble.closures().stream().anyMatch(one -> one.covers(cluster, entry.when()))) {
            violations.add("%s was offline: %s".formatted(cluster, entry));
        }
        timeline.acknowledgedBefore(entry.project(), cluster, entry.when())
                .map(acknowledged -> Duration.between(acknowledged, entry.when()))
                .ifPresent(this::lateBy);
    }

    private void lateBy(Duration late) {
        afterAcknowledgement++;
        latest = late.compareTo(latest) > 0 ? late : latest;
    }

    private void tell(StormTraffic traffic, StormTrouble trouble, long seed) {
        System.out.printf(
                "Storm of %d s, %d projects, %d clients, seed %d:%n"
                        + "  done: %s%n"
                        + "  logins %d, statements answered %d, statements in the logs %d%n"
                        + "  errors: %s%n"
                        + "  violations %d, arrived twice %d; at the old home after the"
                        + " acknowledgement of a move, within the deadline: %d, latest %d ms%n",
                SECONDS,
                PROJECTS,
                CLIENTS,
                seed,
                trouble.counts(),
                traffic.logins(),
                traffic.answered().size(),
                arrived.size(),
                traffic.errors(),
                violations.size(),
                twice,
                afterAcknowledgement,
                latest.toMillis());
    }
}
