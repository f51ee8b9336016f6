package dev.homeport.router.guard;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came before a statement, as far as it says whether the statement is a mistake: which CREATE
 * TABLE failed, which tables went and were made again, and how many tables of a project or a tenant
 * went lately. Bounded: the oldest is forgotten first. Thread-safe.
 */
final class DropHistory {
    /** Failed creations that are remembered. */
    static final int MOST_CREATIONS = 20_000;

    /** Projects and tenants whose drops are counted. */
    static final int MOST_OWNERS = 20_000;

    /** Drops of one of them that are counted one by one. */
    private static final int MOST_DROPS = 10_000;

    private final Map<Creation, Instant> failedCreations = bounded(MOST_CREATIONS);
    private final Map<Creation, Passed> passed = bounded(MOST_CREATIONS);
    private final Map<Creation, Instant> madeAgain = bounded(MOST_CREATIONS);
    private final Map<Owner, Deque<Instant>> drops = bounded(MOST_OWNERS);

    private record Passed(Went went, Instant at) {}

    /**
     * A DROP TABLE that was carried out, and that no suspicion was on.
     *
     * @param isHeld whether what it dropped is kept for a moment
     */
    record Went(DestructiveAct act, boolean isHeld) {}

    /** Names are compared without case: a table too many that is kept does no harm. */
    private record Creation(ProjectId project, String table) {
        static Creation of(ProjectId project, TableName table) {
            return new Creation(project, table.toString().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Whose tables.
     *
     * @param tenant empty for the project as a whole
     */
    private record Owner(ProjectId project, Optional<String> tenant) {}

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    synchronized void createFailed(ProjectId project, TableName table, Instant at) {
        Creation key = Creation.of(project, table);
        failedCreations.remove(key);
        failedCreations.put(key, at);
    }

    /** Whether creating that table failed within that time. */
    synchronized boolean hasFailed(
            ProjectId project, TableName table, Duration memory, Instant now) {
        Instant at = failedCreations.get(Creation.of(project, table));
        return at != null && !at.plus(memory).isBefore(now);
    }

    /** A DROP TABLE was carried out, as a rule allows it. */
    synchronized void passed(DestructiveAct act, boolean isHeld, Instant at) {
        for (TableName table : act.tables()) {
            Creation key = Creation.of(act.project(), table);
            passed.remove(key);
            passed.put(key, new Passed(new Went(act, isHeld), at));
        }
    }

    /**
     * A table was made.
     *
     * @return the DROP within that time that took one of that name; each is given once
     */
    synchronized Optional<Went> created(
            ProjectId project, TableName table, Duration memory, Instant now) {
        Creation key = Creation.of(project, table);
        Passed before = passed.remove(key);
        if (before == null || before.at().plus(memory).isBefore(now)) {
            return Optional.empty();
        }
        madeAgain.remove(key);
        madeAgain.put(key, now);
        return Optional.of(before.went());
    }

    /** Whether one of that name was dropped and made again within that time. */
    synchronized boolean wasMadeAgain(
            ProjectId project, TableName table, Duration memory, Instant now) {
        Instant at = madeAgain.get(Creation.of(project, table));
        return at != null && !at.plus(memory).isBefore(now);
    }

    synchronized void dropped(ProjectId project, Optional<String> tenant, int tables, Instant at) {
        Deque<Instant> times =
                drops.computeIfAbsent(new Owner(project, tenant), key -> new ArrayDeque<>());
        for (int i = 0; i < Math.min(tables, MOST_DROPS); i++) {
            times.addLast(at);
            if (times.size() > MOST_DROPS) {
                times.removeFirst();
            }
        }
    }

    /** How many tables went within that time. */
    synchronized int droppedWithin(
            ProjectId project, Optional<String> tenant, Duration window, Instant now) {
        Deque<Instant> times = drops.get(new Owner(project, tenant));
        if (times == null) {
            return 0;
        }
        while (!times.isEmpty() && times.getFirst().plus(window).isBefore(now)) {
            times.removeFirst();
        }
        return times.size();
    }
}
