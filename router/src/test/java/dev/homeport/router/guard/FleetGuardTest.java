package dev.homeport.router.guard;

import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.testkit.fleet.FakeFleetSource;
import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardRule;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableGlob;
import dev.homeport.topology.TableName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the guard records of a statement, and when. */
class FleetGuardTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final ProjectId P1 = new ProjectId("p1");
    private static final TableName ORDERS = new TableName("app", "orders");

    private final FakeFleetSource fleet = FakeFleetSource.of(aFleet().build());
    private final RecentStatements recent = new RecentStatements();
    private final List<String> suspicions = new ArrayList<>();
    private CompletableFuture<Boolean> approvalUsed = CompletableFuture.completedFuture(true);
    private final FleetGuard guard =
            new FleetGuard(
                    fleet,
                    new Records(),
                    instance -> {
                        throw new IllegalStateException("nothing is set aside here");
                    },
                    Runnable::run,
                    recent,
                    new GuardMeters(new SimpleMeterRegistry()),
                    Clock.fixed(NOW, ZoneOffset.UTC));

    private static DestructiveAct act() {
        return new DestructiveAct(
                P1,
                new ClusterId("c1"),
                new Instance(new InstanceId("c1-1"), "127.0.0.1", 3306),
                "app",
                "127.0.0.1:5000",
                7,
                StatementClass.DROP_TABLE,
                List.of(ORDERS),
                "",
                true);
    }

    private void obey(GuardAction action, boolean observe, boolean approved, boolean announced) {
        var rule =
                new GuardRule(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(StatementClass.DROP_TABLE, action),
                        Optional.empty());
        var policy =
                new GuardPolicy(
                        observe,
                        List.of(rule),
                        GuardPolicy.DEFAULT_RETENTION,
                        GuardPolicy.DEFAULT_QUOTA_BYTES,
                        GuardPolicy.DEFAULT_GENERATIONS,
                        GuardPolicy.DEFAULT_MEMORY,
                        GuardPolicy.DEFAULT.burst(),
                        List.of(),
                        Optional.empty());
        var approval =
                new Approval(
                        ApprovalId.of(NOW, 1),
                        P1,
                        Set.of(StatementClass.DROP_TABLE),
                        List.of(TableGlob.parse("*")),
                        1,
                        NOW.plusSeconds(60),
                        "somebody",
                        "works");
        var announcement =
                new Announcement(
                        AnnouncementId.of(NOW, 1),
                        P1,
                        Optional.empty(),
                        NOW.plusSeconds(60),
                        "somebody",
                        "works");
        var state =
                new GuardState(
                        policy,
                        approved ? List.of(approval) : List.of(),
                        announced ? List.of(announcement) : List.of());
        fleet.set(aFleet().with(state).build());
    }

    private RecordedStatement last() {
        return recent.after(OptionalLong.empty(), Integer.MAX_VALUE).getLast();
    }

    @ParameterizedTest
    @CsvSource({
        "ALLOW, false, false, false, ALLOWED",
        "LOG, false, false, false, ALLOWED",
        "ALLOW, false, false, true, ANNOUNCED",
        "QUARANTINE, false, false, false, KEPT",
        "QUARANTINE, false, false, true, KEPT",
        "QUARANTINE, true, false, false, OBSERVED",
        "REFUSE, true, false, true, OBSERVED",
        "APPROVE, false, true, false, APPROVED",
        "APPROVE, false, false, true, REFUSED",
        "REFUSE, false, true, true, REFUSED",
    })
    void recordsWhyAStatementPassed(
            GuardAction action,
            boolean observe,
            boolean approved,
            boolean announced,
            Ruling expected) {
        // Given
        obey(action, observe, approved, announced);

        // When
        JudgedStatement judged = guard.judge(act()).join();

        // Then
        assertThat(judged.decision().ruling()).isEqualTo(expected);
        assertThat(last().number()).isEqualTo(judged.number());
        assertThat(last().ruling()).isEqualTo(expected);
        assertThat(last().outcome()).isEmpty();
    }

    @Test
    void aStatementIsOnRecordBeforeAnybodyMaySendIt() {
        // Given: ZooKeeper has not answered yet whether the approval was good
        obey(GuardAction.APPROVE, false, true, false);
        approvalUsed = new CompletableFuture<>();
        CompletableFuture<Integer> recordedThen =
                guard.judge(act()).thenApply(one -> recent.after(OptionalLong.empty(), 10).size());

        // When
        approvalUsed.complete(true);

        // Then
        assertThat(recordedThen).isCompletedWithValue(1);
    }

    @Test
    void whatCameOfItCompletesItsRecord() {
        // Given
        obey(GuardAction.QUARANTINE, false, false, false);
        JudgedStatement judged = guard.judge(act()).join();

        // When
        guard.done(judged, Guard.Outcome.QUARANTINED);

        // Then
        assertThat(recent.after(OptionalLong.empty(), 10)).hasSize(1);
        assertThat(last().outcome()).contains(Guard.Outcome.QUARANTINED);
        assertThat(Duration.between(last().sentAt(), last().at())).isZero();
    }

    @ParameterizedTest
    @CsvSource({"ALLOW, false", "LOG, false", "REFUSE, true"})
    void aTableThatIsMadeAgainBehindADropThatPassedIsSuspicious(
            GuardAction action, boolean observe) {
        // Given
        obey(action, observe, false, false);
        guard.done(guard.judge(act()).join(), Guard.Outcome.EXECUTED);

        // When
        guard.created(P1, new TableName("app", "other"));
        assertThat(suspicions).isEmpty();
        guard.created(P1, ORDERS);
        guard.created(P1, ORDERS);

        // Then
        assertThat(suspicions)
                .containsExactly(
                        "app.orders was made again a moment later, and nothing of it was kept");
        JudgedStatement next = guard.judge(act()).join();
        assertThat(next.decision().ruling()).isEqualTo(observe ? Ruling.OBSERVED : Ruling.KEPT);
        assertThat(suspicions)
                .last()
                .isEqualTo("app.orders was dropped and made again a short while ago");
    }

    @ParameterizedTest
    @CsvSource({
        "QUARANTINE, false, false, QUARANTINED",
        "ALLOW, false, true, EXECUTED",
        "APPROVE, true, false, EXECUTED",
        "ALLOW, false, false, FAILED"
    })
    void whatIsKeptAnnouncedApprovedOrFailedMayBeMadeAgain(
            GuardAction action, boolean approved, boolean announced, Guard.Outcome outcome) {
        // Given
        obey(action, false, approved, announced);

        // When
        guard.done(guard.judge(act()).join(), outcome);
        guard.created(P1, ORDERS);

        // Then
        assertThat(suspicions).isEmpty();
    }

    private final class Records implements GuardRecords {
        @Override
        public CompletableFuture<Boolean> use(ApprovalId approval) {
            return approvalUsed;
        }

        @Override
        public void suspicious(DestructiveAct act, String why, Optional<String> tenant) {
            suspicions.add(why);
        }

        @Override
        public CompletableFuture<Void> tellOthers(ProjectId project, TableName table) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
