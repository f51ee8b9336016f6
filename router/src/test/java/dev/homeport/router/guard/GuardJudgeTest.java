package dev.homeport.router.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Glob;
import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardBudgets;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardRule;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableGlob;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TenantPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardJudgeTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final ProjectId P1 = new ProjectId("p1");
    private static final TableName ORDERS = new TableName("app", "orders");

    /** DROP TABLE is allowed by rule. */
    private static final GuardRule ALLOW =
            new GuardRule(
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Map.of(StatementClass.DROP_TABLE, GuardAction.ALLOW),
                    Optional.empty());

    private final DropHistory history = new DropHistory();

    private static DestructiveAct act(StatementClass kind, TableName... tables) {
        return new DestructiveAct(
                P1,
                new ClusterId("c1"),
                new Instance(new InstanceId("c1-1"), "127.0.0.1", 3306),
                "app",
                "127.0.0.1:5000",
                7,
                kind,
                Arrays.asList(tables),
                "",
                true);
    }

    private static GuardPolicy policy(boolean observe, List<GuardRule> rules) {
        return new GuardPolicy(
                observe,
                rules,
                GuardPolicy.DEFAULT_RETENTION,
                GuardPolicy.DEFAULT_QUOTA_BYTES,
                GuardPolicy.DEFAULT_GENERATIONS,
                GuardPolicy.DEFAULT_MEMORY,
                new GuardBudgets(3, 2, Duration.ofMinutes(1)),
                List.of(TableGlob.parse("ns_*")),
                Optional.of(new TenantPattern("_(?<tenant>\\d+)_")));
    }

    private Judgement judge(GuardPolicy policy, DestructiveAct act) {
        return GuardJudge.judge(new GuardState(policy, List.of(), List.of()), act, history, NOW);
    }

    @Test
    void goesByTheRulesWhereNothingIsSuspicious() {
        // When
        Judgement byDefault =
                judge(policy(false, List.of()), act(StatementClass.DROP_TABLE, ORDERS));
        Judgement byRule =
                judge(policy(false, List.of(ALLOW)), act(StatementClass.DROP_TABLE, ORDERS));

        // Then
        assertThat(byDefault.action()).isEqualTo(GuardAction.QUARANTINE);
        assertThat(byRule.action()).isEqualTo(GuardAction.ALLOW);
        assertThat(byRule.suspicion()).isEmpty();
    }

    @Test
    void theStrictestTableDecides() {
        // Given
        GuardRule refuseOrders =
                new GuardRule(
                        List.of(new Glob("p*")),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(TableGlob.parse("orders")),
                        Map.of(StatementClass.DROP_TABLE, GuardAction.REFUSE),
                        Optional.empty());

        // When
        Judgement judgement =
                judge(
                        policy(false, List.of(refuseOrders, ALLOW)),
                        act(StatementClass.DROP_TABLE, new TableName("app", "tmp"), ORDERS));

        // Then
        assertThat(judgement.action()).isEqualTo(GuardAction.REFUSE);
    }

    @Test
    void aFailedCreationMakesADropSuspiciousForAWhile() {
        // Given
        history.createFailed(P1, new TableName("app", "Orders"), NOW.minusSeconds(60));

        // When
        Judgement soon =
                judge(policy(false, List.of(ALLOW)), act(StatementClass.DROP_TABLE, ORDERS));
        Judgement later =
                GuardJudge.judge(
                        new GuardState(policy(false, List.of(ALLOW)), List.of(), List.of()),
                        act(StatementClass.DROP_TABLE, ORDERS),
                        history,
                        NOW.plus(GuardPolicy.DEFAULT_MEMORY));

        // Then
        assertThat(soon.action()).isEqualTo(GuardAction.QUARANTINE);
        assertThat(soon.suspicion()).contains(new Suspicion.FailedCreate(ORDERS));
        assertThat(later.action()).isEqualTo(GuardAction.ALLOW);
    }

    @Test
    void aSharedTableIsKeptWhateverARuleAllows() {
        // Given
        TableName shared = new TableName("app", "ns_users");

        // When
        Judgement judgement =
                judge(policy(false, List.of(ALLOW)), act(StatementClass.DROP_TABLE, shared));

        // Then
        assertThat(judgement.action()).isEqualTo(GuardAction.QUARANTINE);
        assertThat(judgement.suspicion()).contains(new Suspicion.SharedTable(shared));
    }

    @Test
    void aBurstIsOneUnlessItWasAnnounced() {
        // Given
        history.dropped(P1, Optional.empty(), 3, NOW.minusSeconds(10));
        var announced =
                new GuardState(
                        policy(false, List.of(ALLOW)),
                        List.of(),
                        List.of(
                                new Announcement(
                                        AnnouncementId.of(NOW, 1),
                                        P1,
                                        Optional.empty(),
                                        NOW.plusSeconds(60),
                                        "ops",
                                        "the end")));

        // When
        Judgement burst =
                judge(policy(false, List.of(ALLOW)), act(StatementClass.DROP_TABLE, ORDERS));
        Judgement meant =
                GuardJudge.judge(announced, act(StatementClass.DROP_TABLE, ORDERS), history, NOW);

        // Then
        assertThat(burst.suspicion()).contains(new Suspicion.Burst("project p1", 4, 3));
        assertThat(meant.suspicion()).isEmpty();
        assertThat(meant.announcement()).isPresent();
    }

    @Test
    void aTenantHasABudgetOfItsOwn() {
        // Given
        history.dropped(P1, Optional.of("12"), 2, NOW);

        // When
        Judgement judgement =
                judge(
                        policy(false, List.of(ALLOW)),
                        act(StatementClass.DROP_TABLE, new TableName("app", "_12_users")));

        // Then
        assertThat(judgement.tenant()).contains("12");
        assertThat(judgement.suspicion()).contains(new Suspicion.Burst("tenant 12", 3, 2));
    }

    @Test
    void whileItObservesItOnlyLogs() {
        // Given
        history.createFailed(P1, ORDERS, NOW);

        // When
        Judgement judgement =
                judge(policy(true, List.of()), act(StatementClass.DROP_TABLE, ORDERS));

        // Then
        assertThat(judgement.action()).isEqualTo(GuardAction.LOG);
        assertThat(judgement.wanted()).isEqualTo(GuardAction.QUARANTINE);
        assertThat(judgement.suspicion()).isPresent();
    }

    @Test
    void statementsWithoutTablesHaveRulesToo() {
        // When
        Judgement shutdown = judge(policy(false, List.of()), act(StatementClass.SHUTDOWN));

        // Then
        assertThat(shutdown.action()).isEqualTo(GuardAction.REFUSE);
        assertThat(shutdown.suspicion()).isEmpty();
    }
}
