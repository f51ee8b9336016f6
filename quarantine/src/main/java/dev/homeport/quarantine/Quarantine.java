package dev.homeport.quarantine;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The quarantine of one instance, which must be the primary of its cluster. How a statement is
 * guarded with it:
 *
 * <ol>
 *   <li>the session itself says which of the names are temporary tables of its own;
 *   <li>{@link #kinds} says what the others are;
 *   <li>the session runs {@code DROP VIEW} on those that are tables, which drops nothing, and lets
 *       the server say whether the session may drop them at all, and waits for who holds them;
 *   <li>{@link #begin} renames them away and puts empty stand-ins in their places;
 *   <li>the session runs the client's own statement, which the server answers;
 *   <li>{@link #finish} sees which stand-ins are gone: those tables are held; the others are put
 *       back. Only then the client gets the answer.
 * </ol>
 *
 * <p>Blocking; safe for use by several threads.
 */
public interface Quarantine {
    /** What stands under each of the names. */
    Map<TableName, NameKind> kinds(Set<TableName> names) throws QuarantineException;

    /**
     * Sets aside what the statement would destroy. All or nothing.
     *
     * @param wait how long to wait for locks at most
     */
    SetAside begin(Deed deed, Intention intention, Duration wait) throws QuarantineException;

    /**
     * Waits until a session is gone whose connection was closed: its statement may still run, and
     * must not come upon a table that was put back.
     *
     * @param threadId its connection id on this instance
     * @param wait how long at most
     * @return whether it is gone
     */
    boolean awaitEnd(long threadId, Duration wait) throws QuarantineException;

    /** Nobody here will finish it: {@link #recover} may as soon as the session is gone. */
    void abandon(SetAside aside);

    /**
     * The statement has run, or will not. Idempotent.
     *
     * @return one for each table that was set aside
     */
    List<Fate> finish(SetAside aside) throws QuarantineException;

    /**
     * A table was made under that name: what a {@code DROP TABLE} took from there and is kept for a
     * moment only is kept as long as anything is, if there are rows in it.
     *
     * @param retention from the time of the drop
     * @return what is kept longer now
     */
    List<HeldTable> keepMadeAgain(ProjectId project, TableName table, Duration retention)
            throws QuarantineException;

    /**
     * Finishes what was begun longer ago than that and never finished, because a router died.
     *
     * @return what became of those tables
     */
    List<Fate> recover(Duration olderThan) throws QuarantineException;
}
