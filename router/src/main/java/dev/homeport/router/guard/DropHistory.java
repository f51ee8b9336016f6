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
 * TABLE failed, and how many tables of a project or a tenant went lately. Bounded: the oldest is
 * forgotten first. Thread-safe.
 */
final class DropHistory {
    /** Failed creations that are remembered. */
    static final int MOST_CREATIONS = 20_000;

    /** Projects and tenants whose drops are counted. */
    static final int MOST_OWNERS = 20_000;

    /** Drops of one of them that are counted one by one. */
    private static final int MOST_DROPS = 10_000;

    private final Map<Creation, Instant> failedCreations = bounded(MOST_CREATIONS);
    private final Map<Owner, Deque<Instant>> drops = bounded(MOST_OWNERS);

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
