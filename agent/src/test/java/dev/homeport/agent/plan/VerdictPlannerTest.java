package dev.homeport.agent.plan;

import static dev.homeport.agent.plan.Views.DB1;
import static dev.homeport.agent.plan.Views.DB2;
import static dev.homeport.agent.plan.Views.DB3;
import static dev.homeport.agent.plan.Views.cluster;
import static dev.homeport.agent.plan.Views.reports;
import static dev.homeport.agent.plan.Views.seen;
import static dev.homeport.agent.plan.Views.sights;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.plan.Views.Seen;
import dev.homeport.agent.plan.Views.Sight;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.Health;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictPlannerTest {
    private static final Instant EARLIER = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant NOW = EARLIER.plusSeconds(60);
    private static final ClusterDefinition THREE = cluster(3);
    private static final long DEPRECATE_EOF = 1L << 24;
    private static final long PROGRESS = 1L << 32;
    private static final long MARIADB = 0x1c81fff7feL;
    private static final long MYSQL = 0xdfffffffL;
    private static final Verdict HEALTHY_WITH_DB1 = healthyWith(DB1, 7);

    /** Previous primary db1 throughout; the views are those of one agent. */
    @ParameterizedTest
    @CsvSource({
        "PRIMARY,    REPLICA,             REPLICA,    HEALTHY,     db1",
        "PRIMARY,    REPLICA_LAGS,        REPLICA,    DEGRADED,    db1",
        "PRIMARY,    REPLICA_IO_STOPPED,  REPLICA,    DEGRADED,    db1",
        "PRIMARY,    REPLICA_SQL_STOPPED, REPLICA,    DEGRADED,    db1",
        "PRIMARY,    REPLICA_WRITABLE,    REPLICA,    DEGRADED,    db1",
        "PRIMARY,    READ_ONLY,           REPLICA,    DEGRADED,    db1",
        "PRIMARY,    SILENT,              REPLICA,    DEGRADED,    db1",
        "PRIMARY,    LOCKED_OUT,          REPLICA,    DEGRADED,    db1",
        "PRIMARY,    NOTHING,             REPLICA,    DEGRADED,    db1",
        "PRIMARY,    PRIMARY,             REPLICA,    NO_PRIMARY,  ''",
        "READ_ONLY,  REPLICA,             REPLICA,    NO_PRIMARY,  ''",
        "SILENT,     REPLICA,             REPLICA,    NO_PRIMARY,  ''",
        "SILENT,     REPLICA_WRITABLE,    REPLICA,    NO_PRIMARY,  ''",
        "REPLICA,    PRIMARY,             REPLICA,    HEALTHY,     db2",
        "SILENT,     PRIMARY,             REPLICA,    DEGRADED,    db2",
        "LOCKED_OUT, REPLICA,             REPLICA,    UNKNOWN,     db1",
        "NOTHING,    REPLICA,             REPLICA,    UNKNOWN,     db1",
        "LOCKED_OUT, PRIMARY,             REPLICA,    UNKNOWN,     db1",
        "READ_ONLY,  LOCKED_OUT,          REPLICA,    UNKNOWN,     db1",
        "SILENT,     SILENT,              SILENT,     UNREACHABLE, db1",
        "SILENT,     SILENT,              LOCKED_OUT, UNKNOWN,     db1",
        "SILENT,     SILENT,              NOTHING,    UNKNOWN,     db1",
        "LOCKED_OUT, LOCKED_OUT,          LOCKED_OUT, UNKNOWN,     db1",
        "GALERA,     GALERA,              GALERA,     HEALTHY,     db1",
        "GALERA,     GALERA_NOT_READY,    GALERA,     DEGRADED,    db1",
        "SILENT,     GALERA,              GALERA,     DEGRADED,    db2",
        "GALERA_NOT_READY, GALERA,        GALERA,     DEGRADED,    db2",
        "GALERA_NOT_READY, GALERA_NOT_READY, SILENT,  NO_PRIMARY,  ''",
        "GALERA,     PRIMARY,             GALERA,     NO_PRIMARY,  ''"
    })
    void judgesWhatOneAgentSees(
            Seen first, Seen second, Seen third, Health health, String primary) {
        // When
        Verdict verdict = plan(seen(first, second, third), HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.health()).isEqualTo(health);
        assertThat(verdict.primary().map(InstanceId::value).orElse("")).isEqualTo(primary);
    }

    /** One instance; what agent a1 sees, what agent a2 sees. */
    @ParameterizedTest
    @CsvSource({
        "PRIMARY,    LOCKED_OUT, HEALTHY",
        "PRIMARY,    SILENT,     HEALTHY",
        "PRIMARY,    NOTHING,    HEALTHY",
        "READ_ONLY,  PRIMARY,    HEALTHY",
        "SILENT,     LOCKED_OUT, UNKNOWN",
        "SILENT,     NOTHING,    UNREACHABLE",
        "SILENT,     SILENT,     UNREACHABLE",
        "SILENT,     READ_ONLY,  NO_PRIMARY"
    })
    void takesAnInstanceForAnsweringIfItAnswersAnyAgent(Seen first, Seen second, Health health) {
        // Given
        Map<AgentId, AgentReport> reports = reports(List.of(List.of(first), List.of(second)));

        // When
        Verdict verdict = plan(cluster(1), reports, HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.health()).isEqualTo(health);
    }

    @Test
    void blamesAReplicaOnlyForWhatEveryAgentSees() {
        // Given
        Map<AgentId, AgentReport> reports =
                reports(
                        List.of(
                                List.of(Seen.PRIMARY, Seen.REPLICA_LAGS),
                                List.of(Seen.PRIMARY, Seen.REPLICA)));

        // When
        Verdict verdict = plan(cluster(2), reports, HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void startsWithEpochOne() {
        // When
        Verdict verdict = plan(seen(Seen.PRIMARY, Seen.REPLICA, Seen.REPLICA), Verdict.NONE);

        // Then
        assertThat(verdict.primary()).contains(DB1);
        assertThat(verdict.epoch()).isEqualTo(1);
        assertThat(verdict.replicas()).containsExactly(DB2, DB3);
        assertThat(verdict.since()).contains(NOW);
    }

    @Test
    void raisesTheEpochWithAnotherPrimaryAndWithTheSameOneAfterThereWasNone() {
        // When
        Verdict other = plan(seen(Seen.REPLICA, Seen.PRIMARY, Seen.REPLICA), HEALTHY_WITH_DB1);
        Verdict none = plan(seen(Seen.SILENT, Seen.REPLICA, Seen.REPLICA), HEALTHY_WITH_DB1);
        Verdict again = plan(seen(Seen.PRIMARY, Seen.REPLICA, Seen.REPLICA), none);

        // Then
        assertThat(other.epoch()).isEqualTo(8);
        assertThat(none.epoch()).isEqualTo(7);
        assertThat(again.epoch()).isEqualTo(8);
    }

    @Test
    void keepsPrimaryAndEpochThroughUnreachable() {
        // When
        Verdict unreachable = plan(seen(Seen.SILENT, Seen.SILENT, Seen.SILENT), HEALTHY_WITH_DB1);
        Verdict again = plan(seen(Seen.PRIMARY, Seen.REPLICA, Seen.REPLICA), unreachable);

        // Then
        assertThat(unreachable.primary()).contains(DB1);
        assertThat(unreachable.replicas()).containsExactly(DB2, DB3);
        assertThat(again.health()).isEqualTo(Health.HEALTHY);
        assertThat(again.epoch()).isEqualTo(7);
    }

    @Test
    void goesOnAboveTheEpochThatTheClusterHasKept() {
        // When
        Verdict verdict =
                VerdictPlanner.plan(
                        THREE,
                        seen(Seen.PRIMARY, Seen.REPLICA, Seen.REPLICA),
                        Verdict.NONE,
                        41,
                        NOW);

        // Then
        assertThat(verdict.epoch()).isEqualTo(42);
    }

    @Test
    void dropsAPrimaryThatIsNoLongerDefined() {
        // Given
        Verdict previous = healthyWith(new InstanceId("db9"), 7);

        // When
        Verdict verdict = plan(seen(Seen.LOCKED_OUT, Seen.LOCKED_OUT, Seen.SILENT), previous);

        // Then
        assertThat(verdict.health()).isEqualTo(Health.UNKNOWN);
        assertThat(verdict.primary()).isEmpty();
        assertThat(verdict.epoch()).isEqualTo(7);
    }

    @Test
    void namesAllThatAreWritable() {
        // When
        Verdict verdict = plan(seen(Seen.PRIMARY, Seen.PRIMARY, Seen.REPLICA), HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.reason())
                .isEqualTo("db1 and db2 are writable without replicating: only one may be");
    }

    @Test
    void namesWhatIsWrong() {
        // When
        Verdict verdict =
                plan(seen(Seen.PRIMARY, Seen.REPLICA_IO_STOPPED, Seen.SILENT), HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.reason())
                .isEqualTo("db2 does not receive (IO thread stopped); db3 does not answer");
        assertThat(verdict.replicas()).containsExactly(DB2);
        assertThat(verdict.evidence())
                .containsExactly(
                        "db1 to a1: answers, writable",
                        "db2 to a1: answers, read-only, replicates from 127.0.0.1:3301",
                        "db3 to a1: silent, some cause");
    }

    @Test
    void changesSinceOnlyWithHealthOrPrimary() {
        // When
        Verdict degraded =
                plan(seen(Seen.PRIMARY, Seen.REPLICA_LAGS, Seen.REPLICA), HEALTHY_WITH_DB1);
        Verdict stillDegraded =
                VerdictPlanner.plan(
                        THREE,
                        seen(Seen.PRIMARY, Seen.SILENT, Seen.REPLICA),
                        degraded,
                        0,
                        NOW.plusSeconds(5));

        // Then
        assertThat(degraded.since()).contains(NOW);
        assertThat(stillDegraded.since()).contains(NOW);
        assertThat(stillDegraded.reason()).isNotEqualTo(degraded.reason());
    }

    @Test
    void staysWithTheGaleraNodeThatTakesTheWrites() {
        // Given
        Verdict previous = healthyWith(DB2, 3);

        // When
        Verdict verdict = plan(seen(Seen.GALERA, Seen.GALERA, Seen.GALERA), previous);

        // Then
        assertThat(verdict.primary()).contains(DB2);
        assertThat(verdict.epoch()).isEqualTo(3);
        assertThat(verdict.replicas()).containsExactly(DB1, DB3);
    }

    @Test
    void hasTheCapabilitiesThatAllInstancesHave() {
        // When
        Verdict verdict =
                plan(
                        sights(
                                Sight.of(Seen.PRIMARY, MARIADB),
                                Sight.of(Seen.REPLICA, MARIADB | PROGRESS),
                                Sight.of(Seen.SILENT, MARIADB & ~DEPRECATE_EOF)),
                        HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.capabilities())
                .contains(new ServerCapabilities(MARIADB & ~DEPRECATE_EOF));
        assertThat(verdict.evidence())
                .endsWith(
                        "db1 lacks what others have, so clients are not offered it:"
                                + " MARIADB_CLIENT_PROGRESS",
                        "db3 lacks what others have, so clients are not offered it:"
                                + " CLIENT_DEPRECATE_EOF, MARIADB_CLIENT_PROGRESS");
    }

    @Test
    void namesNoInstanceWhileAllCanDoTheSame() {
        // When
        Verdict verdict =
                plan(
                        sights(
                                Sight.of(Seen.PRIMARY, MARIADB),
                                Sight.of(Seen.REPLICA, MARIADB),
                                Sight.of(Seen.SILENT)),
                        HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.capabilities()).contains(new ServerCapabilities(MARIADB));
        assertThat(verdict.evidence()).hasSize(3);
    }

    @Test
    void believesAnAgentThatIsAnsweredBeforeOneThatRemembers() {
        // Given an instance that was upgraded, which a1 has not reached since
        Map<AgentId, AgentReport> reports =
                Views.sights(
                        List.of(
                                List.of(Sight.of(Seen.SILENT, MARIADB)),
                                List.of(Sight.of(Seen.PRIMARY, MARIADB | PROGRESS)),
                                List.of(Sight.of(Seen.PRIMARY))));

        // When
        Verdict verdict = plan(cluster(1), reports, HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.capabilities()).contains(new ServerCapabilities(MARIADB | PROGRESS));
    }

    @Test
    void changesNothingElseWithTheCapabilities() {
        // Given
        Sight replica = Sight.of(Seen.REPLICA, MARIADB | PROGRESS);
        Verdict before =
                plan(
                        sights(Sight.of(Seen.PRIMARY, MARIADB | PROGRESS), replica, replica),
                        HEALTHY_WITH_DB1);

        // When
        Verdict after = plan(sights(Sight.of(Seen.PRIMARY, MARIADB), replica, replica), before);

        // Then
        assertThat(before.capabilities()).contains(new ServerCapabilities(MARIADB | PROGRESS));
        assertThat(after.capabilities()).contains(new ServerCapabilities(MARIADB));
        assertThat(after.epoch()).isEqualTo(before.epoch());
        assertThat(after.since()).isEqualTo(before.since());
        assertThat(after.reason()).isEqualTo(before.reason());
    }

    @Test
    void isDegradedByAServerOfAnotherFamily() {
        // When
        Verdict verdict =
                plan(
                        sights(
                                Sight.of(Seen.PRIMARY, MYSQL),
                                Sight.of(Seen.REPLICA, MARIADB),
                                Sight.of(Seen.REPLICA_LAGS)),
                        HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.health()).isEqualTo(Health.DEGRADED);
        assertThat(verdict.primary()).contains(DB1);
        assertThat(verdict.reason())
                .isEqualTo("db1 is of family mysql, the cluster of family mariadb; db3 lags");
    }

    @Test
    void saysThatNobodyIsThePrimaryBeforeItSpeaksOfFamilies() {
        // When
        Verdict verdict =
                plan(
                        sights(
                                Sight.of(Seen.READ_ONLY, MYSQL),
                                Sight.of(Seen.REPLICA, MARIADB),
                                Sight.of(Seen.REPLICA, MARIADB)),
                        HEALTHY_WITH_DB1);

        // Then
        assertThat(verdict.health()).isEqualTo(Health.NO_PRIMARY);
        assertThat(verdict.reason()).doesNotContain("family");
    }

    @Test
    void whatIsWrongElsewhereDegradesAHealthyClusterOnly() {
        // Given
        List<String> also = List.of("data-loss watch of db1: log_bin is OFF");

        // When
        Verdict degraded =
                VerdictPlanner.plan(
                        THREE,
                        seen(Seen.PRIMARY, Seen.REPLICA, Seen.REPLICA),
                        HEALTHY_WITH_DB1,
                        0,
                        also,
                        NOW);
        Verdict without =
                VerdictPlanner.plan(
                        THREE,
                        seen(Seen.SILENT, Seen.REPLICA, Seen.REPLICA),
                        HEALTHY_WITH_DB1,
                        0,
                        also,
                        NOW);

        // Then
        assertThat(degraded.health()).isEqualTo(Health.DEGRADED);
        assertThat(degraded.primary()).contains(DB1);
        assertThat(degraded.reason()).isEqualTo("data-loss watch of db1: log_bin is OFF");
        assertThat(without.health()).isEqualTo(Health.NO_PRIMARY);
        assertThat(without.reason()).doesNotContain("data-loss");
    }

    private static Verdict plan(Map<AgentId, AgentReport> reports, Verdict previous) {
        return plan(THREE, reports, previous);
    }

    private static Verdict plan(
            ClusterDefinition cluster, Map<AgentId, AgentReport> reports, Verdict previous) {
        return VerdictPlanner.plan(cluster, reports, previous, 0, NOW);
    }

    private static Verdict healthyWith(InstanceId primary, long epoch) {
        List<InstanceId> replicas =
                List.of(DB1, DB2, DB3).stream().filter(id -> !id.equals(primary)).toList();
        return new Verdict(
                Health.HEALTHY,
                Optional.of(primary),
                replicas,
                epoch,
                "all is well",
                List.of(),
                Optional.of(EARLIER),
                Optional.empty());
    }
}
