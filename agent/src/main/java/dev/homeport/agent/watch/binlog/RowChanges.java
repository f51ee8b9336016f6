package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.Map;

/**
 * By how much tables shrank or grew over a few transactions. Only counts.
 *
 * @param deleted rows deleted less rows inserted; negative where a table grew. Without those in
 *     {@code moved}
 * @param moved rows that a transaction deleted from one table while it inserted as many into
 *     another
 * @param before the position before the first of the transactions
 * @param at when the server executed the last of them
 */
public record RowChanges(
        Map<TableName, Long> deleted, Map<Move, Long> moved, GtidPosition before, Instant at) {
    /** From where to where. */
    public record Move(TableName from, TableName to) {
        public Move {
            requireNonNull(from, "from");
            requireNonNull(to, "to");
        }
    }

    public RowChanges {
        deleted = Map.copyOf(deleted);
        moved = Map.copyOf(moved);
        requireNonNull(before, "before");
        requireNonNull(at, "at");
    }
}
