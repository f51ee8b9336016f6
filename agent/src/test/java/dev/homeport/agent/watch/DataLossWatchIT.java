package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.watch.WatchListener.StatementOutcome;
import dev.homeport.agent.watch.WatchedServer.Kind;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Severity;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The watch on real servers. */
@Timeout(900)
final class DataLossWatchIT {
    /** {@code -Dhomeport.watch.rounds=100} for the promise. */
    private static final int ROUNDS = Integer.getInteger("homeport.watch.rounds", 20);

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @TempDir static Path directory;

    private static final WatchedServer.All SERVERS =
            new WatchedServer.All(
                    kind ->
                            WatchedServer.start(
                                    kind, directory.resolve("db" + NUMBERS.incrementAndGet())));

    private WatchRig rig;

    @AfterAll
    static void stopServers() {
        SERVERS.close();
    }

    @AfterEach
    void stopAgents() {
        if (rig != null) {
            rig.close();
        }
    }

    private WatchRig rig(WatchedServer server) throws Exception {
        rig =
                new WatchRig(
                        server,
                        Files.createDirectory(directory.resolve("r" + NUMBERS.incrementAndGet())));
        return rig;
    }

    private static String project() {
        return "p" + NUMBERS.incrementAndGet();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTableOfManyIsAnAlertAndTwoAreALossJustAfterThePositionBefore(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 30);
        rig.agent(1).start().awaitReading();
        String before = server.position().toString();
        try (Connection connection = server.server.connect();
                Statement statement = connection.createStatement();
                ResultSet id = statement.executeQuery("SELECT CONNECTION_ID()")) {
            id.next();
            long thread = id.getLong(1);
            // When
            statement.execute("DROP TABLE " + project + ".t1");
            LossFinding alert = rig.awaitIncident(project, Severity.ALERT);
            statement.execute("USE " + project);
            statement.execute("DROP TABLE IF EXISTS t2, t3, nope");
            LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
            // Then
            assertThat(alert.tables()).containsExactly(new TableName(project, "t1"));
            assertThat(alert.gtidBefore()).contains(before);
            assertThat(loss.id()).isEqualTo(alert.id());
            assertThat(loss.gtidBefore()).contains(before);
            assertThat(loss.actor())
                    .isEqualTo("not through a router (thread %d)".formatted(thread));
            assertThat(loss.tables())
                    .containsExactlyInAnyOrder(
                            new TableName(project, "t1"),
                            new TableName(project, "t2"),
                            new TableName(project, "t3"));
            assertThat(loss.tablesLost()).isEqualTo(3);
            assertThat(loss.projects()).containsExactly(new ProjectId(project));
            assertThat(loss.wholeCluster()).isFalse();
        }
    }

