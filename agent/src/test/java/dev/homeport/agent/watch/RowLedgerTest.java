package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.binlog.RowChanges;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.Totals;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class RowLedgerTest {
    private static final Instant T0 = Instant.parse("2026-11-14T12:00:00Z");
    private static final TableName A = new TableName("p1", "a");

    private final RowLedger ledger =
            new RowLedger(
                    WatchPolicy.DEFAULT,
                    new PatternOwnership(
                            Pattern.compile("(?<project>.+)"), Optional.empty(), Optional.empty()),
                    project -> new Totals(10, 100_000));
    private int sequence;

    private List<Hint> add(TableName table, long deleted, int second) {
        return add(Map.of(table, deleted), Map.of(), second);
    }

    private List<Hint> move(TableName from, TableName to, long rows, int second) {
        return add(Map.of(), Map.of(new RowChanges.Move(from, to), rows), second);
    }

    private List<Hint> add(
            Map<TableName, Long> deleted, Map<RowChanges.Move, Long> moved, int second) {
        sequence++;
        Instant at = T0.plusSeconds(second);
        return ledger.add(
                new RowChanges(
                        deleted,
                        moved,
                        GtidPosition.parse(Family.MARIADB, "0-1-" + sequence).orElseThrow(),
                        at),
                at);
    }

    @Test
    void hintsWhenAShareIsReachedWithinTheWindow() {
        assertThat(add(A, 5_000, 0)).isEmpty();
        List<Hint> hints = add(A, 5_000, 59);
        assertThat(hints).hasSize(1);
        assertThat(hints.getFirst().rows()).isEqualTo(10_000);
        assertThat(hints.getFirst().tables()).containsExactly(A);
        assertThat(hints.getFirst().gtidBefore()).contains("0-1-1");
    }

    @Test
    void forgetsWhatIsOlderThanTheWindow() {
        assertThat(add(A, 9_000, 0)).isEmpty();
        assertThat(add(A, 9_000, 60)).isEmpty();
    }

    @Test
    void aQueueThatEmptiesAndFillsIsNoLoss() {
        for (int second = 0; second < 200; second++) {
            assertThat(add(A, second % 2 == 0 ? -9_000 : 9_000, second)).isEmpty();
        }
    }

    @Test
    void whatOtherTablesGainIsNotDeducted() {
        assertThat(add(new TableName("p1", "b"), -50_000, 0)).isEmpty();
        assertThat(add(A, 10_000, 1)).hasSize(1);
    }

    @Test
    void whatATransactionMovesWithinAProjectIsNotDeleted() {
        TableName archive = new TableName("p1", "archive");
        assertThat(move(A, archive, 90_000, 0)).isEmpty();
        // It is where it was moved to: what goes from there counts.
        assertThat(add(archive, 9_000, 1)).isEmpty();
        assertThat(add(archive, 1_000, 2)).hasSize(1);
    }

    @Test
    void whatIsMovedElsewhereIsDeletedHere() {
        assertThat(move(A, new TableName("p2", "a"), 10_000, 0))
                .singleElement()
                .satisfies(hint -> assertThat(hint.tables()).containsExactly(A));
        TableName kept = new TableName("homeport_quarantine", "q1");
        assertThat(move(new TableName("p3", "a"), kept, 10_000, 0)).hasSize(1);
    }

    @Test
    void saysItAgainWhenItHasBecomeHalfOrLasts() {
        assertThat(add(A, 10_000, 0)).hasSize(1);
        assertThat(add(A, 10_000, 1)).isEmpty();
        assertThat(add(A, 30_000, 2)).hasSize(1);
        assertThat(add(A, 10, 3)).isEmpty();
        assertThat(add(A, 10, 13)).hasSize(1);
    }

    @Test
    void schemasOfTheServerDoNotCount() {
        assertThat(add(new TableName("mysql", "a"), 90_000, 0)).isEmpty();
        assertThat(add(new TableName("homeport_quarantine", "q1"), 90_000, 0)).isEmpty();
    }

    @Test
    void isBounded() {
        for (int i = 0; i < 120_000; i++) {
            add(new TableName("p" + i, "a"), 1, i / 10_000);
        }
        assertThat(add(A, 10_000, 20)).hasSize(1);
    }
}
