package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.Map;

/**
 * By how much tables shrank or grew over a few transactions. Only counts.
 *
 * @param deleted rows deleted less rows inserted; negative where a table grew
 * @param before the position before the first of the transactions
 * @param at when the server executed the last of them
 */
public record RowChanges(Map<TableName, Long> deleted, GtidPosition before, Instant at) {
    public RowChanges {
        deleted = Map.copyOf(deleted);
        requireNonNull(before, "before");
        requireNonNull(at, "at");
    }
}