    /** The promise is a p99 of one second. Figures are printed: they depend on the machine. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void twoHundredDropsAroundTheRouterBecomeAnIncidentAtOnce(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        List<String> projects = IntStream.range(0, 200).mapToObj(i -> project()).toList();
        projects.forEach(one -> rig.makeProject(one, 2));
        rig.agent(1).start().awaitReading();
        Map<TableName, Long> committed = new TreeMap<>();
        try (Connection connection = server.server.connect();
                Statement statement = connection.createStatement()) {
            // When
            for (String one : projects) {
                statement.execute("DROP TABLE %s.t0, %s.t1".formatted(one, one));
                committed.put(new TableName(one, "t0"), System.nanoTime());
            }
        }
        await().atMost(WatchRig.PATIENCE)
                .until(() -> rig.sink.toldNanos.keySet().containsAll(committed.keySet()));
        // Then
        List<Long> delays =
                committed.entrySet().stream()
                        .map(one -> (rig.sink.toldNanos.get(one.getKey()) - one.getValue()) / 1000)
                        .sorted()
                        .toList();
        System.out.printf(
                "%s: from commit to incident, microseconds: p50 %d, p99 %d, max %d%n",
                kind, delays.get(100), delays.get(197), delays.get(199));
        assertThat(rig.losses()).hasSize(1);
        assertThat(rig.losses().getFirst().tablesLost()).isEqualTo(400);
        assertThat(rig.losses().getFirst().projects()).hasSize(200);
        projects.forEach(one -> server.server.execute("DROP DATABASE " + one));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatGoesIntoQuarantineIsNoLossAndWhatIsRealAgainIs(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 8);
        server.server.execute(
                "CREATE DATABASE IF NOT EXISTS homeport",
                "CREATE DATABASE IF NOT EXISTS homeport_quarantine");
        WatchRig.Agent agent = rig.agent(1).start().awaitReading();
        // When: dropped, truncated, put back, each as the quarantine does it
        for (int i = 0; i < 4; i++) {
            setAside(server, project, i, 1000 * NUMBERS.incrementAndGet());
            server.server.execute("DROP TABLE %s.t%d".formatted(project, i));
        }
        int number = 1000 * NUMBERS.incrementAndGet();
        setAside(server, project, 4, number);
        server.server.execute("TRUNCATE TABLE %s.t4".formatted(project));
        setAside(server, project, 5, number + 1);
        server.server.execute(
                "RENAME TABLE %s.t5 TO homeport.s%d, homeport_quarantine.q%d TO %s.t5"
                        .formatted(project, number + 1, number + 1, project));
        await().atMost(WatchRig.PATIENCE)
                .until(() -> agent.statements.getOrDefault(StatementOutcome.QUARANTINED, 0) == 5);
        List<LossFinding> none = rig.incidents();
        server.server.execute(
                "DROP TABLE %s.t4".formatted(project), "DROP TABLE %s.t5".formatted(project));
        LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
        // Then
        assertThat(none).isEmpty();
        assertThat(loss.tables())
                .containsExactlyInAnyOrder(
                        new TableName(project, "t4"), new TableName(project, "t5"));
    }

    private static void setAside(WatchedServer server, String project, int table, int number) {
        server.server.execute(
                "CREATE TABLE homeport.s%d (homeport_stand_in INT PRIMARY KEY)".formatted(number),
                ("RENAME TABLE %s.t%d TO homeport_quarantine.q%d," + " homeport.s%d TO %s.t%d")
                        .formatted(project, table, number, number, project, table));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aStandInIsKnownAfterARestart(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 2);
        server.server.execute(
                "CREATE DATABASE IF NOT EXISTS homeport",
                "CREATE DATABASE IF NOT EXISTS homeport_quarantine");
        WatchRig.Agent first = rig.agent(1).start().awaitReading();
        int number = 1000 * NUMBERS.incrementAndGet();
        setAside(server, project, 0, number);
        setAside(server, project, 1, number + 1);
        Thread.sleep(1500); // so that it was read
        first.close();
        // When
        server.server.execute("DROP TABLE %s.t0, %s.t1".formatted(project, project));
        WatchRig.Agent second = rig.agent(2).start().awaitReading();
        // Then
        await().atMost(WatchRig.PATIENCE)
                .until(() -> second.statements.getOrDefault(StatementOutcome.QUARANTINED, 0) == 1);
        assertThat(rig.incidents()).isEmpty();
    }

    /** Tenants come and go; a short version of the hour that the promise is about. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"MARIADB_10_11", "MYSQL_9"})
    void legitimateWorkOpensNothing(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        rig.attribution =
                questions ->
                        questions.stream()
                                .map(
                                        one ->
                                                (Attribution.Answer)
                                                        new Attribution.ThroughRouter(
                                                                "x",
                                                                "app",
                                                                "10.0.0.1",
                                                                "r1",
                                                                one.threadId() % 2 == 0
                                                                        ? Attribution.Ruling.ALLOWED
                                                                        : Attribution.Ruling
                                                                                .ANNOUNCED))
                                .toList();
        WatchRig.Agent agent = rig.agent(1).start().awaitReading();
        // When
        for (int tenant = 0; tenant < 20; tenant++) {
            String name = project();
            rig.makeProject(name, 20);
            server.server.execute(
                    IntStream.range(0, 20)
                            .mapToObj(i -> "DROP TABLE IF EXISTS %s.t%d".formatted(name, i))
                            .toArray(String[]::new));
            server.server.execute("DROP DATABASE " + name, "DROP DATABASE IF EXISTS nope");
        }
        // Then
        await().atMost(WatchRig.PATIENCE)
                .until(
                        () ->
                                agent.statements.getOrDefault(StatementOutcome.ALLOWED, 0)
                                                + agent.statements.getOrDefault(
                                                        StatementOutcome.ANNOUNCED, 0)
                                        == 400);
        assertThat(rig.incidents()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDropThatIsNotInTheLogIsFoundByTheInventory(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        rig.inventoryInterval = Duration.ofSeconds(5);
        String project = project();
        rig.makeProject(project, 5);
        WatchRig.Agent agent = rig.agent(1).start().awaitReading();
        await().atMost(WatchRig.PATIENCE).until(() -> agent.inventories.get() > 0);
        Thread.sleep(1000);
        // When
        server.server.execute(
                "SET sql_log_bin = 0", "DROP TABLE %s.t0, %s.t1".formatted(project, project));
        LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
        // Then
        assertThat(loss.actor()).isEqualTo("not in the binary log");
        assertThat(loss.tables())
                .containsExactly(new TableName(project, "t0"), new TableName(project, "t1"));
        assertThat(loss.gtidBefore()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rowsThatGoOneByOneAreCounted(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        rig.inventoryInterval = Duration.ofSeconds(5);
        String project = project();
        rig.makeProject(project, 15);
        fill(server, project + ".t0");
        WatchRig.Agent agent = rig.agent(1).start().awaitReading();
        // When
        server.server.execute("DELETE FROM %s.t0".formatted(project));
        LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
        // Then
        assertThat(agent.hints).contains(Hint.Kind.ROWS_DELETED);
        assertThat(loss.tables()).contains(new TableName(project, "t0"));
        assertThat(loss.rowsLost()).isEqualTo(3600);
        assertThat(loss.gtidBefore()).isPresent();
    }

    /** Makes 900 rows from 1 on, 900 from 1001 on, and 1800 from 10001 on. */
    private static void fill(WatchedServer server, String table) {
        server.server.execute(
                "INSERT INTO %s WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n"
                        .formatted(table),
                "INSERT INTO %s SELECT x + 1000 FROM %s".formatted(table, table),
                "INSERT INTO %s SELECT x + 10000 FROM %s".formatted(table, table),
                "ANALYZE TABLE " + table);
    }

