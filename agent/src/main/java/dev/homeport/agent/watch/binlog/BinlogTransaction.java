package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A statement of the binary log that matters.
 *
 * @param gtid of its transaction; empty where the log has none, or one that cannot be read
 * @param before the position just before that transaction
 * @param at when the server executed it, to the second
 * @param threadId connection id on the server that executed it first
 */
public record BinlogTransaction(
        Ddl ddl, Optional<Gtid> gtid, GtidPosition before, Instant at, long threadId) {
    public BinlogTransaction {
        requireNonNull(ddl, "ddl");
        requireNonNull(gtid, "gtid");
        requireNonNull(before, "before");
        requireNonNull(at, "at");
    }
}
