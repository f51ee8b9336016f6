package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TableName;
import java.util.List;

/**
 * Tables that were set aside for one statement, which has not run yet. {@link Quarantine#finish}
 * must follow, whatever becomes of the statement; if nobody is left to call it, {@link
 * Quarantine#recover} does what it would have done.
 *
 * @param intention what they were set aside for
 * @param tables those that have a stand-in now; others that the statement names are left to it: the
 *     server will refuse them, or has nothing there
 */
public record SetAside(Intention intention, List<Kept> tables) {
    public SetAside {
        requireNonNull(intention, "intention");
        tables = List.copyOf(tables);
    }

    /**
     * One of them.
     *
     * @param id its number in the catalogue
     */
    public record Kept(long id, TableName table) {
        public Kept {
            requireNonNull(table, "table");
        }
    }
}
