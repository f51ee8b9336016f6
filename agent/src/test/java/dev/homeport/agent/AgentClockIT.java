package dev.homeport.agent;

import static dev.homeport.agent.AgentFleet.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.config.QuarantineConfig;
import dev.homeport.quarantine.Deed;
import dev.homeport.quarantine.Intention;
import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.quarantine.ServiceAccount;
import dev.homeport.quarantine.SetAside;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.AccountSource;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent on a machine whose clock is wrong, with a real ZooKeeper and a real server. */
@Timeout(180)
final class AgentClockIT {
    private static final ProjectId P1 = new ProjectId("p1");
    private static final Account GUARD = Account.withRandomPassword("homeport_guard");
    private static final Duration JUMP = Duration.ofHours(73);
    private static final Pattern APART =
            Pattern.compile("(?m)^agent_quarantine_clocks_apart_seconds (\\S+)$");

    @TempDir Path directory;

    @Test
    void anAgentThatStartsThreeDaysAheadLetsGoOnlyOfWhatIsOver() throws Exception {
        try (AgentFleet fleet = new AgentFleet(directory)) {
            // Given
            fleet.primary.execute(
                    "CREATE DATABASE p1",
                    "CREATE TABLE p1.kept (i INT)",
                    "CREATE TABLE p1.done (i INT)",
                    "CREATE USER homeport_guard@'%' IDENTIFIED BY '" + GUARD.password() + "'");
            fleet.primary.execute(
                    ServiceAccount.grants(Family.MARIADB, "homeport_guard@'%'")
                            .toArray(String[]::new));
            QuarantineConfig section =
                    new QuarantineConfig(
                            GUARD.user(),
                            new Secret(GUARD.password()),
                            Duration.ofSeconds(30),
                            Map.of());
            try (JdbcQuarantine quarantine = quarantine(fleet, section)) {
                drop(fleet, quarantine, "kept", Duration.ofDays(3));
                drop(fleet, quarantine, "done", Duration.ZERO);
                assertThat(held(quarantine)).containsExactly("kept", "done");

                // When
                AgentMain agent =
                        fleet.startAgent("a1", section, Clock.offset(Clock.systemUTC(), JUMP));
                await().atMost(PATIENCE).until(() -> !held(quarantine).contains("done"));

                // Then
                assertThat(held(quarantine)).containsExactly("kept");
                await().atMost(PATIENCE)
                        .until(
                                () -> clocksApart(fleet.metrics(agent)),
                                apart -> Math.abs(apart - JUMP.toSeconds()) < 60);
            }
        }
    }

    private static JdbcQuarantine quarantine(AgentFleet fleet, QuarantineConfig section) {
        return new JdbcQuarantine(
                new AccountSource(
                                AgentFleet.instance(AgentFleet.DB1, fleet.primary),
                                any -> AccountLink.DEFAULT,
                                section.account())
                        ::getConnection);
    }

    /** As a guarded session would. */
    private static void drop(
            AgentFleet fleet, JdbcQuarantine quarantine, String table, Duration keep)
            throws QuarantineException {
        Deed deed =
                new Deed(
                        StatementClass.DROP_TABLE,
                        P1,
                        Optional.empty(),
                        "app",
                        "127.0.0.1",
                        "r1",
                        0,
                        Instant.now(),
                        keep,
                        "");
        SetAside aside =
                quarantine.begin(
                        deed,
                        new Intention.DropTables(List.of(new TableName("p1", table)), true),
                        Duration.ofSeconds(5));
        fleet.primary.execute("DROP TABLE p1." + table);
        quarantine.finish(aside);
    }

    private static List<String> held(JdbcQuarantine quarantine) throws QuarantineException {
        return quarantine.list(P1).stream().map(one -> one.table().table()).toList();
    }

    private static double clocksApart(String metrics) {
        MatchResult found =
                APART.matcher(metrics)
                        .results()
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no such metric"));
        return Double.parseDouble(found.group(1));
    }
}
