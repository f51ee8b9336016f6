package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.Ddl;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.topology.TableName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which tables are empty stand-ins at the moment, put there by the quarantine for a statement to
 * destroy. All of it follows from the renames in the binary log:
 *
 * <pre>{@code
 * RENAME TABLE app.a TO homeport_quarantine.q7, homeport.s7 TO app.a   a stand-in
 * DROP TABLE app.a                                                     it is gone
 * RENAME TABLE app.a TO homeport.s7, homeport_quarantine.q7 TO app.a   or put back
 * }</pre>
 *
 * <p>Of one thread.
 */
final class StandIns {
    private static final Pattern KEPT = Pattern.compile("q\\d+");
    private static final Pattern STAND_IN = Pattern.compile("s\\d+");

    /** Where stand-ins are made, and where they go that were not needed. */
    private static final String HOME = "homeport";

    /** Each lives for moments; more than that is no quarantine at work. */
    private static final int MOST = 100_000;

    private final Map<TableName, GtidPosition> standing =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<TableName, GtidPosition> eldest) {
                    return size() > MOST;
                }
            };

    /** Whether the rename takes a table into the quarantine. */
    static boolean isSetAside(Ddl.Renaming renaming) {
        return Inventory.isQuarantine(renaming.to().schema())
                && KEPT.matcher(renaming.to().table()).matches();
    }

    /**
     * Takes over what a rename did.
     *
     * @param before the position before the statement
     */
    void onRename(Ddl.Renaming renaming, GtidPosition before) {
        GtidPosition since = standing.remove(renaming.from());
        if (Inventory.isQuarantine(renaming.to().schema()) || isAtHome(renaming.to())) {
            return;
        }
        if (isAtHome(renaming.from())) {
            standing.put(renaming.to(), before);
        } else if (since != null) {
            standing.put(renaming.to(), since);
        } else {
            standing.remove(renaming.to());
        }
    }

    private static boolean isAtHome(TableName table) {
        return table.schema().equals(HOME) && STAND_IN.matcher(table.table()).matches();
    }

    /** Whether that is one at the moment. */
    boolean isStanding(TableName table) {
        return standing.containsKey(table);
    }

    /** A statement destroys the table: whether that was a stand-in only. */
    boolean isDestroyed(TableName table) {
        return standing.remove(table) != null;
    }

    /** The position before the oldest of those that stand. */
    Optional<GtidPosition> oldest() {
        return standing.values().stream().findFirst();
    }

    void clear() {
        standing.clear();
    }
}
