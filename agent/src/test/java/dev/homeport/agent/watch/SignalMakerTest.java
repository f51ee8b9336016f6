package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.watch.WatchListener.StatementOutcome;
import dev.homeport.agent.watch.binlog.BinlogTransaction;
import dev.homeport.agent.watch.binlog.DdlParser;
import dev.homeport.agent.watch.binlog.Gtid;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Extent;
import dev.homeport.agent.watch.judge.Signal.Standing;
import dev.homeport.agent.watch.judge.Totals;
import dev.homeport.topology.Family;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** From statements as they stand in a log to signals. */
final class SignalMakerTest {
    private static final Instant T0 = Instant.parse("2026-11-14T12:00:00Z");
    private static final InstanceId DB1 = new InstanceId("db1");
    private static final Ownership OWNERSHIP =
            new PatternOwnership(
                    Pattern.compile("(?<project>[a-z].*)"),
                    Optional.empty(),
                    Optional.of(Pattern.compile("^_(?<tenant>\\d+)_")));

    private final KnownTables known = new KnownTables(OWNERSHIP::project);
    private final StandIns standIns = new StandIns();
    private final List<Attribution.Question> asked = new ArrayList<>();
    private Attribution.Answer answer = new Attribution.AroundRouters();
    private Predicate<TableName> announced = table -> false;
    private List<StatementOutcome> outcomes = List.of();
    private int sequence = 1;

    private void listed(String... tables) {
        var builder = new Inventory.Builder(known.base());
        for (String table : tables) {
            String[] parts = table.split("[.=]");
            builder.add(parts[0], parts[1], parts.length > 2 ? Long.parseLong(parts[2]) : 10);
        }
        known.adopt(builder.build(new Inventory.Taken(T0, Optional.empty(), Optional.empty())));
    }

    private static TableName t(String name) {
        return new TableName(name.split("\\.")[0], name.split("\\.")[1]);
    }

    private List<Destroyed> make(String... statements) {
        List<BinlogTransaction> all = new ArrayList<>();
        for (String sql : statements) {
            all.add(
                    new BinlogTransaction(
                            DdlParser.parse(sql, "app"),
                            Optional.of(new Gtid.MariaDb(0, 1, sequence + 1)),
                            GtidPosition.parse(Family.MARIADB, "0-1-" + sequence).orElseThrow(),
                            T0,
                            57));
            sequence++;
        }
        var maker =
                new SignalMaker(
                        OWNERSHIP,
                        questions -> {
                            asked.addAll(questions);
                            return questions.stream().map(one -> answer).toList();
                        },
                        new Announcements() {
                            @Override
                            public boolean covers(TableName table, Instant at) {
                                return announced.test(table);
                            }

                            @Override
                            public boolean covers(ProjectId project, Instant at) {
                                return false;
                            }
                        },
                        known,
                        standIns);
        SignalMaker.Made made = maker.make(DB1, all, T0);
        outcomes = made.outcomes();
        return made.signals();
    }

    @Test
    void saysWhatIsGoneWithRowsTenantAndThePositionBefore() {
        // Given
        listed("app._7_users=100", "app._7_perms=50", "app.other");

        // When
        List<Destroyed> signals = make("DROP TABLE IF EXISTS `_7_users`,`_7_perms`,`nope`");

        // Then
        assertThat(signals).hasSize(1);
        Destroyed signal = signals.getFirst();
        assertThat(signal.project()).contains(new ProjectId("app"));
        assertThat(signal.tables()).containsExactly(t("app._7_users"), t("app._7_perms"));
        assertThat(signal.tableCount()).isEqualTo(2);
        assertThat(signal.rows()).isEqualTo(150);
        assertThat(signal.tenants()).containsExactly("7");
        assertThat(signal.gtidBefore()).contains("0-1-1");
        assertThat(signal.reference()).isEqualTo("0-1-2");
        assertThat(signal.standing()).isEqualTo(Standing.UNANNOUNCED);
        assertThat(signal.actor()).isEqualTo("not through a router (thread 57)");
        assertThat(signal.evidence())
                .isEqualTo("binary log: DROP TABLE of 2 tables in app, at 0-1-2");
        assertThat(asked)
                .containsExactly(
                        new Attribution.Question(
                                DB1, 57, T0, List.of(t("app._7_users"), t("app._7_perms"))));
        assertThat(known.totals(Optional.of(new ProjectId("app")))).isEqualTo(new Totals(1, 10));
    }

