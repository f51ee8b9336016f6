package dev.homeport.agent.watch;

import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.judge.Signal;
import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Extent;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.Signal.Standing;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What it means that an inventory misses tables, or that they have shrunk. Of one thread. */
final class InventorySignals {
    private static final double COLLAPSED = 0.1;

    private final WatchPolicy policy;
    private final Ownership ownership;
    private final Announcements announcements;
    private final KnownTables known;

    InventorySignals(DataLossWatch.Rules rules, KnownTables known) {
        this.policy = rules.policy();
        this.ownership = rules.ownership();
        this.announcements = rules.announcements();
        this.known = known;
    }

    /** Tables whose rows fell to a fraction, unless the log has told of them. */
    List<Hint> collapsed(Inventory inventory, Instant now) {
        return inventory.collapses(COLLAPSED, policy.minRows()).stream()
                // What the log told of has been judged.
                .filter(collapse -> !known.isChanged(collapse.table()))
                .map(collapse -> hint(collapse, now))
                .toList();
    }

    private Hint hint(Inventory.Collapse collapse, Instant now) {
        return new Hint(
                ownership.project(collapse.table()),
                Hint.Kind.COLLAPSE,
                List.of(collapse.table()),
                collapse.before() - collapse.now(),
                now,
                Optional.empty(),
                "inventory: rows of %s fell from about %d to about %d"
                        .formatted(collapse.table(), collapse.before(), collapse.now()));
    }

    /**
     * Of tables that are missing and were not announced, one signal for each project.
     *
     * @param isProof the log was read all the time, and did not say that they went; otherwise it
     *     may have said so where it was not read
     * @param position of the inventory that had them
     */
    List<Signal> missing(
            List<TableName> tables, boolean isProof, Optional<String> position, Instant now) {
        Map<String, List<TableName>> byProject = new TreeMap<>();
        for (TableName table : tables) {
            if (!announcements.covers(table, now)) {
                byProject
                        .computeIfAbsent(
                                ownership.project(table).map(ProjectId::value).orElse(""),
                                key -> new ArrayList<>())
                        .add(table);
            }
        }
        List<Signal> signals = new ArrayList<>();
        byProject.forEach(
                (project, gone) ->
                        signals.add(
                                isProof
                                        ? proof(ProjectId.parse(project), gone, position, now)
                                        : hint(ProjectId.parse(project), gone, position, now)));
        return signals;
    }

    private static Destroyed proof(
            Optional<ProjectId> project,
            List<TableName> tables,
            Optional<String> position,
            Instant now) {
        TableName first = tables.getFirst();
        return new Destroyed(
                project,
                List.of(),
                tables,
                tables.size(),
                -1,
                Extent.TABLES,
                Standing.UNANNOUNCED,
                now,
                "inventory " + first + " " + position.orElse(""),
                position,
                "not in the binary log",
                "inventory: %d tables are missing in %s, and the binary log does not say why"
                        .formatted(tables.size(), first.schema()));
    }

    private static Hint hint(
            Optional<ProjectId> project,
            List<TableName> tables,
            Optional<String> position,
            Instant now) {
        return new Hint(
                project,
                Hint.Kind.MISSING_AFTER_GAP,
                tables,
                -1,
                now,
                position,
                "inventory: %d tables are missing in %s after a time of which no log was read"
                        .formatted(tables.size(), tables.getFirst().schema()));
    }
}
