package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.RowChanges;
import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.Totals;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Sums up by how much the tables of each project shrink within the window, and hints when that is a
 * share that people should hear of. What a queue takes out and gets back cancels out, and what a
 * transaction moves from one table of a project to another is not deleted. Of one thread.
 *
 * <p>What other tables gain in other transactions is not deducted, although an archive job may
 * commit between its INSERT and its DELETE. A project that inserts all the time, be it in batches
 * of the same size, would hide that a large table of it is being emptied; that what is deleted here
 * was inserted there only one transaction proves.
 */
final class RowLedger {
    private static final int MOST_ENTRIES = 50_000;
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final WatchPolicy policy;
    private final Ownership ownership;
    private final Function<Optional<ProjectId>, Totals> totals;
    private final Map<Optional<ProjectId>, Account> accounts = new HashMap<>();
    private int entries;

    private record Entry(Instant at, TableName table, long deleted, String before) {}

    /** Of one project. */
    private static final class Account {
        final Deque<Entry> entries = new ArrayDeque<>();
        final Map<TableName, Long> sums = new TreeMap<>();
        Instant told = Instant.MIN;
        boolean wasHalf;
    }

    RowLedger(
            WatchPolicy policy, Ownership ownership, Function<Optional<ProjectId>, Totals> totals) {
        this.policy = policy;
        this.ownership = ownership;
        this.totals = totals;
    }

    /**
     * Takes changes over.
     *
     * @param now when they arrived here
     * @return what people should hear of
     */
    List<Hint> add(RowChanges changes, Instant now) {
        Map<Optional<ProjectId>, Account> touched = new HashMap<>();
        lost(changes)
                .forEach(
                        (table, deleted) -> {
                            if (deleted != 0 && Inventory.isWatched(table.schema())) {
                                Optional<ProjectId> project = ownership.project(table);
                                Account account =
                                        accounts.computeIfAbsent(project, key -> new Account());
                                enter(
                                        account,
                                        new Entry(
                                                changes.at(),
                                                table,
                                                deleted,
                                                changes.before().toString()));
                                touched.put(project, account);
                            }
                        });
        List<Hint> hints = new ArrayList<>();
        touched.forEach(
                (project, account) -> {
                    expire(account, changes.at());
                    hint(project, account, now).ifPresent(hints::add);
                });
        if (entries > MOST_ENTRIES) {
            accounts.values().forEach(account -> expire(account, changes.at()));
            accounts.values().removeIf(account -> account.entries.isEmpty());
            if (entries > MOST_ENTRIES) {
                clear();
            }
        }
        return hints;
    }

    /** What was not moved within its project. */
    private Map<TableName, Long> lost(RowChanges changes) {
        Map<TableName, Long> lost = new HashMap<>(changes.deleted());
        changes.moved()
                .forEach(
                        (move, rows) -> {
                            if (!staysInItsProject(move)) {
                                lost.merge(move.from(), rows, Long::sum);
                                lost.merge(move.to(), -rows, Long::sum);
                            }
                        });
        return lost;
    }

    private boolean staysInItsProject(RowChanges.Move move) {
        Optional<ProjectId> owner = ownership.project(move.from());
        return owner.isPresent()
                && owner.equals(ownership.project(move.to()))
                && Inventory.isWatched(move.to().schema());
    }

    private void enter(Account account, Entry entry) {
        account.entries.add(entry);
        account.sums.merge(entry.table(), entry.deleted(), Long::sum);
        entries++;
    }

    private void expire(Account account, Instant now) {
        Instant since = now.minus(policy.window());
        while (!account.entries.isEmpty() && !account.entries.getFirst().at().isAfter(since)) {
            Entry old = account.entries.removeFirst();
            account.sums.computeIfPresent(
                    old.table(),
                    (table, sum) -> sum == old.deleted() ? null : (Long) (sum - old.deleted()));
            entries--;
        }
    }

    private Optional<Hint> hint(Optional<ProjectId> project, Account account, Instant at) {
        long gone =
                account.sums.values().stream().filter(sum -> sum > 0).mapToLong(sum -> sum).sum();
        long rows = totals.apply(project).rows();
        boolean isShare = gone >= policy.minRows() && rows > 0 && gone >= policy.share() * rows;
        boolean isHalf = isShare && gone >= policy.deletedShare() * rows;
        boolean isNews =
                account.told.equals(Instant.MIN)
                        || (isHalf && !account.wasHalf)
                        || at.isAfter(account.told.plus(AGAIN));
        if (!isShare || !isNews) {
            return Optional.empty();
        }
        account.told = at;
        account.wasHalf = isHalf;
        List<TableName> tables =
                account.sums.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .sorted(
                                Comparator.comparingLong(
                                        (Map.Entry<TableName, Long> entry) -> -entry.getValue()))
                        .map(Map.Entry::getKey)
                        .limit(20)
                        .toList();
        return Optional.of(
                new Hint(
                        project,
                        Hint.Kind.ROWS_DELETED,
                        tables,
                        gone,
                        at,
                        Optional.of(account.entries.getFirst().before()),
                        "binary log: %d of about %d rows deleted within %d s, most of them of %s"
                                .formatted(
                                        gone,
                                        rows,
                                        policy.window().toSeconds(),
                                        tables.getFirst())));
    }

    void clear() {
        accounts.clear();
        entries = 0;
    }
}
