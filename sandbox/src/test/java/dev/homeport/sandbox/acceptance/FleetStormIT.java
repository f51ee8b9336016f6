package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.zookeeper.ZooKeeperEnsemble;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three routers, three ZooKeeper servers, four clusters, while operators act, hands slip, and
 * ZooKeeper, agents and primaries fail. As large as promised with {@code
 * -Dhomeport.fleet-storm.projects=10000 -Dhomeport.fleet-storm.seconds=1800}.
 *
 * <p>Who makes trouble writes down what was begun and acknowledged when. Then it is checked that
 *
 * <ul>
 *   <li>no statement reached a cluster that was offline or was not its project's home, but, of the
 *       latter, what lay before a primary that hung and was not answered; none arrived twice, and
 *       every one that was answered arrived (general logs of all primaries);
 *   <li>all routers that placed a project named the same home, it lives there, and only there is
 *       its schema; what was deleted stays so;
 *   <li>no visit failed but those of residents of a cluster, and of projects, that were offline or
 *       down at that moment;
 *   <li>bad edits changed nothing;
 *   <li>no password or token is in a log, a metric or a znode.
 * </ul>
 */
@Timeout(7200)
final class FleetStormIT {
    private static final int PROJECTS = Integer.getInteger("homeport.fleet-storm.projects", 80);
    private static final int SECONDS = Integer.getInteger("homeport.fleet-storm.seconds", 45);
    private static final int CLIENTS = Integer.getInteger("homeport.fleet-storm.clients", 32);
    private static final long SEED =
            Long.getLong("homeport.fleet-storm.seed", System.nanoTime() & 0xffff_ffffL);
    private static final List<String> CLUSTERS = List.of("c1", "c2", "c3", "c4");
    private static final int ROUTERS = 3;
    private static final int PLACED_AT_A_TIME = 16;
    private static final int MOVABLE = 16;
    private static final int SWITCHED_OFF = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LOOK_BACK = Duration.ofSeconds(40);
    private static final Duration LOOK_AHEAD = Duration.ofSeconds(10);

    @TempDir private Path directory;

    private final HomeTimeline timeline = new HomeTimeline();
    private final Excuses excuses = new Excuses();
    private final Tally tally = new Tally();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Set<Long> arrived = new HashSet<>();
    private final SplittableRandom random = new SplittableRandom(SEED);

    private RunningFleet fleet;
    private ZooKeeperFleet zooKeeper;
    private long excused;
    private long delayed;
    private Optional<Instant> firstViolation = Optional.empty();

    private record Failed(String project, Instant begun, Instant seen, String kind) {}

    private final Queue<Failed> failures = new ConcurrentLinkedQueue<>();

    @Test
    void whateverHappensToTheControlPlaneNothingHappensToAnybodyElse() throws Exception {
        try (ZooKeeperEnsemble ensemble = ZooKeeperEnsemble.start(directory.resolve("ensemble"));
                RunningFleet started =
                        RunningFleet.start(
                                directory,
                                options ->
                                        options.sized(CLUSTERS.size(), 0, ROUTERS)
                                                .on(ensemble.connect()))) {
            fleet = started;
            try (ZooKeeperFleet opened = fleet.zooKeeper()) {
                zooKeeper = opened;
                run(ensemble);
            }
        }
    }

    private void run(ZooKeeperEnsemble ensemble) throws Exception {
        // Given
        List<String> projects = IntStream.range(0, PROJECTS).mapToObj(i -> "p" + i).toList();
        List<String> movable = projects.subList(0, MOVABLE);
        List<String> switchedOff = projects.subList(MOVABLE, MOVABLE + SWITCHED_OFF);
        List<String> settled = projects.subList(MOVABLE + SWITCHED_OFF, PROJECTS);
        await().ignoreExceptions().until(() -> zooKeeper.source().current().isPresent());
        placeAll(projects);
        CLUSTERS.forEach(cluster -> fill(cluster, settled));
        CLUSTERS.forEach(cluster -> GeneralLog.begin(fleet.primaryOf(cluster)));
        ClusterTrouble clusters =
                new ClusterTrouble(fleet, oneOfEach(settled), excuses, tally, random.split());
        ProjectTrouble some =
                new ProjectTrouble(
                        fleet,
                        new ProjectMoves(fleet, zooKeeper, timeline),
                        timeline,
                        new ProjectTrouble.Projects(CLUSTERS, movable, switchedOff),
                        excuses,
                        tally,
                        random.split());

        // When
        StormTraffic traffic =
                new StormTraffic(
                        fleet,
                        projects,
                        projects.subList(0, MOVABLE + SWITCHED_OFF),
                        settled::contains,
                        (project, begun, seen, kind) ->
                                failures.add(new Failed(project, begun, seen, kind)));
        try (traffic) {
            traffic.start(CLIENTS, SEED);
            make(
                    List.of(
                            clusters,
                            some,
                            new BadEdits(fleet, zooKeeper.client(), settled, tally, random.split()),
                            new ControlPlaneFaults(
                                    fleet, ensemble, CLUSTERS, tally, random.split())));
        }

        // Then
        try {
            checkFailures();
            for (String cluster : CLUSTERS) {
                GeneralLog.read(
                        fleet.primaryOf(cluster),
                        entry -> check(entry, cluster, clusters, traffic));
            }
            checkPlaced(some);
            checkSecrets();
        } finally {
            tell(traffic);
        }
        assertThat(violations).isEmpty();
        assertThat(traffic.answeredBut(arrived)).as("answered, and in no log").isEmpty();
        assertThat(traffic.strangers()).isEmpty();
    }

