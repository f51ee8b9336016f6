package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.watch.WatchListener.StatementOutcome;
import dev.homeport.agent.watch.WatchedServer.Kind;
import dev.homeport.agent.watch.binlog.NameCase;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Severity;
import dev.homeport.testkit.fleet.Fleets;
import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that does not tell names apart by their case, and clients that spell them as they like.
 */
@Timeout(300)
final class NameCaseIT {
    @TempDir static Path directory;

    private static WatchedServer server;
    private static int number;

    private WatchRig rig;
    private WatchRig.Agent agent;

    /** Made as {@code Shop1.T0}, which the server keeps as {@code shop1.t0}. */
    private String schema;

    @BeforeAll
    static void startServer() {
        server =
                WatchedServer.start(
                        Kind.MARIADB_10_11, directory.resolve("db"), "lower_case_table_names=1");
        server.server.execute("CREATE DATABASE homeport", "CREATE DATABASE homeport_quarantine");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void watch() throws Exception {
        number++;
        schema = "Shop" + number;
        rig = new WatchRig(server, Files.createDirectory(directory.resolve("r" + number)));
        rig.inventoryInterval = Duration.ofSeconds(1);
        rig.ownership =
                new PatternOwnership(
                        Pattern.compile("(?<project>.+)"),
                        Optional.empty(),
                        Optional.of(Pattern.compile("^t_(?<tenant>[a-z]+)_")));
        rig.announcements =
                new FleetAnnouncements(
                        () -> Optional.of(announced()), rig.ownership, () -> NameCase.FOLDS);
        server.server.execute("CREATE DATABASE " + schema);
        for (int i = 0; i < 30; i++) {
            server.server.execute("CREATE TABLE %s.T%d (x INT PRIMARY KEY)".formatted(schema, i));
        }
        agent = rig.agent(1).start().awaitReading();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private FleetSnapshot announced() {
        return Fleets.aFleet()
                .with(
                        new GuardState(
                                GuardPolicy.DEFAULT,
                                List.of(),
                                List.of(
                                        new Announcement(
                                                new AnnouncementId("a1"),
                                                new ProjectId(schema),
                                                Optional.of("ACME"),
                                                Instant.now().plusSeconds(600),
                                                "op",
                                                "leaves"))))
                .build();
    }

    /** What an inventory finds missing was looked at again by then, which is after two seconds. */
    private void awaitInventories() {
        int before = agent.inventories.get();
        await().atMost(WatchRig.PATIENCE).until(() -> agent.inventories.get() > before + 5);
    }

    private static TableName t(String schema, String table) {
        return new TableName(schema, table);
    }

    @Test
    void whatGoesUnderAnotherSpellingIsToldOnce() {
        // When
        server.server.execute("TRUNCATE TABLE %s.`t0`".formatted(schema.toUpperCase(Locale.ROOT)));
        LossFinding alert = rig.awaitIncident(schema, Severity.ALERT);
        server.server.execute(
                "RENAME TABLE %s.T1 TO `Elsewhere`.T1".formatted(elsewhere()),
                "DROP TABLE IF EXISTS %s.t2, %s.T3".formatted(schema, schema));
        LossFinding loss = rig.awaitIncident(schema, Severity.LOSS);
        await().atMost(WatchRig.PATIENCE).until(() -> rig.told().size() == 4);
        awaitInventories();

        // Then
        String kept = schema.toLowerCase(Locale.ROOT);
        assertThat(alert.tables()).containsExactly(t(kept, "t0"));
        assertThat(loss.id()).isEqualTo(alert.id());
        assertThat(rig.told())
                .isEqualTo(
                        Map.of(
                                t(kept, "t0"),
                                1,
                                t(kept, "t1"),
                                1,
                                t(kept, "t2"),
                                1,
                                t(kept, "t3"),
                                1));
        assertThat(rig.incidents()).hasSize(1);
        assertThat(rig.incidents().getFirst().tablesLost()).isEqualTo(4);
    }

    private String elsewhere() {
        server.server.execute("CREATE DATABASE IF NOT EXISTS Elsewhere");
        return schema;
    }

    @Test
    void whatTheGuardPutsAwayIsNoLossHoweverItIsSpelt() {
        // When
        for (int i = 0; i < 4; i++) {
            int kept = 1000 * number + i;
            server.server.execute(
                    "CREATE TABLE homeport.s%d (x INT PRIMARY KEY)".formatted(kept),
                    "RENAME TABLE %s.T%d TO homeport_quarantine.q%d, homeport.s%d TO %s.T%d"
                            .formatted(schema, i, kept, kept, schema, i),
                    "DROP TABLE %s.t%d".formatted(schema.toUpperCase(Locale.ROOT), i));
        }
        await().atMost(WatchRig.PATIENCE)
                .until(() -> agent.statements.getOrDefault(StatementOutcome.QUARANTINED, 0) == 4);
        awaitInventories();

        // Then
        assertThat(rig.incidents()).isEmpty();
    }

    @Test
    void whatIsAnnouncedIsNoLossHoweverItIsSpelt() {
        // Given
        server.server.execute(
                "CREATE TABLE %s.T_Acme_users (x INT)".formatted(schema),
                "CREATE TABLE %s.T_Acme_roles (x INT)".formatted(schema));
        awaitInventories();

        // When
        server.server.execute(
                "TRUNCATE TABLE %s.T_ACME_users".formatted(schema),
                "DROP TABLE %s.t_acme_USERS, %s.T_acme_roles".formatted(schema, schema));
        await().atMost(WatchRig.PATIENCE)
                .until(() -> agent.statements.getOrDefault(StatementOutcome.ANNOUNCED, 0) == 2);
        awaitInventories();

        // Then
        assertThat(rig.incidents()).isEmpty();
    }

    @Test
    void itLearnsThatFromTheServer() {
        assertThat(agent.watch.nameCase()).isEqualTo(NameCase.FOLDS);
        assertThat(server.settings().nameCase()).isEqualTo(NameCase.FOLDS);
    }
}
