package dev.homeport.agent.watch.inventory;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.binlog.Gtid;
import dev.homeport.agent.watch.judge.Totals;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * What tables there are by all that is known: the last inventory, and what the binary log has told
 * since. Of one thread.
 */
public final class KnownTables {
    /** What the log tells may stand in the inventory already, or not yet. */
    private static final Duration OVERLAP = Duration.ofSeconds(10);

    private final Function<TableName, Optional<ProjectId>> owner;
    private final Map<TableName, Change> changes = new LinkedHashMap<>();
    private final Recently told = new Recently();
    private final Recently notListed = new Recently();
    private final Map<Optional<ProjectId>, long[]> totals = new HashMap<>();
    private Optional<Inventory> base = Optional.empty();

    /**
     * The last that the log told of a table.
     *
     * @param isThere whether it is there since
     * @param rows its rows, -1 where nobody knows
     * @param emptied partitions that went, of a table whose others are as the inventory has them;
     *     nothing where all of the table is otherwise than there
     */
    private record Change(
            boolean isThere, long rows, Instant told, Optional<Set<String>> emptied) {}

    /** Whether a table is there. */
    public enum Presence {
        THERE,
        /** The log said that it went, or did never say that it came. */
        NOT_THERE,
        /** There is no inventory, or the inventory does not know it. */
        NOT_KNOWN
    }

    /**
     * @param owner whose a table is
     */
    public KnownTables(Function<TableName, Optional<ProjectId>> owner) {
        this.owner = requireNonNull(owner, "owner");
    }

    public Optional<Inventory> base() {
        return base;
    }

    /**
     * Whether the table was there before that transaction.
     *
     * @param gtid of the transaction that says something of it
     */
    public Presence presence(TableName table, Optional<Gtid> gtid) {
        Change change = changes.get(table);
        if (change != null) {
            return change.isThere() ? Presence.THERE : Presence.NOT_THERE;
        }
        if (base.isEmpty()) {
            return Presence.NOT_KNOWN;
        }
        if (base.get().has(table)) {
            return Presence.THERE;
        }
        return gtid.isPresent() && isWhileTaken(gtid.get()) ? Presence.THERE : Presence.NOT_KNOWN;
    }

    /** The inventory was being taken when that happened, and may have come too late for it. */
    private boolean isWhileTaken(Gtid gtid) {
        Inventory.Taken taken = base.orElseThrow().taken();
        return taken.from().isPresent()
                && taken.to().isPresent()
                && !taken.from().get().contains(gtid)
                && taken.to().get().contains(gtid);
    }

    /**
     * Whether the log told within the last quarter of an hour that the table went, came or was
     * emptied: for so long averages of its rows follow.
     */
    public boolean isChanged(TableName table) {
        return changes.containsKey(table) || told.has(table);
    }

    /** The log told something after which the server may not list the table, and it is there. */
    public void mayLeaveStatistics(TableName table, Instant at) {
        notListed.add(table, at);
    }

    /** About how many rows it has; -1 where nobody knows. */
    public long rows(TableName table) {
        Change change = changes.get(table);
        if (change != null) {
            return change.rows();
        }
        return base.map(known -> known.rows(table).orElse(-1)).orElse(-1L);
    }

    /** The tables of one schema. */
    public List<TableName> tablesOf(String schema) {
        List<TableName> all = new ArrayList<>();
        base.ifPresent(
                known ->
                        known.tablesOf(schema).stream()
                                .filter(table -> !changes.containsKey(table))
                                .forEach(all::add));
        changes.forEach(
                (table, change) -> {
                    if (change.isThere() && table.schema().equals(schema)) {
                        all.add(table);
                    }
                });
        return all;
    }

    public void created(TableName table, long rows, Instant told) {
        put(table, new Change(true, rows, told, Optional.empty()));
    }

    public void dropped(TableName table, Instant told) {
        put(table, new Change(false, -1, told, Optional.empty()));
    }

