package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.quarantine.HeldTable;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.router.guard.Guard;
import dev.homeport.router.guard.RecordedStatement;
import dev.homeport.router.guard.Ruling;
import dev.homeport.router.protocol.Command;
import dev.homeport.router.session.ServedSession;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardRule;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client sees of the guard on real servers, and what is left of its tables. */
@ExtendWith(LeakCheck.class)
class GuardIT {
    private static final ProjectId PROJECT = new ProjectId("p1");

    @TempDir private static Path directory;
    private static final Map<Family, GuardedHome> HOMES = new EnumMap<>(Family.class);

    private static GuardedHome home(Family family) throws QuarantineException {
        GuardedHome home =
                HOMES.computeIfAbsent(
                        family, one -> GuardedHome.start(one, directory.resolve(one.name())));
        home.suspicions.clear();
        for (String table : home.tables()) {
            home.home.server.execute(
                    "SET foreign_key_checks = 0", "DROP TABLE IF EXISTS p1.`" + table + "`");
        }
        for (HeldTable held : home.quarantine.list()) {
            home.quarantine.purgeOne(held.id());
        }
        return home;
    }

    @AfterAll
    static void stop() {
        HOMES.values().forEach(GuardedHome::close);
    }

    private static List<String> held(GuardedHome home) throws QuarantineException {
        return home.quarantine.list(PROJECT).stream().map(one -> one.table().table()).toList();
    }

    private static QueryResult ok(QueryResult result) {
        assertThat(result).isInstanceOf(QueryResult.Done.class);
        return result;
    }

    private static int code(QueryResult result) {
        assertThat(result).isInstanceOf(QueryResult.Failure.class);
        return ((QueryResult.Failure) result).code();
    }

    private static void createWithRows(MySqlTestClient client, String table) throws IOException {
        ok(client.query("CREATE TABLE " + table + " (i INT PRIMARY KEY)"));
        ok(client.query("INSERT INTO " + table + " VALUES (1), (2)"));
    }

    /** COM_STMT_EXECUTE without parameters; its result is to be read. */
    private static void execute(MySqlTestClient client, byte[] id) throws IOException {
        byte[] packet = new byte[10];
        packet[0] = (byte) Command.COM_STMT_EXECUTE;
        System.arraycopy(id, 0, packet, 1, id.length);
        packet[6] = 1; // once
        client.send(0, packet);
    }

    @ParameterizedTest
    @EnumSource
    void aDroppedTableIsGoneForTheClientAndKept(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "t");

            // When
            QueryResult dropped = client.query("DROP TABLE t");

