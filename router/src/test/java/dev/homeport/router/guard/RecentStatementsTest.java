package dev.homeport.router.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentStatementsTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(3);
    private static final GuardDecision ALLOWED = new GuardDecision.Pass(Ruling.ALLOWED, "n");
    private static final GuardDecision KEPT = new GuardDecision.Keep(Duration.ofHours(1), "");

    private final RecentStatements statements = new RecentStatements();

    private static DestructiveAct act(String cluster, String instance, long threadId) {
        return new DestructiveAct(
                new ProjectId("p1"),
                new ClusterId(cluster),
                new Instance(new InstanceId(instance), "127.0.0.1", 3306),
                "app",
                "127.0.0.1:5000",
                threadId,
                StatementClass.DROP_TABLE,
                List.of(new TableName("app", "orders")),
                "",
                true);
    }

    private List<RecordedStatement> all() {
        return statements.after(OptionalLong.empty(), Integer.MAX_VALUE);
    }

    @Test
    void aStatementIsKnownWhileItRunsAndCompletedInPlace() {
        // When
        long first = statements.add(act("c1", "db-1", 7), ALLOWED, NOW);
        long second = statements.add(act("c1", "db-1", 8), KEPT, NOW);
        RecordedStatement running = all().getFirst();
        statements.done(first, Guard.Outcome.EXECUTED, LATER);

        // Then
        assertThat(running.outcome()).isEmpty();
        assertThat(running.at()).isEqualTo(running.sentAt()).isEqualTo(NOW);
        RecordedStatement done = all().getFirst();
        assertThat(done.number()).isEqualTo(first);
        assertThat(done.outcome()).contains(Guard.Outcome.EXECUTED);
        assertThat(done.ruling()).isEqualTo(Ruling.ALLOWED);
        assertThat(done.note()).isEqualTo("n");
        assertThat(done.sentAt()).isEqualTo(NOW);
        assertThat(done.at()).isEqualTo(LATER);
        assertThat(all().getLast().number()).isEqualTo(second);
        assertThat(all().getLast().outcome()).isEmpty();
    }

    @Test
    void whatIsDoneStaysAsItWas() {
        // Given
        long number = statements.add(act("c1", "db-1", 7), ALLOWED, NOW);
        statements.done(number, Guard.Outcome.FAILED, NOW);

        // When
        statements.done(number, Guard.Outcome.EXECUTED, LATER);

        // Then
        assertThat(all().getFirst().outcome()).contains(Guard.Outcome.FAILED);
    }

    @Test
    void whatCouldNotBeKeptWasRefused() {
        // Given
        long number = statements.add(act("c1", "db-1", 7), KEPT, NOW);

        // When
        statements.done(number, Guard.Outcome.REFUSED, LATER);

        // Then
        assertThat(all().getFirst().ruling()).isEqualTo(Ruling.REFUSED);
    }

    @Test
    void theOldestAreForgottenAlsoIfTheyWereNeverDone() {
        // Given
        long first = statements.add(act("c1", "db-1", 7), ALLOWED, NOW);
        for (int i = 0; i < RecentStatements.MOST; i++) {
            statements.add(act("c1", "db-1", 8), ALLOWED, NOW);
        }

        // When
        statements.done(first, Guard.Outcome.EXECUTED, LATER);

        // Then
        assertThat(all()).hasSize(RecentStatements.MOST);
        assertThat(all().getFirst().number()).isEqualTo(2);
        assertThat(all()).allMatch(one -> one.outcome().equals(Optional.empty()));
        assertThat(statements.after(OptionalLong.of(RecentStatements.MOST - 1), 100))
                .map(RecordedStatement::number)
                .containsExactly(10_000L, 10_001L);
        assertThat(statements.after(OptionalLong.of(20_000), 100)).isEmpty();
    }

    @Test
    void findsThoseOfSomeConnectionsOfAnInstance() {
        // Given
        statements.add(act("c1", "db-1", 7), ALLOWED, NOW);
        statements.add(act("c1", "db-2", 7), ALLOWED, NOW);
        statements.add(act("c2", "db-1", 7), ALLOWED, NOW);
        statements.add(act("c1", "db-1", 9), ALLOWED, NOW);
        statements.add(act("c1", "db-1", 8), ALLOWED, NOW);

        // When
        List<RecordedStatement> found =
                statements.of(new ClusterId("c1"), new InstanceId("db-1"), Set.of(7L, 8L));

        // Then
        assertThat(found).map(RecordedStatement::number).containsExactly(1L, 5L);
    }
}
