package dev.homeport.agent.watch.binlog;

import dev.homeport.agent.watch.binlog.RowChanges.Move;
import dev.homeport.topology.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * By how much the tables of one transaction shrank or grew, as far as that was not told yet. What
 * some lose and others gain in it was moved, as an archive job does. Only within one transaction:
 * what another one inserts says nothing of what this one deletes, however close they are and be it
 * as many rows, and a busy project inserts all the time. Of one thread.
 */
final class TransactionRows {
    private static final Comparator<Map.Entry<TableName, Long>> LARGEST_FIRST =
            Comparator.comparingLong((Map.Entry<TableName, Long> one) -> -Math.abs(one.getValue()))
                    .thenComparing(Map.Entry::getKey);

    private final Map<TableName, Long> deleted = new HashMap<>();

    boolean isEmpty() {
        return deleted.isEmpty();
    }

    /**
     * @param rows that were deleted; negative where they were inserted
     */
    void add(TableName table, long rows) {
        deleted.merge(table, rows, Long::sum);
    }

    /**
     * Hands over what is known by now.
     *
     * @param isComplete whether the transaction is; before, what tables gain stays here, because
     *     others may still lose it
     */
    void settle(Map<TableName, Long> intoDeleted, Map<Move, Long> intoMoved, boolean isComplete) {
        if (deleted.isEmpty()) {
            return;
        }
        pair(intoMoved);
        deleted.forEach(
                (table, rows) -> {
                    if (rows > 0 || (isComplete && rows < 0)) {
                        intoDeleted.merge(table, rows, Long::sum);
                    }
                });
        deleted.values().removeIf(rows -> isComplete || rows >= 0);
    }

    private void pair(Map<Move, Long> into) {
        List<Map.Entry<TableName, Long>> losers = side(1);
        List<Map.Entry<TableName, Long>> winners = side(-1);
        int next = 0;
        for (Map.Entry<TableName, Long> loser : losers) {
            while (loser.getValue() > 0 && next < winners.size()) {
                Map.Entry<TableName, Long> winner = winners.get(next);
                long rows = Math.min(loser.getValue(), -winner.getValue());
                into.merge(new Move(loser.getKey(), winner.getKey()), rows, Long::sum);
                loser.setValue(loser.getValue() - rows);
                winner.setValue(winner.getValue() + rows);
                if (winner.getValue() == 0) {
                    next++;
                }
            }
        }
    }

    /** Entries of the map itself. */
    private List<Map.Entry<TableName, Long>> side(int sign) {
        List<Map.Entry<TableName, Long>> side = new ArrayList<>();
        for (Map.Entry<TableName, Long> one : deleted.entrySet()) {
            if (Long.signum(one.getValue()) == sign) {
                side.add(one);
            }
        }
        side.sort(LARGEST_FIRST);
        return side;
    }
}
