package dev.homeport.agent.watch.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.watch.binlog.RowChanges.Move;
import dev.homeport.topology.TableName;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TransactionRowsTest {
    private static final TableName A = new TableName("p", "a");
    private static final TableName B = new TableName("p", "b");
    private static final TableName C = new TableName("p", "c");

    private final TransactionRows rows = new TransactionRows();
    private final Map<TableName, Long> deleted = new HashMap<>();
    private final Map<Move, Long> moved = new HashMap<>();

    private void settle(boolean isComplete) {
        rows.settle(deleted, moved, isComplete);
    }

    @Test
    void whatOneTableLosesAndAnotherGainsIsMovedAndNoMoreThanThat() {
        // Given
        rows.add(A, 100);
        rows.add(B, -60);
        rows.add(C, -10);

        // When
        settle(true);

        // Then
        assertThat(moved).isEqualTo(Map.of(new Move(A, B), 60L, new Move(A, C), 10L));
        assertThat(deleted).isEqualTo(Map.of(A, 30L));
        assertThat(rows.isEmpty()).isTrue();
    }

    @Test
    void whatIsInsertedFirstWaitsForTheEndOfTheTransaction() {
        // Given
        rows.add(B, -100);
        settle(false);
        assertThat(deleted).isEmpty();
        assertThat(rows.isEmpty()).isFalse();

        // When
        rows.add(A, 40);
        settle(false);
        rows.add(A, 20);
        settle(true);

        // Then
        assertThat(moved).isEqualTo(Map.of(new Move(A, B), 60L));
        assertThat(deleted).isEqualTo(Map.of(B, -40L));
    }

    @Test
    void whatIsDeletedFirstIsToldAtOnceAndNotTakenBack() {
        // Given
        rows.add(A, 40);
        settle(false);
        assertThat(deleted).isEqualTo(Map.of(A, 40L));

        // When
        rows.add(B, -40);
        settle(true);

        // Then
        assertThat(moved).isEmpty();
        assertThat(deleted).isEqualTo(Map.of(A, 40L, B, -40L));
    }

    @Test
    void anotherTransactionProvesNothing() {
        // Given
        rows.add(B, -100);
        settle(true);

        // When
        rows.add(A, 100);
        settle(true);

        // Then
        assertThat(moved).isEmpty();
        assertThat(deleted).isEqualTo(Map.of(A, 100L, B, -100L));
    }

    @Test
    void aTableThatIsRewrittenMovesNothing() {
        // Given
        rows.add(A, 100);
        rows.add(A, -100);
        rows.add(B, 5);

        // When
        settle(true);

        // Then
        assertThat(moved).isEmpty();
        assertThat(deleted).isEqualTo(Map.of(B, 5L));
    }
}