    @Test
    void whatWasNotThereIsNotGone() {
        // Given
        listed("app.a");

        // Then
        assertThat(make("DROP TABLE IF EXISTS b")).isEmpty();
        assertThat(make("DROP DATABASE IF EXISTS nothing")).isEmpty();
        assertThat(make("CREATE OR REPLACE TABLE b (x INT)")).isEmpty();
        assertThat(make("DROP TEMPORARY TABLE a")).isEmpty();
        assertThat(make("DROP TABLE mysql.user", "TRUNCATE homeport.epoch")).isEmpty();
        assertThat(make("DROP TABLE homeport_quarantine.q7", "DROP DATABASE homeport_quarantine_2"))
                .isEmpty();
        assertThat(outcomes).containsOnly(StatementOutcome.NOTHING);
        assertThat(asked).isEmpty();
    }

    @Test
    void aTableThatNoInventoryKnowsIsGoneWhereTheStatementFailsWithoutIt() {
        // Given
        listed("app.a");

        // Then
        assertThat(make("DROP TABLE aria_table")).hasSize(1);
        assertThat(make("TRUNCATE TABLE aria_table_2")).hasSize(1);
    }

    @Test
    void whatWasMadeAMomentAgoIsKnownAndGoneOnce() {
        // Given
        listed("app.a");

        // Then
        assertThat(make("CREATE TABLE b (x INT)", "DROP TABLE IF EXISTS b")).hasSize(1);
        assertThat(make("DROP TABLE IF EXISTS b")).isEmpty();
        assertThat(make("CREATE TABLE b (x INT)", "CREATE OR REPLACE TABLE b (x INT)")).hasSize(1);
        assertThat(make("DROP DATABASE app")).hasSize(1);
        assertThat(make("DROP DATABASE app")).isEmpty();
    }

    @Test
    void aSchemaTakesAllItsTablesAlong() {
        // Given
        listed("app.a", "app.b", "other.c");

        // When
        Destroyed signal = make("DROP DATABASE app").getFirst();

        // Then
        assertThat(signal.tables()).containsExactlyInAnyOrder(t("app.a"), t("app.b"));
    }

    @Test
    void withoutAnInventoryASchemaIsALossOfUnknownSize() {
        // When
        Destroyed signal = make("DROP DATABASE app").getFirst();

        // Then
        assertThat(signal.tableCount()).isEqualTo(2);
        assertThat(signal.rows()).isEqualTo(-1);
    }

    @Test
    void aStandInThatGoesIsNoLossButTheTableAfterTruncateIsReal() {
        // Given
        listed("app.a=1000", "app.b=1000", "app.c");

        // Then
        assertThat(
                        make(
                                "CREATE TABLE homeport.s7 (x INT)",
                                "RENAME TABLE app.a TO homeport_quarantine.q7,"
                                        + " homeport.s7 TO app.a",
                                "DROP TABLE `a` /* generated by server */"))
                .isEmpty();
        assertThat(outcomes.getLast()).isEqualTo(StatementOutcome.QUARANTINED);
        assertThat(
                        make(
                                "RENAME TABLE app.b TO homeport_quarantine_2.q8,"
                                        + " homeport.s8 TO app.b",
                                "TRUNCATE TABLE b"))
                .isEmpty();
        assertThat(make("DROP TABLE b")).hasSize(1);
        assertThat(make("DROP TABLE IF EXISTS a")).isEmpty();
    }

    @Test
    void aTableThatWasPutBackIsReal() {
        // Given
        listed("app.a", "app.b");

        // When
        List<Destroyed> signals =
                make(
                        "RENAME TABLE app.a TO homeport_quarantine.q7," + " homeport.s7 TO app.a",
                        "RENAME TABLE app.a TO homeport.s7," + " homeport_quarantine.q7 TO app.a",
                        "DROP TABLE a");

        // Then
        assertThat(signals).hasSize(1);
        assertThat(standIns.oldest()).isEmpty();
    }

    @Test
    void ofASchemaOnlyWhatIsNoStandInIsGone() {
        // Given
        listed("app.a", "app.b");

        // When
        List<Destroyed> signals =
                make(
                        "RENAME TABLE app.a TO homeport_quarantine.q7," + " homeport.s7 TO app.a",
                        "DROP DATABASE app");

        // Then
        assertThat(signals.getFirst().tables()).containsExactly(t("app.b"));
    }

