package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A router that dies after any of its statements leaves nothing that is not put right. */
abstract class RecoveryCases extends RealServerCases {
    private static final TableName TABLE = new TableName("app", "t-1");

    /** 1 dies after every single statement, which takes minutes. */
    private static final int STRIDE = Integer.getInteger("homeport.stride", 5);

    private final int offset;

    /**
     * @param offset where each server begins, so that together they see more
     */
    RecoveryCases(TestServer.Kind kind, int offset) {
        super(kind);
        this.offset = offset;
    }

    @Test
    void aDropIsFinishedWhereverTheRouterDied() throws Exception {
        int statements = offset % STRIDE + 1 - STRIDE;
        boolean isDead = true;
        while (isDead) {
            // Given
            statements += STRIDE;
            List<String> before = table();

            // When
            isDead =
                    diesAfter(
                            statements,
                            StatementClass.DROP_TABLE,
                            new Intention.DropTables(List.of(TABLE), true),
                            "DROP TABLE `t-1`");

            // Then
            if (hasRun) {
                assertThat(query("SHOW TABLES FROM app LIKE 't-1'"))
                        .as("after %d", statements)
                        .isEmpty();
                assertThat(undrop("app.t-1").missing()).isEmpty();
            }
            assertThat(seen()).as("after %d", statements).isEqualTo(before);
        }
        assertThat(statements).isGreaterThan(20);
    }

    @Test
    void aTruncateIsFinishedWhereverTheRouterDied() throws Exception {
        int statements = offset % STRIDE + 1 - STRIDE;
        boolean isDead = true;
        while (isDead) {
            // Given
            statements += STRIDE;
            List<String> before = table();

            // When
            isDead =
                    diesAfter(
                            statements,
                            StatementClass.TRUNCATE,
                            new Intention.Truncate(TABLE, true),
                            "TRUNCATE TABLE `t-1`");

            // Then
            if (hasRun) {
                assertThat(query("SELECT * FROM app.`t-1`")).isEmpty();
                execute("DROP TABLE `t-1`");
                assertThat(undrop("app.t-1").missing()).isEmpty();
            }
            assertThat(seen()).as("after %d", statements).isEqualTo(before);
        }
        assertThat(statements).isGreaterThan(20);
    }

    @Test
    void anUndropIsFinishedWhereverItDied() throws Exception {
        int statements = offset % STRIDE + 1 - STRIDE;
        boolean isDead = true;
        while (isDead) {
            // Given
            statements += STRIDE;
            List<String> before = table();
            session.dropTables("DROP TABLE `t-1`", "t-1");
            DyingConnections dying =
                    new DyingConnections(() -> server.connect(TestServer.SERVICE, ""), statements);

            // When
            try (JdbcQuarantine theirs = new JdbcQuarantine(dying)) {
                theirs.undrop(
                        GuardedSession.PROJECT,
                        "app.t-1",
                        Optional.empty(),
                        "ops",
                        Optional.empty());
            } catch (QuarantineException e) {
                assertThat(e.reason()).isEqualTo(QuarantineException.Reason.UNREACHABLE);
            }
            isDead = dying.isDead();
            recover();

            // Then
            if (query("SHOW TABLES FROM app LIKE 't-1'").isEmpty()) {
                assertThat(undrop("app.t-1").missing()).isEmpty();
            }
            assertThat(seen()).as("after %d", statements).isEqualTo(before);
        }
    }