    /**
     * Partitions of a table were dropped or emptied.
     *
     * @param partitions their names, in lower case
     * @return about how many rows went; -1 where nobody knows
     */
    public long emptied(TableName table, List<String> partitions, Instant told) {
        Change last = changes.get(table);
        if (base.isEmpty() || (last != null && last.emptied().isEmpty())) {
            return -1;
        }
        Set<String> all = new HashSet<>();
        if (last != null) {
            all.addAll(last.emptied().get());
        }
        long gone = -1;
        for (String partition : partitions) {
            OptionalLong listed = base.get().rows(table, partition);
            if (listed.isPresent()) {
                // What was emptied a moment ago has none, whatever the inventory says.
                gone = Math.max(0, gone) + (all.add(partition) ? listed.getAsLong() : 0);
            }
        }
        if (gone >= 0) {
            long left = Math.max(0, rows(table) - gone);
            put(table, new Change(true, left, told, Optional.of(all)));
        }
        return gone;
    }

    private void put(TableName table, Change change) {
        boolean was = presence(table, Optional.empty()) == Presence.THERE;
        if (Inventory.isWatched(table.schema())) {
            long before = was ? Math.max(0, rows(table)) : 0;
            long after = change.isThere() ? Math.max(0, change.rows()) : 0;
            add(table, (change.isThere() ? 1 : 0) - (was ? 1 : 0), after - before);
        }
        // To the end of the order: pruning stops at the first that is new.
        changes.remove(table);
        changes.put(table, change);
        told.add(table, change.told());
    }

    private void add(TableName table, int tables, long rows) {
        long[] sums = totals.computeIfAbsent(owner.apply(table), key -> new long[2]);
        sums[0] += tables;
        sums[1] += rows;
    }

    /** What a project has; unknown without an inventory. */
    public Totals totals(Optional<ProjectId> project) {
        if (base.isEmpty()) {
            return Totals.UNKNOWN;
        }
        long[] sums = totals.getOrDefault(project, new long[2]);
        return new Totals(Math.max(0, sums[0]), Math.max(0, sums[1]));
    }

    /**
     * Takes the place of the inventory before.
     *
     * @return tables that are missing, although the log did not say that they went
     */
    public List<TableName> adopt(Inventory next) {
        List<TableName> missing =
                base.map(was -> was.missingIn(next)).orElse(List.of()).stream()
                        .filter(table -> !changes.containsKey(table) && !notListed.has(table))
                        .toList();
        told.forget(next.taken().began());
        notListed.forget(next.taken().began());
        Instant since = next.taken().began().minus(OVERLAP);
        changes.values().removeIf(change -> change.told().isBefore(since));
        base = Optional.of(next);
        totals.clear();
        next.forEach((table, rows) -> add(table, 1, rows));
        changes.forEach(
                (table, change) -> {
                    boolean isListed = next.has(table);
                    long rows = isListed ? next.rows(table).orElse(0) : 0;
                    add(
                            table,
                            (change.isThere() ? 1 : 0) - (isListed ? 1 : 0),
                            (change.isThere() ? Math.max(0, change.rows()) : 0) - rows);
                });
        return missing;
    }

    /** Tables of the last quarter of an hour, the newest of them. */
    private static final class Recently {
        private static final Duration MEMORY = Duration.ofMinutes(15);
        private static final int MOST = 50_000;

        private final Map<TableName, Instant> tables = new LinkedHashMap<>();

        void add(TableName table, Instant at) {
            tables.remove(table);
            tables.put(table, at);
            if (tables.size() > MOST) {
                tables.remove(tables.keySet().iterator().next());
            }
        }

        boolean has(TableName table) {
            return tables.containsKey(table);
        }

        void forget(Instant now) {
            Instant since = now.minus(MEMORY);
            tables.values().removeIf(at -> at.isBefore(since));
        }
    }
}