    @Test
    void anOnlineSchemaChangeLosesTheOldCopyOnly() {
        // Given
        listed("app.t=500", "app.u");

        // When
        List<Destroyed> signals =
                make(
                        "CREATE TABLE app._t_new LIKE app.t",
                        "RENAME TABLE app.t TO app._t_old, app._t_new TO app.t",
                        "DROP TABLE IF EXISTS _t_old");

        // Then
        assertThat(signals).hasSize(1);
        assertThat(signals.getFirst().tables()).containsExactly(t("app._t_old"));
        assertThat(signals.getFirst().rows()).isEqualTo(500);
    }

    @Test
    void aTableThatIsRenamedToAnotherProjectIsGoneFromItsOwn() {
        // Given
        listed("app.a", "app.b");

        // When
        List<Destroyed> signals = make("RENAME TABLE a TO elsewhere.a", "ALTER TABLE b RENAME c");

        // Then
        assertThat(signals).hasSize(1);
        assertThat(signals.getFirst().project()).contains(new ProjectId("app"));
    }

    @Test
    void whatRoutersKnowDecides() {
        // Given
        listed("app.a", "app.b", "app.c", "app.d");
        var through =
                new Attribution.ThroughRouter(
                        "app", "u", "10.0.0.9:1", "r1", Attribution.Ruling.ALLOWED);

        // When
        answer = through;
        Destroyed allowed = make("DROP TABLE a").getFirst();
        answer =
                new Attribution.ThroughRouter(
                        "app", "u", "10.0.0.9:1", "r1", Attribution.Ruling.ANNOUNCED);
        List<Destroyed> announcedThere = make("DROP TABLE b");
        answer = new Attribution.Unknown("r2 does not answer");
        Destroyed unknown = make("DROP TABLE c").getFirst();
        announced = table -> table.equals(t("app.d"));
        answer = new Attribution.AroundRouters();
        List<Destroyed> covered = make("DROP TABLE d");

        // Then
        assertThat(allowed.standing()).isEqualTo(Standing.ALLOWED);
        assertThat(allowed.actor()).isEqualTo("app as u from 10.0.0.9:1 through r1");
        assertThat(announcedThere).isEmpty();
        assertThat(unknown.standing()).isEqualTo(Standing.UNANNOUNCED);
        assertThat(unknown.actor()).isEqualTo("not known: r2 does not answer (thread 57)");
        assertThat(covered).isEmpty();
        assertThat(outcomes).containsExactly(StatementOutcome.ANNOUNCED);
    }

    @Test
    void partsOfTablesAreParts() {
        // Given
        listed("app.a");

        // Then
        assertThat(make("ALTER TABLE a DROP COLUMN x").getFirst().extent())
                .isEqualTo(Extent.COLUMNS);
        assertThat(make("ALTER TABLE a DROP PARTITION p0").getFirst().extent())
                .isEqualTo(Extent.PARTITIONS);
        assertThat(make("DROP TABLE 'a'")).isEmpty();
        assertThat(outcomes).containsExactly(StatementOutcome.OPAQUE);
    }

    @Test
    void partitionsHaveTheirRowsAsTheInventoryKnowsThem() {
        // Given
        listed("app.a#P#p0=600", "app.a#P#p1=20", "app.b=30");

        // Then
        Destroyed signal = make("ALTER TABLE a TRUNCATE PARTITION P0, p1").getFirst();
        assertThat(signal.extent()).isEqualTo(Extent.PARTITIONS);
        assertThat(signal.rows()).isEqualTo(620);
        assertThat(known.totals(Optional.of(new ProjectId("app")))).isEqualTo(new Totals(2, 30));
        assertThat(make("ALTER TABLE b DROP PARTITION p0").getFirst().rows()).isEqualTo(-1);
        Destroyed all = make("ALTER TABLE b TRUNCATE PARTITION ALL").getFirst();
        assertThat(all.extent()).isEqualTo(Extent.TABLES);
        assertThat(all.rows()).isEqualTo(30);
    }

    @Test
    void tablesOfSeveralProjectsAreSeveralSignals() {
        // Given
        listed("p1.a", "p2.b", "Übung.c");

        // When
        List<Destroyed> signals = make("DROP TABLE p1.a, p2.b, `Übung`.c");

        // Then
        assertThat(signals)
                .extracting(Destroyed::project)
                .containsExactly(
                        Optional.empty(),
                        Optional.of(new ProjectId("p1")),
                        Optional.of(new ProjectId("p2")));
    }
}