    @Test
    void whatAClientCanStillDropStaysSetAside() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT)", "INSERT INTO t VALUES (1)");
        quarantine.begin(
                Deeds.drop(session.threadId()),
                new Intention.DropTables(List.of(new TableName("app", "t")), true),
                Duration.ofSeconds(5));

        // When
        List<Fate> whileItLives = server.quarantine().recover(Duration.ZERO);
        quarantine.close();
        List<Fate> whileItsClientLives = server.quarantine().recover(Duration.ZERO);
        session.run("DROP TABLE t");
        session.close();
        recover();

        // Then
        assertThat(whileItLives).isEmpty();
        assertThat(whileItsClientLives).isEmpty();
        undrop("t");
        assertThat(query("SELECT * FROM app.t")).hasSize(1);
    }

    @Test
    void aServersClockThatIsSetBackKeepsNobodyWaiting() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT)", "INSERT INTO t VALUES (1)");
        quarantine.begin(
                Deeds.drop(session.threadId()),
                new Intention.DropTables(List.of(new TableName("app", "t")), true),
                Duration.ofSeconds(5));
        quarantine.close();
        session.close();

        // When
        execute("UPDATE homeport.quarantine SET changed_at = changed_at + INTERVAL 73 HOUR");
        recover();

        // Then
        assertThat(query("SELECT * FROM app.t")).hasSize(1);
    }

    private boolean hasRun;

    private boolean diesAfter(int statements, StatementClass kind, Intention intention, String sql)
            throws Exception {
        hasRun = false;
        DyingConnections dying =
                new DyingConnections(() -> server.connect(TestServer.SERVICE, ""), statements);
        try (JdbcQuarantine theirs = new JdbcQuarantine(dying);
                Connection client = server.connect(TestServer.TENANT, "app")) {
            long threadId =
                    Long.parseLong(
                            Answer.of(client, "SELECT CONNECTION_ID()")
                                    .rows()
                                    .getFirst()
                                    .getFirst());
            SetAside aside =
                    theirs.begin(Deeds.of(kind, threadId), intention, Duration.ofSeconds(5));
            assertThat(Answer.of(client, sql).error()).isZero();
            hasRun = true;
            theirs.finish(aside);
        } catch (QuarantineException e) {
            assertThat(e.reason()).isEqualTo(QuarantineException.Reason.UNREACHABLE);
        }
        recover();
        return dying.isDead();
    }

    /** The server may need a moment to see that sessions have ended. */
    private void recover() throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        do {
            try (JdbcQuarantine other = server.quarantine()) {
                other.recover(Duration.ZERO);
            }
        } while (isUnfinished() && System.nanoTime() < end);
        assertThat(isUnfinished()).isFalse();
        assertThat(leftovers()).isEmpty();
    }

    private boolean isUnfinished() {
        return !query(
                                "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA ="
                                        + " 'homeport' AND TABLE_NAME = 'quarantine'")
                        .isEmpty()
                && !query(
                                "SELECT id FROM homeport.quarantine WHERE state IN ('preparing',"
                                        + " 'aside', 'settling', 'restoring')")
                        .isEmpty();
    }

    /** A table with everything that can get lost. */
    private List<String> table() {
        server.freshSchema("app");
        execute(
                "CREATE TABLE p (i INT PRIMARY KEY)",
                "CREATE TABLE `t-1` (i INT PRIMARY KEY, p INT,"
                        + " CONSTRAINT `t-1_ibfk_1` FOREIGN KEY (p) REFERENCES p (i),"
                        + " CONSTRAINT k FOREIGN KEY (p) REFERENCES `t-1` (i))",
                "INSERT INTO p VALUES (1)",
                "INSERT INTO `t-1` VALUES (1, 1)");
        executeAsTenant(
                "CREATE TRIGGER a BEFORE INSERT ON `t-1` FOR EACH ROW SET @x = 1",
                "CREATE TRIGGER b BEFORE INSERT ON `t-1` FOR EACH ROW PRECEDES a SET @x = 2");
        return seen();
    }

    private List<String> seen() {
        List<String> seen = new ArrayList<>();
        seen.add(create("app.`t-1`"));
        seen.add(query("SELECT * FROM app.`t-1`").toString());
        seen.add(
                query(
                                "SELECT TRIGGER_NAME, ACTION_ORDER, ACTION_STATEMENT FROM"
                                        + " information_schema.TRIGGERS WHERE TRIGGER_SCHEMA ="
                                        + " 'app' ORDER BY TRIGGER_NAME")
                        .toString());
        return seen;
    }
}