    /** Everything that the server has done was read and judged. */
    private void awaitJudged(WatchedServer server) {
        GtidPosition done = server.position();
        await().atMost(WatchRig.PATIENCE)
                .until(
                        () ->
                                rig.store
                                        .progress
                                        .map(one -> one.judged().covers(done))
                                        .orElse(false));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rowsThatOneTransactionMovesWithinAProjectAreThere(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 15);
        fill(server, project + ".t0");
        rig.agent(1).start().awaitReading();
        // When
        server.server.execute(
                "START TRANSACTION",
                "INSERT INTO %s.t1 SELECT * FROM %s.t0".formatted(project, project),
                "DELETE FROM %s.t0".formatted(project),
                "COMMIT");
        awaitJudged(server);
        List<LossFinding> moved = rig.incidents();
        server.server.execute("DELETE FROM %s.t1".formatted(project));
        LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
        // Then
        assertThat(moved).isEmpty();
        assertThat(loss.tables()).containsExactly(new TableName(project, "t1"));
        assertThat(loss.rowsLost()).isEqualTo(3600);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void partitionsWithMuchOfAProjectAreALossAndSmallOnesAreRoutine(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 15);
        server.server.execute(
                ("CREATE TABLE %s.parts (x INT PRIMARY KEY) PARTITION BY RANGE (x)"
                                + " (PARTITION p0 VALUES LESS THAN (1000),"
                                + " PARTITION Big VALUES LESS THAN (100000),"
                                + " PARTITION p2 VALUES LESS THAN MAXVALUE)")
                        .formatted(project));
        fill(server, project + ".parts");
        rig.agent(1).start().awaitReading();
        // When
        server.server.execute("ALTER TABLE %s.parts DROP PARTITION p0".formatted(project));
        awaitJudged(server);
        List<LossFinding> routine = rig.incidents();
        server.server.execute("ALTER TABLE %s.parts TRUNCATE PARTITION bIG".formatted(project));
        LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
        // Then
        assertThat(routine).isEmpty();
        assertThat(loss.tables()).containsExactly(new TableName(project, "parts"));
        assertThat(loss.tablesLost()).isZero();
        assertThat(loss.rowsLost()).isBetween(3000L, 4000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"MARIADB_10_11"})
    void anIncidentThatCannotBeWrittenIsTriedAgain(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 3);
        rig.agent(1).start().awaitReading();
        rig.sink.isAway = true;
        // When
        server.server.execute("DROP DATABASE " + project);
        Thread.sleep(1500);
        List<LossFinding> none = rig.incidents();
        rig.sink.isAway = false;
        // Then
        assertThat(none).isEmpty();
        assertThat(rig.awaitIncident(project, Severity.LOSS).tablesLost()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"MARIADB_10_11"})
    void whatAnOperatorClosedIsNotOpenedAgain(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 30);
        WatchRig.Agent agent = rig.agent(1).start().awaitReading();
        server.server.execute("DROP TABLE %s.t0, %s.t1".formatted(project, project));
        LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
        // When
        rig.sink.incidents.close(loss.id());
        await().until(() -> !agent.closed.isEmpty());
        agent.close();
        rig.agent(2).start().awaitReading();
        server.server.execute("DROP TABLE %s.t2".formatted(project));
        LossFinding alert = rig.awaitIncident(project, Severity.ALERT);
        // Then
        assertThat(alert.id()).isNotEqualTo(loss.id());
        assertThat(alert.tables()).containsExactly(new TableName(project, "t2"));
    }

    /** It has not heard yet that the incident is closed. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"MARIADB_10_11"})
    void whatComesRightAfterTheClosingIsTold(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        String project = project();
        rig.makeProject(project, 60);
        rig.agent(1).start().awaitReading();
        for (int i = 0; i < 50; i += 10) {
            server.server.execute(
                    "DROP TABLE %s.t%d, %s.t%d".formatted(project, i, project, i + 1));
            LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
            // When
            rig.sink.incidents.close(loss.id());
            server.server.execute("DROP TABLE %s.t%d".formatted(project, i + 2));
            LossFinding alert = rig.awaitIncident(project, Severity.ALERT);
            // Then
            assertThat(alert.tables()).containsExactly(new TableName(project, "t" + (i + 2)));
            rig.sink.incidents.close(alert.id());
        }
    }

    /** Agents are killed and replaced, logs rotate and are purged; each drop is told once. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void noDropIsMissedOrToldTwice(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        rig.policy =
                new WatchPolicy(
                        Duration.ofSeconds(10),
                        2,
                        0.1,
                        0.5,
                        1000,
                        100,
                        1_000_000,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(15));
        Random random = new Random(5);
        List<String> dropped = new ArrayList<>();
        WatchRig.Agent agent = rig.agent(1).start().awaitReading();
        for (int round = 0; round < ROUNDS; round++) {
            String project = project();
            rig.makeProject(project, 3);
            // When
            int what = random.nextInt(5);
            if (what == 0) {
                agent.close(); // stores nothing any more, as one that is killed
            }
            if (what == 1) {
                server.server.execute("FLUSH BINARY LOGS");
            }
            server.server.execute("DROP TABLE %s.t0, %s.t1".formatted(project, project));
            dropped.add(project);
            if (what == 2) {
                agent.close(); // perhaps in the midst of it
            }
            if (what == 3) {
                agent.leads = false;
            }
            if (what == 4) {
                rig.awaitIncident(project, Severity.LOSS);
                server.server.execute("FLUSH BINARY LOGS");
                String last = server.server.query("SHOW BINARY LOGS").getLast().getFirst();
                server.server.execute("PURGE BINARY LOGS TO '%s'".formatted(last));
            }
            if (what == 0 || what == 2 || what == 3) {
                agent = rig.agent(round + 2).start();
            }
        }
        // Then
        for (String project : dropped) {
            rig.awaitIncident(project, Severity.LOSS);
        }
        Map<TableName, Integer> told = rig.told();
        for (String project : dropped) {
            assertThat(told.get(new TableName(project, "t0"))).as(project).isEqualTo(1);
            assertThat(told.get(new TableName(project, "t1"))).as(project).isEqualTo(1);
        }
        int sum = rig.losses().stream().mapToInt(LossFinding::tablesLost).sum();
        assertThat(sum).isEqualTo(2 * ROUNDS);
        System.out.printf("%s: %d rounds, %d incidents%n", kind, ROUNDS, rig.losses().size());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDropWhoseLogIsPurgedIsToldByTheInventory(Kind kind) throws Exception {
        try (WatchedServer server =
                WatchedServer.start(kind, directory.resolve("g" + NUMBERS.incrementAndGet()))) {
            rig(server);
            String project = project();
            rig.makeProject(project, 5);
            WatchRig.Agent first = rig.agent(1).start().awaitReading();
            Thread.sleep(3000); // the inventory is kept
            first.close();
            // When
            server.server.execute(
                    "DROP TABLE %s.t0, %s.t1".formatted(project, project), "FLUSH BINARY LOGS");
            server.server.execute("CREATE DATABASE other_" + project, "FLUSH BINARY LOGS");
            String last = server.server.query("SHOW BINARY LOGS").getLast().getFirst();
            server.server.execute("PURGE BINARY LOGS TO '%s'".formatted(last));
            WatchRig.Agent second = rig.agent(1).start();
            LossFinding alert = rig.awaitIncident(project, Severity.ALERT);
            // Then
            assertThat(second.hints).contains(Hint.Kind.MISSING_AFTER_GAP);
            assertThat(alert.tables())
                    .containsExactly(new TableName(project, "t0"), new TableName(project, "t1"));
            rig.close();
        }
    }

    /**
     * While nobody leads inventories are taken all the same: they must not hide what went before.
     */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatGoesWhileNobodyReadsTheLogIsTold(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        rig.inventoryInterval = Duration.ofSeconds(1);
        String byName = project();
        String whole = project();
        rig.makeProject(byName, 5);
        rig.makeProject(whole, 5);
        WatchRig.Agent first = rig.agent(1).start().awaitReading();
        WatchRig.Agent second = rig.agent(2);
        second.leads = false;
        second.start();
        await().atMost(WatchRig.PATIENCE)
                .until(() -> second.inventories.get() > 1 && rig.store.progress.isPresent());
        first.close();

        // When
        server.server.execute(
                "DROP TABLE IF EXISTS %1$s.t0, %1$s.t1".formatted(byName),
                "DROP DATABASE " + whole);
        int before = second.inventories.get();
        await().atMost(WatchRig.PATIENCE).until(() -> second.inventories.get() > before + 3);
        second.leads = true;
        second.watch.onChange();

        // Then
        LossFinding loss = rig.awaitIncident(byName, Severity.LOSS);
        assertThat(rig.awaitIncident(whole, Severity.LOSS).id()).isEqualTo(loss.id());
        await().until(() -> rig.losses().getFirst().tablesLost() == 7);
    }

    /** Not listed any more, and there: nothing of it is a loss. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTableThatLeavesTheStatisticsIsNotMissing(Kind kind) throws Exception {
        WatchedServer server = SERVERS.of(kind);
        rig(server);
        rig.inventoryInterval = Duration.ofSeconds(1);
        String project = project();
        rig.makeProject(project, 5);
        WatchRig.Agent agent = rig.agent(1).start().awaitReading();
        await().atMost(WatchRig.PATIENCE).until(() -> agent.inventories.get() > 1);

        // When
        server.server.execute(
                "ALTER TABLE %s.t0 ENGINE=MyISAM".formatted(project),
                "ALTER TABLE %s.t1 STATS_PERSISTENT=0".formatted(project),
                "ALTER TABLE %s.t2 ENGINE=MyISAM".formatted(project));
        int before = agent.inventories.get();
        await().atMost(WatchRig.PATIENCE).until(() -> agent.inventories.get() > before + 4);

        // Then
        assertThat(rig.incidents()).isEmpty();
        server.server.execute("DROP TABLE %1$s.t3, %1$s.t4".formatted(project));
        rig.awaitIncident(project, Severity.LOSS);
    }

    /** A failover: the new primary has the same history, and its log goes on. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"MARIADB_10_11"})
    void followsANewPrimary(Kind kind) throws Exception {
        try (WatchedServer first =
                        WatchedServer.start(
                                kind, directory.resolve("a" + NUMBERS.incrementAndGet()));
                WatchedServer second =
                        WatchedServer.startReplica(
                                first, directory.resolve("b" + NUMBERS.incrementAndGet()))) {
            rig(first);
            String project = project();
            rig.makeProject(project, 40);
            rig.agent(1).start().awaitReading();
            first.server.execute("DROP TABLE %s.t0".formatted(project));
            rig.awaitIncident(project, Severity.ALERT);
            second.awaitCaughtUpWith(first);
            // When
            first.server.kill();
            second.promote();
            second.server.execute("DROP TABLE %s.t1".formatted(project));
            rig.pointTo(second);
            LossFinding loss = rig.awaitIncident(project, Severity.LOSS);
            // Then
            assertThat(loss.tables())
                    .containsExactlyInAnyOrder(
                            new TableName(project, "t0"), new TableName(project, "t1"));
            assertThat(loss.tablesLost()).isEqualTo(2);
            rig.close();
        }
    }
}