            // Then
            ok(dropped);
            assertThat(code(client.query("SELECT * FROM t"))).isEqualTo(1146);
            assertThat(home.tables()).isEmpty();
            assertThat(held(home)).containsExactly("t");
            home.quarantine.undrop(PROJECT, "t", Optional.empty(), "test", Optional.empty());
            assertThat(Database.value(client, "SELECT COUNT(*) FROM t")).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServerAnswersWhatIsMissing(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect();
                MySqlTestClient direct = home.home.connect()) {
            createWithRows(client, "t");
            createWithRows(direct, "d");

            // When
            QueryResult missing = client.query("DROP TABLE t, absent");
            QueryResult missingDirect = direct.query("DROP TABLE d, absent");

            // Then
            assertThat(missing).isEqualTo(missingDirect);
            assertThat(home.tables().contains("t")).isEqualTo(home.tables().contains("d"));
            ok(client.query("DROP TABLE IF EXISTS t, absent"));
            assertThat(Database.value(client, "SHOW WARNINGS")).isEqualTo("Note");
            assertThat(held(home)).containsExactly("t");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoMayNotDropIsToldSoAndNothingHappens(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        home.home.server.execute(
                "CREATE TABLE p1.t (i INT)",
                "CREATE USER IF NOT EXISTS reader@'%' IDENTIFIED BY '" + Home.password() + "'",
                "GRANT SELECT ON p1.* TO reader@'%'");
        var login =
                dev.homeport.testkit.mysql.Login.as("reader+p1", Home.password())
                        .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                        .withSchema("p1");
        try (MySqlTestClient client = MySqlTestClient.login(home.router.port(), login)) {
            // When
            int code = code(client.query("DROP TABLE t"));

            // Then
            assertThat(code).isEqualTo(1142);
            assertThat(home.tables()).containsExactly("t");
            assertThat(held(home)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTemporaryTableIsDroppedAndTheOneBehindItStays(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "t");
            ok(client.query("CREATE TEMPORARY TABLE t (j INT)"));

            // When
            ok(client.query("DROP TABLE t"));

            // Then
            assertThat(Database.value(client, "SELECT COUNT(*) FROM t")).isEqualTo("2");
            assertThat(held(home)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void truncatedRowsAreKept(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "t");

            // When
            ok(client.query("TRUNCATE TABLE t"));

            // Then
            assertThat(Database.value(client, "SELECT COUNT(*) FROM t")).isEqualTo("0");
            home.quarantine.undrop(PROJECT, "t", Optional.of("old"), "test", Optional.empty());
            assertThat(Database.value(client, "SELECT COUNT(*) FROM old")).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTextOfSeveralStatementsIsAnsweredAsAWhole(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        String text =
                "SELECT 1; CREATE TABLE t (i INT); INSERT INTO t VALUES (7); SELECT i FROM t;"
                        + " DROP TABLE t; SELECT 2; DROP TABLE t; SELECT 3";
        var login = Home.routed().with(Capabilities.CLIENT_MULTI_STATEMENTS);
        var directLogin = Home.direct().with(Capabilities.CLIENT_MULTI_STATEMENTS);
        try (MySqlTestClient client = MySqlTestClient.login(home.router.port(), login);
                MySqlTestClient direct =
                        MySqlTestClient.login(home.home.server.port(), directLogin)) {
            // When
            List<QueryResult> routed = results(client, text);
            List<QueryResult> expected = results(direct, text);

            // Then
            assertThat(routed).isEqualTo(expected);
            assertThat(routed).hasSize(7);
            assertThat(held(home)).containsExactly("t");
            assertThat(Database.value(client, "SELECT 4")).isEqualTo("4");
        }
    }

    private static List<QueryResult> results(MySqlTestClient client, String text)
            throws IOException {
        Stream.Builder<QueryResult> results = Stream.builder();
        QueryResult result = client.query(text);
        results.add(result);
        while (hasMore(result)) {
            result = client.readResult();
            results.add(result);
        }
        return results.build().toList();
    }

    private static boolean hasMore(QueryResult result) {
        int status =
                switch (result) {
                    case QueryResult.Done done -> done.status();
                    case QueryResult.Rows rows -> rows.status();
                    case QueryResult.Failure failure -> 0;
                };
        return (status & 0x0008) != 0;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPreparedIsSeenWhenItIsExecuted(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "a");
            createWithRows(client, "b");
            ok(client.query("PREPARE s FROM 'DROP TABLE a'"));
            client.command(Command.COM_STMT_PREPARE, "DROP TABLE b");
            RawPacket prepared = client.read();

            // When
            ok(client.query("EXECUTE s"));
            byte[] id = java.util.Arrays.copyOfRange(prepared.payload(), 1, 5);
            execute(client, id);
            QueryResult executed = client.readResult();

            // Then
            ok(executed);
            assertThat(held(home)).containsExactlyInAnyOrder("a", "b");
            assertThat(home.tables()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPreparedMeansTheSchemaThatWasChosenThen(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        home.home.server.execute(
                "CREATE DATABASE IF NOT EXISTS other",
                "DROP TABLE IF EXISTS other.t, other.u",
                "CREATE TABLE other.t (i INT)",
                "CREATE TABLE other.u (i INT)");
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "t");
            createWithRows(client, "u");
            ok(client.query("PREPARE s FROM 'DROP TABLE t'"));
            client.command(Command.COM_STMT_PREPARE, "DROP TABLE u");
            byte[] id = java.util.Arrays.copyOfRange(client.read().payload(), 1, 5);

            // When
            ok(client.query("USE other"));
            ok(client.query("EXECUTE s"));
            execute(client, id);
            ok(client.readResult());

            // Then
            assertThat(home.quarantine.list(PROJECT))
                    .extracting(one -> one.table().toString())
                    .containsExactlyInAnyOrder("p1.t", "p1.u");
            assertThat(home.tables()).isEmpty();
            assertThat(home.home.server.query("SELECT COUNT(*) FROM other.t"))
                    .containsExactly(List.of("0"));
        }
    }

    /** The server stops at the error, and what was prepared before is still there. */
    @ParameterizedTest
    @EnumSource
    void whatWasNotPreparedAnewIsStillWhatItWas(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        var login = Home.routed().with(Capabilities.CLIENT_MULTI_STATEMENTS);
        try (MySqlTestClient client = MySqlTestClient.login(home.router.port(), login)) {
            createWithRows(client, "t");
            ok(client.query("PREPARE s FROM 'DROP TABLE t'"));

            // When
            assertThat(code(client.query("SELECT * FROM absent; PREPARE s FROM 'SELECT 1'")))
                    .isEqualTo(1146);
            ok(client.query("EXECUTE s"));

            // Then
            assertThat(held(home)).containsExactly("t");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileOfTheClientIsNotWantedInTheMidstOfADrop(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        var login =
                Home.routed()
                        .with(Capabilities.CLIENT_MULTI_STATEMENTS)
                        .with(Capabilities.CLIENT_LOCAL_FILES);
        try (MySqlTestClient client = MySqlTestClient.login(home.router.port(), login)) {
            createWithRows(client, "t");

            // When
            QueryResult refused =
                    client.query("DROP TABLE t; LOAD DATA LOCAL INFILE 'x' INTO TABLE t");

            // Then
            assertThat(code(refused)).isEqualTo(1227);
            assertThat(home.tables()).containsExactly("t");
            ok(client.query("DROP TABLE t"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void settingsThatHideTheAnswerToTheGuardsQuestionDoNotMatter(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "t");
            createWithRows(client, "u");

            // When
            ok(client.query("SET sql_select_limit = 0"));
            ok(client.query("DROP TABLE t"));
            ok(client.query("SET character_set_results = utf16"));
            ok(client.query("DROP TABLE u"));

            // Then
            assertThat(held(home)).containsExactlyInAnyOrder("t", "u");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDropBehindAFailedCreateIsSuspicious(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient one = home.connect();
                MySqlTestClient other = home.connect()) {
            createWithRows(one, "t");
            assertThat(code(one.query("CREATE TABLE `p1`.`t` (i INT)"))).isEqualTo(1050);

            // When
            ok(other.query("DROP TABLE IF EXISTS `p1`.`t`, `p1`.`t_perms`;"));

            // Then
            assertThat(home.suspicions).containsExactly("creating p1.t failed a short while ago");
            assertThat(held(home)).containsExactly("t");
        }
    }

    /** The rule lets it go: whether that was a mistake shows only when the table is made again. */
    @ParameterizedTest
    @EnumSource
    void anAllowedDropOfRowsIsKeptIfTheTableIsMadeAgain(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        home.obey(policy(GuardAction.ALLOW));
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "again");
            createWithRows(client, "never");
            ok(client.query("CREATE TABLE hollow (i INT)"));

            // When
            ok(client.query("DROP TABLE again, never, hollow"));
            Duration before = keptFor(home, "again");
            ok(client.query("CREATE TABLE `p1`.again (i INT)"));
            ok(client.query("CREATE TABLE hollow (i INT)"));

            // Then
            assertThat(before).isEqualTo(GuardPolicy.DEFAULT_MEMORY);
            await().untilAsserted(() -> assertThat(home.suspicions).hasSize(1));
            assertThat(home.suspicions.getFirst())
                    .isEqualTo(
                            "p1.again was made again a moment later, and what was in it is kept");
            assertThat(keptFor(home, "again")).isEqualTo(GuardPolicy.DEFAULT_RETENTION);
            assertThat(keptFor(home, "never")).isEqualTo(GuardPolicy.DEFAULT_MEMORY);
            assertThat(keptFor(home, "hollow")).isEqualTo(GuardPolicy.DEFAULT_MEMORY);
            RecordedStatement drop =
                    home.recent.after(OptionalLong.empty(), Integer.MAX_VALUE).getLast();
            assertThat(drop.ruling()).isEqualTo(Ruling.ALLOWED);
            assertThat(drop.outcome()).contains(Guard.Outcome.QUARANTINED);
        } finally {
            home.obey(GuardPolicy.DEFAULT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedDropThatCannotBeKeptPasses(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        home.obey(policy(GuardAction.ALLOW));
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "locked");
            ok(client.query("LOCK TABLES locked WRITE"));

            // When
            ok(client.query("DROP TABLE locked"));

            // Then
            ok(client.query("UNLOCK TABLES"));
            assertThat(home.tables()).isEmpty();
            assertThat(held(home)).isEmpty();
            ok(client.query("CREATE TABLE locked (i INT)"));
            assertThat(home.suspicions)
                    .containsExactly(
                            "p1.locked was made again a moment later, and nothing of it was kept");
        } finally {
            home.obey(GuardPolicy.DEFAULT);
        }
    }

    private static Duration keptFor(GuardedHome home, String table) throws QuarantineException {
        HeldTable held =
                home.quarantine.list(PROJECT).stream()
                        .filter(one -> one.table().table().equals(table))
                        .findFirst()
                        .orElseThrow();
        return Duration.between(held.droppedAt(), held.keepUntil());
    }

    @ParameterizedTest
    @EnumSource
    void itIsRecordedWhoDidWhat(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "t");
            long threadId = Database.backendId(client);

            // When
            ok(client.query("DROP TABLE t"));

            // Then
            RecordedStatement last =
                    home.recent.after(OptionalLong.empty(), Integer.MAX_VALUE).getLast();
            assertThat(last.outcome()).contains(Guard.Outcome.QUARANTINED);
            assertThat(last.ruling()).isEqualTo(Ruling.KEPT);
            assertThat(last.act().threadId()).isEqualTo(threadId);
            assertThat(last.act().tables()).map(Object::toString).containsExactly("p1.t");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoDoesItIsKnownBeforeTheServerHasAnswered(Family family) throws Exception {
        // Given: somebody holds the table, so that DROP waits
        GuardedHome home = home(family);
        home.obey(policy(GuardAction.ALLOW));
        try (MySqlTestClient holder = home.home.connect();
                MySqlTestClient client = home.connect()) {
            createWithRows(client, "held");
            long threadId = Database.backendId(client);
            ok(holder.query("BEGIN"));
            assertThat(Database.value(holder, "SELECT COUNT(*) FROM held")).isEqualTo("2");

            // When
            client.command(Command.COM_QUERY, "DROP TABLE held");
            awaitLockWait(home);

            // Then
            RecordedStatement running = statementsOf(home, threadId).getLast();
            assertThat(running.outcome()).isEmpty();
            assertThat(running.ruling()).isEqualTo(Ruling.ALLOWED);
            assertThat(served(home, threadId).closed()).isEmpty();
            assertThat(served(home, threadId).target().project()).isEqualTo(PROJECT);
            assertThat(served(home, threadId).clientText()).startsWith("127.0.0.1:");

            // When
            ok(holder.query("COMMIT"));
            ok(client.readResult());

            // Then
            RecordedStatement done = statementsOf(home, threadId).getLast();
            assertThat(done.number()).isEqualTo(running.number());
            assertThat(done.outcome()).contains(Guard.Outcome.QUARANTINED);
        } finally {
            home.obey(GuardPolicy.DEFAULT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStatementWhoseClientLeavesIsNotLeftRunning(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        home.obey(policy(GuardAction.ALLOW));
        try (MySqlTestClient holder = home.home.connect()) {
            MySqlTestClient client = home.connect();
            createWithRows(client, "held");
            long threadId = Database.backendId(client);
            ok(holder.query("BEGIN"));
            assertThat(Database.value(holder, "SELECT COUNT(*) FROM held")).isEqualTo("2");
            client.command(Command.COM_QUERY, "DROP TABLE held");
            awaitLockWait(home);

            // When
            client.close();

            // Then
            await().until(() -> home.router.sessions.size() == 0);
            assertThat(statementsOf(home, threadId).getLast().outcome())
                    .contains(Guard.Outcome.UNKNOWN);
            assertThat(served(home, threadId).closed()).isPresent();
            assertThat(served(home, threadId).target().user()).isEqualTo("app");
            ok(holder.query("COMMIT"));
        } finally {
            home.obey(GuardPolicy.DEFAULT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatAClientHearsOfMissingTablesIsCounted(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            int before = missing(home);

            // When: the guard asks about tables that are not there, too
            assertThat(code(client.query("DROP TABLE absent"))).isEqualTo(1051);
            int afterDrop = missing(home);
            assertThat(code(client.query("SELECT * FROM absent"))).isEqualTo(1146);
            assertThat(code(client.query("TRUNCATE TABLE absent"))).isEqualTo(1146);
            client.command(Command.COM_STMT_PREPARE, "SELECT * FROM absent");
            assertThat(client.read().isErr()).isTrue();

            // Then
            assertThat(afterDrop).isEqualTo(before);
            assertThat(missing(home)).isEqualTo(before + 3);
        }
    }

    private static int missing(GuardedHome home) {
        return home.router.missingTables.of(new ClusterId("c1")).getOrDefault(PROJECT, 0);
    }

    private static GuardPolicy policy(GuardAction dropTable) {
        var rule =
                new GuardRule(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(StatementClass.DROP_TABLE, dropTable),
                        Optional.empty());
        return new GuardPolicy(
                false,
                List.of(rule),
                GuardPolicy.DEFAULT_RETENTION,
                GuardPolicy.DEFAULT_QUOTA_BYTES,
                GuardPolicy.DEFAULT_GENERATIONS,
                GuardPolicy.DEFAULT_MEMORY,
                GuardPolicy.DEFAULT.burst(),
                List.of(),
                Optional.empty());
    }

    private static List<RecordedStatement> statementsOf(GuardedHome home, long threadId) {
        return home.recent.of(new ClusterId("c1"), new InstanceId("c1-1"), Set.of(threadId));
    }

    private static ServedSession served(GuardedHome home, long threadId) {
        return home.router
                .sessions
                .onInstance(
                        new ClusterId("c1"),
                        new InstanceId("c1-1"),
                        Set.of(threadId),
                        Instant.now())
                .get(threadId);
    }

    private static void awaitLockWait(GuardedHome home) {
        await().untilAsserted(
                        () ->
                                assertThat(
                                                home.home.server.query(
                                                        "SELECT ID FROM"
                                                                + " information_schema.PROCESSLIST"
                                                                + " WHERE STATE LIKE"
                                                                + " 'Waiting for table metadata%'"))
                                        .isNotEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void aTableOfAClientThatLeavesMidwayIsNotLost(Family family) throws Exception {
        // Given: somebody holds the table, so that DROP waits
        GuardedHome home = home(family);
        try (MySqlTestClient holder = home.home.connect()) {
            MySqlTestClient client = home.connect();
            createWithRows(client, "t");
            ok(holder.query("BEGIN"));
            assertThat(Database.value(holder, "SELECT COUNT(*) FROM t")).isEqualTo("2");
            client.command(Command.COM_QUERY, "DROP TABLE t");
            awaitLockWait(home);

            // When
            client.close();
            ok(holder.query("COMMIT"));

            // Then
            await().until(() -> home.router.sessions.size() == 0);
            await().untilAsserted(
                            () ->
                                    assertThat(Database.value(holder, "SELECT COUNT(*) FROM t"))
                                            .isEqualTo("2"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void underLockTablesItIsRefusedByTheServer(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        try (MySqlTestClient client = home.connect()) {
            createWithRows(client, "t");
            ok(client.query("LOCK TABLES t WRITE"));

            // When
            int code = code(client.query("DROP TABLE t"));

            // Then
            assertThat(code).isEqualTo(1192);
            ok(client.query("UNLOCK TABLES"));
            assertThat(Database.value(client, "SELECT COUNT(*) FROM t")).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDropDeepInALongTextDoesNotPass(Family family) throws Exception {
        // Given
        GuardedHome home = home(family);
        var login = Home.routed().with(Capabilities.CLIENT_MULTI_STATEMENTS);
        try (MySqlTestClient client = MySqlTestClient.login(home.router.port(), login)) {
            createWithRows(client, "t");
            String longOne = "SELECT '" + "x".repeat(3 << 20) + "'";

            // When
            QueryResult answer = client.query(longOne + "; DROP TABLE t");

            // Then
            assertThat(code(answer)).isEqualTo(1227);
            assertThat(home.tables()).containsExactly("t");
        }
    }
}
