package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.topology.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What happens to tables that are dropped, truncated and replaced in a guarded session. */
abstract class QuarantineCases extends RealServerCases {
    QuarantineCases(TestServer.Kind kind) {
        super(kind);
    }

    @Test
    void saysWhatStandsUnderAName() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT PRIMARY KEY)", "CREATE VIEW v AS SELECT i FROM t");

        // When
        var kinds = quarantine.kinds(Set.of(name("t"), name("v"), name("T2")));

        // Then
        assertThat(kinds)
                .containsEntry(name("t"), NameKind.TABLE)
                .containsEntry(name("v"), NameKind.VIEW)
                .containsEntry(name("T2"), NameKind.NOTHING);
    }

    @Test
    void keepsADroppedTableAndBringsItBack() throws Exception {
        // Given
        execute(
                "CREATE TABLE t (i INT PRIMARY KEY AUTO_INCREMENT, x TEXT)",
                "INSERT INTO t (x) VALUES ('a'), ('b')");
        String before = create("app.t");

        // When
        Answer answer = session.dropTables("DROP TABLE t", "t");

        // Then
        assertThat(answer.isOk()).isTrue();
        assertThat(answer.warnings()).isEmpty();
        assertThat(session.fates()).extracting(Fate::held).containsExactly(true);
        assertThat(query("SHOW TABLES FROM app")).isEmpty();
        assertThat(leftovers()).isEmpty();
        assertThat(quarantine.list(GuardedSession.PROJECT))
                .last()
                .satisfies(
                        held -> {
                            assertThat(held.table()).isEqualTo(name("t"));
                            assertThat(held.state()).isEqualTo(HeldState.HELD);
                            assertThat(held.user()).isEqualTo("tenant");
                            assertThat(held.tenant()).contains("7");
                        });

        // When
        UndropReport report = undrop("t");

        // Then
        assertThat(report.missing()).isEmpty();
        assertThat(create("app.t")).isEqualTo(before);
        assertThat(query("SELECT i, x FROM app.t ORDER BY i"))
                .containsExactly(List.of("1", "a"), List.of("2", "b"));
    }

    @Test
    void keepsWhatIsTruncatedAndStartsNumbersAgain() throws Exception {
        // Given
        execute(
                "CREATE TABLE t (i INT PRIMARY KEY AUTO_INCREMENT, x INT, y INT AS (x + 1) STORED,"
                        + " CONSTRAINT positive CHECK (x > 0), CHECK (x < 100), KEY k (x))"
                        + " AUTO_INCREMENT = 7 COMMENT 'it''s'",
                "INSERT INTO t (x) VALUES (1), (2)");
        String before = create("app.t");

        // When
        Answer answer = session.truncate("TRUNCATE TABLE t", "t");

        // Then
        assertThat(answer.isOk()).isTrue();
        assertThat(session.fates()).extracting(Fate::held).containsExactly(true);
        assertThat(create("app.t")).isEqualTo(before.replace(" AUTO_INCREMENT=9", ""));
        execute("INSERT INTO t (x) VALUES (5)");
        assertThat(query("SELECT i, x FROM app.t")).containsExactly(List.of("1", "5"));
        assertThat(leftovers()).isEmpty();

        // When
        assertThatThrownBy(() -> undrop("t"))
                .isInstanceOfSatisfying(
                        QuarantineException.class,
                        e -> assertThat(e.reason()).isEqualTo(QuarantineException.Reason.OCCUPIED));
        undrop("t", Optional.of("t_old"));

        // Then
        assertThat(query("SELECT i, x, y FROM app.t_old ORDER BY i"))
                .containsExactly(List.of("7", "1", "2"), List.of("8", "2", "3"));
    }

    @Test
    void truncatesATableWithTriggersAndKeys() throws Exception {
        // Given
        executeAsTenant(
                "CREATE TABLE log (i INT)",
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE t (i INT PRIMARY KEY, p INT, up INT,"
                        + " CONSTRAINT named FOREIGN KEY (p) REFERENCES p (i) ON DELETE CASCADE,"
                        + " FOREIGN KEY (p) REFERENCES p (i), FOREIGN KEY (up) REFERENCES t (i))",
                "CREATE TRIGGER t1 AFTER INSERT ON t FOR EACH ROW INSERT INTO log VALUES (1)",
                "CREATE TRIGGER t2 AFTER INSERT ON t FOR EACH ROW PRECEDES t1 INSERT INTO log"
                        + " VALUES (2)",
                "INSERT INTO p VALUES (1)",
                "INSERT INTO t VALUES (1, 1, 1)",
                "DELETE FROM log");
        String before = create("app.t");
        List<List<String>> triggers = triggers();

        // When
        Answer answer = session.truncate("TRUNCATE t", "t");

        // Then
        assertThat(answer.isOk()).isTrue();
        assertThat(create("app.t")).isEqualTo(before);
        assertThat(triggers()).isEqualTo(triggers);
        execute("INSERT INTO t VALUES (2, 1, 2)");
        assertThat(query("SELECT i FROM app.log")).containsExactly(List.of("2"), List.of("1"));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void putsATruncatedTableBackWhenTheStatementNeverCame() throws Exception {
        // Given
        executeAsTenant(
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE t (i INT PRIMARY KEY AUTO_INCREMENT, p INT,"
                        + " CONSTRAINT named FOREIGN KEY (p) REFERENCES p (i))",
                "CREATE TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW SET @x = 1",
                "INSERT INTO p VALUES (1)",
                "INSERT INTO t (p) VALUES (1), (1)");
        String before = create("app.t");
        session.between(() -> execute("INSERT INTO t (p) VALUES (1)"));

        // When
        session.truncate("SELECT 1", "t");

        // Then
        assertThat(session.fates()).extracting(Fate::held).containsExactly(false);
        assertThat(query("SELECT i FROM app.t ORDER BY i"))
                .containsExactly(List.of("1"), List.of("2"), List.of("3"));
        assertThat(create("app.t")).isEqualTo(before.replace("INCREMENT=3", "INCREMENT=4"));
        assertThat(triggers()).hasSize(1);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void keepsRowsThatOthersWroteMeanwhileAndThatDoNotFitIn() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT PRIMARY KEY, x INT)", "INSERT INTO t VALUES (1, 1)");
        session.between(() -> execute("INSERT INTO t VALUES (1, 2)"));

        // When
        session.truncate("SELECT 1", "t");

        // Then
        assertThat(query("SELECT x FROM app.t")).containsExactly(List.of("1"));
        HeldTable rows = quarantine.list().getLast();
        assertThat(rows.note()).contains("rows that others wrote");
        assertThat(query("SELECT x FROM " + rows.kept().quoted())).containsExactly(List.of("2"));
    }

    @Test
    void leavesAReferencedParentToTheServer() throws Exception {
        // Given
        execute(
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE c (i INT, CONSTRAINT k FOREIGN KEY (i) REFERENCES p (i))",
                "CREATE TABLE o (i INT)");

        // When
        Answer drop = session.dropTables("DROP TABLE p, o", "p", "o");
        List<Fate> fates = session.fates();
        Answer truncate = session.truncate("TRUNCATE p", "p");

        // Then
        assertThat(drop.error()).isEqualTo(server.isMariaDb() ? 1451 : 3730);
        assertThat(fates).hasSize(server.isMariaDb() ? 1 : 0);
        assertThat(truncate.error()).isEqualTo(1701);
        assertThat(create("app.c")).contains("REFERENCES `p`");
    }

    @Test
    void mindsTheOrderOfParentAndChild() throws Exception {
        // Given
        execute(
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE c (i INT, CONSTRAINT k FOREIGN KEY (i) REFERENCES p (i)"
                        + " ON DELETE CASCADE)",
                "INSERT INTO p VALUES (1)",
                "INSERT INTO c VALUES (1)");
        String before = create("app.c");

        // When
        Answer answer = session.dropTables("DROP TABLE p, c", "p", "c");

        // Then
        if (server.isMariaDb()) {
            assertThat(answer.error()).isEqualTo(1451);
            assertThat(query("SHOW TABLES FROM app")).containsExactly(List.of("p"));
            execute("DELETE FROM p", "INSERT INTO p VALUES (1)");
        } else {
            assertThat(answer.isOk()).isTrue();
            undrop("p");
        }

        // When
        undrop("c");

        // Then
        assertThat(create("app.c")).isEqualTo(before);
        assertThat(query("SELECT * FROM app.c")).containsExactly(List.of("1"));
        execute("DELETE FROM p");
        assertThat(query("SELECT * FROM app.c")).isEmpty();
    }

    @Test
    void keysOfOthersReferToTheOldNameWithoutForeignKeyChecks() throws Exception {
        // Given
        execute(
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE app2.c (i INT, CONSTRAINT k FOREIGN KEY (i) REFERENCES app.p (i)"
                        + " ON DELETE CASCADE)",
                "CREATE TABLE d (i INT, FOREIGN KEY (i) REFERENCES p (i))",
                "INSERT INTO p VALUES (1)",
                "INSERT INTO app2.c VALUES (1)");
        String c = create("app2.c");
        String d = create("app.d");
        session.run("SET foreign_key_checks = 0");

        // When
        session.dropTables("DROP TABLE p", "p");

        // Then
        assertThat(create("app2.c")).isEqualTo(c);
        assertThat(create("app.d")).isEqualTo(d);

        // When
        undrop("p");
        execute("DELETE FROM p");

        // Then
        assertThat(query("SELECT * FROM app2.c")).isEmpty();

        // When
        execute("INSERT INTO p VALUES (1)", "INSERT INTO app2.c VALUES (1)");
        session.truncate("TRUNCATE p", "p");

        // Then
        assertThat(create("app2.c")).isEqualTo(c);
        assertThat(create("app.d")).isEqualTo(d);
        assertThat(query("SELECT * FROM app2.c")).hasSize(1);
    }

    @Test
    void aKeyThatNamesATableWhichItCannotReferToProtectsNothing() throws Exception {
        // Given
        execute("CREATE TABLE m (i INT, KEY (i)) ENGINE = MyISAM", "INSERT INTO m VALUES (1)");
        server.server()
                .execute(
                        "USE app",
                        "SET foreign_key_checks = 0",
                        "DROP TABLE IF EXISTS c",
                        "CREATE TABLE c (i INT, FOREIGN KEY (i) REFERENCES later (i))");
        Answer rename = session.run("RENAME TABLE m TO later");

        // When
        Answer drop = session.dropTables("DROP TABLE later", "later");

        // Then
        assertThat(rename.isOk()).as(rename.message()).isTrue();
        assertThat(drop.isOk()).as(drop.message()).isTrue();
        assertThat(session.fates()).extracting(Fate::held).containsExactly(true);
        undrop("later");
        assertThat(query("SELECT * FROM app.later")).hasSize(1);
    }

    @Test
    void bringsBackTriggersWithEverythingThatTheyHad() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT PRIMARY KEY, x VARCHAR(20))");
        server.server()
                .execute(
                        "USE app",
                        "SET collation_connection = latin1_german1_ci",
                        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
                        "CREATE DEFINER = 'gone'@'%' TRIGGER \"t`1\" BEFORE INSERT ON \"t\" FOR"
                                + " EACH ROW SET NEW.\"x\" = 'a\\'",
                        "SET sql_mode = ''",
                        "CREATE DEFINER = tenant@'127.0.0.1' TRIGGER t2 BEFORE INSERT ON t FOR EACH ROW PRECEDES `t``1` SET"
                                + " NEW.x = 'ä'",
                        "CREATE DEFINER = tenant@'127.0.0.1' TRIGGER t3 AFTER DELETE ON t FOR EACH ROW BEGIN SET @a = 1; SET"
                                + " @b = ';'; END");
        List<List<String>> before = triggers();

        // When
        session.dropTables("DROP TABLE t", "t");
        UndropReport report = undrop("t");

        // Then
        assertThat(report.missing()).isEmpty();
        assertThat(triggers()).isEqualTo(before);
    }

    @Test
    void putsEverythingBackWhenTheStatementIsRefused() throws Exception {
        // Given
        executeAsTenant(
                "CREATE TABLE t (i INT PRIMARY KEY)",
                "CREATE TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW SET @x = 1",
                "INSERT INTO t VALUES (1)");
        List<List<String>> before = triggers();

        // When
        session.dropTables("DROP TABLE nosuch.x.y", "t");

        // Then
        assertThat(session.fates()).extracting(Fate::held).containsExactly(false);
        assertThat(query("SELECT * FROM app.t")).hasSize(1);
        assertThat(triggers()).isEqualTo(before);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aTableThatSomebodyElseMadeMeanwhileStays() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        session.between(() -> execute("DROP TABLE t", "CREATE TABLE t (new INT)"));

        // When
        session.dropTables("SELECT 1", "t");

        // Then
        assertThat(session.fates()).extracting(Fate::held).containsExactly(true);
        assertThat(create("app.t")).contains("new");
    }

    @Test
    void refusesToOverwriteAndBringsTheNewestBackUnderAnotherName() throws Exception {
        // Given
        for (int i = 1; i <= 3; i++) {
            execute(
                    "CREATE TABLE t (i INT, CONSTRAINT positive CHECK (i > 0), CHECK (i < 9))",
                    "INSERT INTO t VALUES (%d)".formatted(i));
            session.dropTables("DROP TABLE t", "t");
        }
        execute("CREATE TABLE t (i INT, CONSTRAINT positive CHECK (i > 0))");

        // When
        UndropReport report = undrop("app.t", Optional.of("t_old"));

        // Then
        assertThat(report.others()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(query("SELECT i FROM app.t_old")).containsExactly(List.of("3"));
        assertThat(undrop("#" + report.others().getFirst(), Optional.of("app2.t")).as())
                .isEqualTo(new TableName("app2", "t"));
        assertThat(query("SELECT i FROM app2.t")).containsExactly(List.of("2"));
    }

    @Test
    void namesCanBeAnything() throws Exception {
        // Given
        String longest = "x".repeat(62) + "äß";
        for (String name : List.of("a`b'c\"d", "select", "tab le", "näme.日本", longest)) {
            String quoted = TableName.quoted(name);
            // MySQL has no room for a generated name after such a long one.
            String key = name.equals(longest) ? "k" : name + "_ibfk_1";
            execute(
                    "CREATE TABLE %s (`i``j` INT PRIMARY KEY, `x'y` INT DEFAULT 3 COMMENT"
                                    .formatted(quoted)
                            + " 'a`b\\'c(', CONSTRAINT %s FOREIGN KEY (`x'y`) REFERENCES %s"
                                    .formatted(TableName.quoted(key), quoted)
                            + " (`i``j`))",
                    "INSERT INTO %s VALUES (3, 3)".formatted(quoted));
            String before = create(quoted("app", name));

            // When
            Answer drop = session.dropTables("DROP TABLE " + quoted, name);
            undrop("app." + name);
            Answer truncate = session.truncate("TRUNCATE TABLE " + quoted, name);

            // Then
            assertThat(drop.isOk()).as(drop.message()).isTrue();
            assertThat(truncate.isOk()).as(truncate.message()).isTrue();
            assertThat(create(quoted("app", name))).isEqualTo(before);
        }
    }

    @Test
    void otherEnginesAndPartitionsAreKept() throws Exception {
        // Given
        execute(
                "CREATE TABLE m (i INT, KEY (i)) ENGINE = MyISAM",
                "CREATE TABLE mem (i INT) ENGINE = MEMORY",
                "CREATE TABLE part (i INT) PARTITION BY HASH (i) PARTITIONS 3",
                "CREATE TABLE f (i INT PRIMARY KEY, x TEXT, FULLTEXT KEY (x)) ROW_FORMAT ="
                        + " COMPRESSED",
                "INSERT INTO m VALUES (1)",
                "INSERT INTO mem VALUES (1)",
                "INSERT INTO part VALUES (1), (2)",
                "INSERT INTO f VALUES (1, 'some words')");
        for (String table : List.of("m", "mem", "part", "f")) {
            String before = create("app." + table);

            // When
            session.dropTables("DROP TABLE " + table, table);
            undrop(table);

            // Then
            assertThat(create("app." + table)).isEqualTo(before);
            assertThat(query("SELECT * FROM app." + table)).isNotEmpty();
        }
        for (String table : List.of("part", "f")) {
            String before = create("app." + table);
            session.truncate("TRUNCATE " + table, table);
            assertThat(session.fates()).extracting(Fate::held).containsExactly(true);
            assertThat(create("app." + table)).isEqualTo(before);
        }
    }

    @Test
    void grantsThatWereTakenAwayAreGivenBack() throws Exception {
        // Given
        server.server().execute("DROP USER IF EXISTS reader@'%'");
        execute(
                "CREATE TABLE t (i INT, x INT)",
                "CREATE USER reader@'%' IDENTIFIED BY 'reader1234'",
                "GRANT SELECT, SHOW VIEW ON app.t TO reader@'%' WITH GRANT OPTION",
                "GRANT UPDATE (x) ON app.t TO reader@'%'",
                "GRANT SELECT, SHOW VIEW, UPDATE ON *.* TO homeport_guard@'127.0.0.1' WITH GRANT"
                        + " OPTION");
        List<List<String>> before = query("SHOW GRANTS FOR reader@'%'");

        // When
        session.dropTables("DROP TABLE t", "t");
        execute("REVOKE ALL, GRANT OPTION FROM reader@'%'");
        UndropReport report = undrop("t");

        // Then
        assertThat(report.missing()).isEmpty();
        assertThat(query("SHOW GRANTS FOR reader@'%'")).isEqualTo(before);
    }

    @Test
    void aDroppedSchemaComesBackWithAllThatItHad() throws Exception {
        // Given
        server.server().execute("ALTER DATABASE app CHARACTER SET latin1");
        executeAsTenant(
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE c (i INT, FOREIGN KEY (i) REFERENCES p (i))",
                "CREATE VIEW a AS SELECT i FROM p",
                "CREATE VIEW b AS SELECT i FROM a",
                "CREATE PROCEDURE pr(x INT) SELECT x",
                "CREATE FUNCTION fn() RETURNS INT DETERMINISTIC RETURN 1",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @x = 1",
                "CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW SET @x = 1",
                "INSERT INTO p VALUES (1)",
                "INSERT INTO c VALUES (1)");
        List<String> before = everything();

        // When
        Answer answer = session.dropDatabase("DROP DATABASE app", "app");

        // Then
        assertThat(answer.isOk()).as(answer.message()).isTrue();
        assertThat(answer.affected()).isEqualTo(4);
        assertThat(query("SHOW DATABASES LIKE 'app'")).isEmpty();

        // When
        SchemaReport report = quarantine.undropSchema(GuardedSession.PROJECT, "app", "ops");

        // Then
        assertThat(report.missing()).isEmpty();
        assertThat(report.tables()).allSatisfy(one -> assertThat(one.missing()).isEmpty());
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aSchemaThatOthersReferToIsLeftAsTheServerLeavesIt() throws Exception {
        // Given
        execute(
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE o (i INT PRIMARY KEY)",
                "CREATE TABLE app2.c (i INT, FOREIGN KEY (i) REFERENCES app.p (i))");

        // When
        Answer answer = session.dropDatabase("DROP DATABASE app", "app");

        // Then
        assertThat(answer.error()).isEqualTo(server.isMariaDb() ? 1451 : 3730);
        assertThat(query("SHOW TABLES FROM app"))
                .containsExactlyElementsOf(
                        server.isMariaDb()
                                ? List.of(List.of("p"))
                                : List.of(List.of("o"), List.of("p")));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void purgesOnlyWhatIsHeld() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT)");
        session.dropTables("DROP TABLE t", "t");
        HeldTable held = quarantine.list().getLast();

        // When
        boolean first = quarantine.purgeOne(held.id());
        boolean second = quarantine.purgeOne(held.id());

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(quarantine.list()).doesNotContain(held);
        assertThat(query("SHOW TABLES FROM " + held.kept().schema()))
                .doesNotContain(List.of(held.kept().table()));
    }

    @Test
    void aClockThatIsWrongMakesNoTableLookOld() throws Exception {
        // Given
        Instant begun = quarantine.serverTime().truncatedTo(ChronoUnit.SECONDS);
        Duration jump = Duration.ofHours(73);
        try (JdbcQuarantine behind = new JdbcQuarantine(() -> serviceAt(begun.minus(jump)))) {
            // When the router's is, when the router's is ahead, and when the server's is behind
            HeldTable routers = dropped(quarantine, begun.minus(jump));
            HeldTable ahead = dropped(quarantine, begun.plus(jump));
            HeldTable servers = dropped(behind, begun);

            // Then
            assertThat(behind.serverTime()).isEqualTo(begun.minus(jump));
            assertThat(routers.droppedAt()).isBetween(begun, begun.plus(Duration.ofMinutes(5)));
            assertThat(servers.droppedAt()).isEqualTo(begun);
            assertThat(ahead.droppedAt()).isEqualTo(begun.plus(jump));
            assertThat(List.of(routers, servers, ahead))
                    .allSatisfy(
                            one ->
                                    assertThat(one.keepUntil())
                                            .isEqualTo(one.droppedAt().plus(Duration.ofDays(3))));
            assertThat(undrop("t").id()).as("the newest").isEqualTo(servers.id());
        }
    }

    /** A connection to a server whose clock stands there. */
    private Connection serviceAt(Instant time) throws SQLException {
        Connection connection = server.connect(TestServer.SERVICE, "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION timestamp = " + time.getEpochSecond());
        }
        return connection;
    }

    private HeldTable dropped(JdbcQuarantine over, Instant at) throws Exception {
        execute("CREATE TABLE t (i INT)");
        SetAside aside =
                over.begin(
                        Deeds.at(at, session.threadId()),
                        new Intention.DropTables(List.of(name("t")), true),
                        Duration.ofSeconds(5));
        execute("DROP TABLE t");
        assertThat(over.finish(aside)).extracting(Fate::held).containsExactly(true);
        return quarantine.list().getLast();
    }

    @Test
    void somebodyWhoHoldsTheTableIsWaitedForNoLongerThanAllowed() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        try (var reader = server.connect(TestServer.TENANT, "app");
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT * FROM t");
            long started = System.nanoTime();

            // When
            assertThatThrownBy(
                            () ->
                                    quarantine.begin(
                                            Deeds.drop(session.threadId()),
                                            new Intention.DropTables(List.of(name("t")), true),
                                            Duration.ofSeconds(1)))
                    .isInstanceOfSatisfying(
                            QuarantineException.class,
                            e ->
                                    assertThat(e.reason())
                                            .isEqualTo(QuarantineException.Reason.LOCKED));

            // Then
            assertThat(System.nanoTime() - started).isLessThan(10_000_000_000L);
        }
        assertThat(query("SELECT * FROM app.t")).hasSize(1);
        assertThat(leftovers()).isEmpty();
    }

    TableName name(String table) {
        return new TableName("app", table);
    }

    private static String quoted(String schema, String table) {
        return new TableName(schema, table).quoted();
    }

    List<List<String>> triggers() {
        return query(
                "SELECT TRIGGER_NAME, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER,"
                        + " ACTION_STATEMENT, SQL_MODE, DEFINER, COLLATION_CONNECTION"
                        + " FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'app'"
                        + " ORDER BY TRIGGER_NAME");
    }

    private List<String> everything() throws SQLException {
        List<String> all = new ArrayList<>();
        all.add(query("SHOW CREATE DATABASE app").toString());
        all.add(query("SHOW FULL TABLES FROM app").toString());
        all.add(create("app.p") + create("app.c"));
        all.add(query("SHOW CREATE VIEW app.a").toString());
        all.add(query("SHOW CREATE VIEW app.b").toString());
        all.add(query("SHOW CREATE PROCEDURE app.pr").toString());
        all.add(query("SHOW CREATE FUNCTION app.fn").toString());
        all.add(query("SHOW CREATE EVENT app.e").toString());
        all.add(triggers().toString());
        all.add(query("CHECKSUM TABLE app.p, app.c").toString());
        return all;
    }
}
