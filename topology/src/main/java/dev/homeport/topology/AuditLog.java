package dev.homeport.topology;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Who did what to the fleet, as it stands in ZooKeeper: the newest entries of all routers, in the
 * order in which they were written. Blocking: never call it on an event loop. Thread-safe.
 */
public interface AuditLog {
    /** An entry with its number, which is higher than those of all entries before it. */
    record Numbered(long number, AuditEntry entry) {}

    /**
     * A part of the log.
     *
     * @param entries the newest first
     * @param next the number to go on from; empty where nothing is left
     */
    record Page(List<Numbered> entries, OptionalLong next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Writes an entry, once, also when the connection breaks meanwhile; the oldest make room.
     *
     * @return its number
     * @throws TopologyException {@code UNAVAILABLE} if ZooKeeper is away; whether it was written
     *     may be unknown then
     */
    long append(AuditEntry entry) throws TopologyException;

    /**
     * Writes an entry of which an attempt before may have been carried out: what stands already is
     * not written again.
     *
     * @return its number
     * @throws TopologyException as {@link #append}
     */
    long appendAgain(AuditEntry entry) throws TopologyException;

    /**
     * Reads entries, the newest first. One that cannot be read is left out.
     *
     * @param before only entries with a lower number than this
     * @throws TopologyException {@code UNAVAILABLE} if ZooKeeper is away
     */
    Page page(Predicate<AuditEntry> wanted, OptionalLong before, int limit)
            throws TopologyException;
}