    private void placeAll(List<String> projects) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(PLACED_AT_A_TIME)) {
            List<Future<?>> placed = new ArrayList<>();
            for (int i = 0; i < projects.size(); i++) {
                String project = projects.get(i);
                String cluster = CLUSTERS.get(i % CLUSTERS.size());
                placed.add(
                        threads.submit(
                                () -> {
                                    fleet.placeOn(cluster, project);
                                    timeline.bornAt(project, cluster);
                                }));
            }
            for (Future<?> one : placed) {
                one.get();
            }
        }
    }

    private void fill(String cluster, List<String> settled) {
        fleet.primaryOf(cluster)
                .execute(
                        settled.stream()
                                .filter(project -> timeline.home(project).equals(cluster))
                                .flatMap(FleetStormIT::tableOf)
                                .toArray(String[]::new));
    }

    private static Stream<String> tableOf(String project) {
        return Stream.of(
                "CREATE TABLE %s.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, owner VARCHAR(63) NOT NULL)"
                        .formatted(project),
                "INSERT INTO %1$s.t (owner) VALUES ('%1$s')".formatted(project));
    }

    private Map<String, String> oneOfEach(List<String> settled) {
        Map<String, String> residents = new HashMap<>();
        settled.forEach(project -> residents.put(timeline.home(project), project));
        return residents;
    }

    private void make(List<Trouble> troubles) throws Exception {
        Instant end = Instant.now().plusSeconds(SECONDS);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (Trouble trouble : troubles) {
                all.add(threads.submit(() -> make(trouble, end)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** What ZooKeeper refuses before anything was done is tried again. */
    private Void make(Trouble trouble, Instant end) throws Exception {
        while (Instant.now().isBefore(end)) {
            try {
                trouble.makeOnce();
            } catch (KeeperException e) {
                tally.count("ZooKeeper was away");
            } catch (Exception | AssertionError e) {
                // Nothing is checked then: what led to it is all that there is.
                System.out.printf(
                        "Fleet storm with seed %d: %s gave up%n",
                        SEED, trouble.getClass().getSimpleName());
                tellWhatHappened(Instant.now().minus(PATIENCE), PATIENCE);
                throw e;
            }
        }
        return null;
    }

    private void tellWhatHappened(Instant when, Duration ahead) {
        tally.between(when.minus(LOOK_BACK), when.plus(ahead))
                .forEach(one -> System.out.println("  HAPPENED " + one));
    }

    private void checkFailures() {
        for (Failed one : failures) {
            List<String> subjects =
                    new ArrayList<>(timeline.homes(one.project(), one.begun(), one.seen()));
            subjects.add(one.project());
            if (excuses.cover(subjects, one.begun(), one.seen())) {
                excused++;
            } else {
                violate("failed without an excuse: " + one + " at home on " + subjects, one.seen());
            }
        }
    }

    private void check(
            GeneralLog.Entry entry, String cluster, ClusterTrouble clusters, StormTraffic traffic) {
        if (!arrived.add(entry.id())) {
            violate("arrived twice: " + entry, entry.when());
        }
        boolean isAtHome = timeline.allows(entry.project(), cluster, entry.when());
        boolean isClosed =
                clusters.closures().stream().anyMatch(one -> one.covers(cluster, entry.when()));
        if (isClosed) {
            violate("%s was offline: %s".formatted(cluster, entry), entry.when());
        } else if (!isAtHome && wasSentInTime(entry, cluster, clusters, traffic)) {
            delayed++;
        } else if (!isAtHome) {
            violate("not at home on %s: %s".formatted(cluster, entry), entry.when());
        }
    }

    /**
     * Whether it lay before a primary that hung, had been sent there rightly, and its client got no
     * answer, or that nobody knows whether it is executed: what was sent cannot be taken back.
     */
    private boolean wasSentInTime(
            GeneralLog.Entry entry, String cluster, ClusterTrouble clusters, StormTraffic traffic) {
        return traffic.begunAndUnknown(entry.id())
                .filter(begun -> timeline.allows(entry.project(), cluster, begun))
                .filter(
                        begun ->
                                clusters.hangs().stream()
                                        .anyMatch(one -> one.delays(cluster, begun, entry.when())))
                .isPresent();
    }

    private void violate(String what, Instant when) {
        violations.add(what);
        if (firstViolation.map(when::isBefore).orElse(true)) {
            firstViolation = Optional.of(when);
        }
    }

    private void checkPlaced(ProjectTrouble some) throws Exception {
        Map<String, Set<String>> schemas = schemas();
        Instant end = Instant.now().plus(PATIENCE);
        for (var placed : some.acknowledged().entrySet()) {
            String project = placed.getKey();
            if (placed.getValue().size() != 1) {
                violations.add("%s was placed on %s".formatted(project, placed.getValue()));
                continue;
            }
            String home = placed.getValue().iterator().next();
            checkAgreement(project, home, statesOf(project, some), end);
            if (!schemas.getOrDefault(project, Set.of()).equals(Set.of(home))) {
                violations.add(
                        "%s lives on %s and has schemas on %s"
                                .formatted(project, home, schemas.get(project)));
            }
        }
    }

    private static Set<String> statesOf(String project, ProjectTrouble some) {
        if (some.deleted().contains(project)) {
            return Set.of("deleted");
        }
        return some.perhapsDeleted().contains(project)
                ? Set.of("deleted", "serving")
                : Set.of("serving");
    }

    /** All routers come to say the same of it, and one of what may be. */
    private void checkAgreement(String project, String home, Set<String> states, Instant end) {
        String path = "/v1/projects/" + project;
        Set<String> allowed =
                states.stream().map(state -> home + " " + state).collect(Collectors.toSet());
        var said = new AtomicReference<Set<String>>(Set.of());
        try {
            // There are thousands, and nearly all are there at once.
            await().pollDelay(Duration.ZERO)
                    .atMost(atLeastOneSecond(Duration.between(Instant.now(), end)))
                    .until(
                            () -> {
                                said.set(placeOf(path));
                                return said.get().size() == 1 && allowed.containsAll(said.get());
                            });
        } catch (ConditionTimeoutException e) {
            violations.add(
                    "%s should be %s, and routers say %s".formatted(project, allowed, said.get()));
        }
    }

    /** As each router says it. */
    private Set<String> placeOf(String path) {
        return fleet.routers().stream()
                .map(router -> fleet.admin(router).get(path).body())
                .map(body -> body.path("cluster").asText() + " " + body.path("state").asText())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Duration atLeastOneSecond(Duration time) {
        return time.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : time;
    }

    /** On which clusters there is one of that name. */
    private Map<String, Set<String>> schemas() throws SQLException {
        Map<String, Set<String>> found = new HashMap<>();
        for (String cluster : CLUSTERS) {
            MariaDbServer primary = fleet.primaryOf(cluster);
            try (Connection connection = primary.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW DATABASES LIKE 'new-%'")) {
                while (rows.next()) {
                    found.computeIfAbsent(rows.getString(1), key -> new HashSet<>()).add(cluster);
                }
            }
        }
        return found;
    }

    private void checkSecrets() throws Exception {
        List<String> secrets = fleet.secrets();
        try (Stream<Path> files = Files.walk(fleet.data())) {
            for (Path log : files.filter(FleetStormIT::isLog).toList()) {
                String text = Files.readString(log, StandardCharsets.ISO_8859_1);
                check(log.toString(), text, secrets);
                if (text.contains("a change was not told")) {
                    violations.add("nobody took a watch away, and one was missed: " + log);
                }
            }
        }
        for (String router : fleet.routers()) {
            check(router + " /metrics", fleet.metrics(router), secrets);
        }
        checkZnodes(zooKeeper.client(), "", secrets);
    }

    private static boolean isLog(Path path) {
        return path.toString().endsWith(".log") && Files.isRegularFile(path);
    }

    private void checkZnodes(CuratorFramework client, String path, List<String> secrets)
            throws Exception {
        String here = path.isEmpty() ? "/" : path;
        byte[] data = client.getData().forPath(here);
        if (data != null) {
            check("znode " + here, new String(data, StandardCharsets.ISO_8859_1), secrets);
        }
        for (String child : client.getChildren().forPath(here)) {
            checkZnodes(client, path + "/" + child, secrets);
        }
    }

    private void check(String where, String text, List<String> secrets) {
        if (secrets.stream().anyMatch(text::contains)) {
            violations.add("a secret in " + where);
        }
    }

    private void tell(StormTraffic traffic) {
        System.out.printf(
                "Fleet storm of %d s, %d projects, %d clients, seed %d:%n"
                        + "  done: %s%n"
                        + "  logins %d, statements answered %d, statements in the logs %d%n"
                        + "  errors: %s, of which of those that were down or offline %d%n"
                        + "  sent in time, and executed late by a primary that had hung: %d%n"
                        + "  violations %d%n",
                SECONDS,
                PROJECTS,
                CLIENTS,
                SEED,
                tally,
                traffic.logins(),
                traffic.answered().size(),
                arrived.size(),
                traffic.errors(),
                excused,
                delayed,
                violations.size());
        violations.stream().limit(20).forEach(one -> System.out.println("  VIOLATION " + one));
        firstViolation.ifPresent(when -> tellWhatHappened(when, LOOK_AHEAD));
    }
}
