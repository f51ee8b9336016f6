package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has to go, in the order in which it goes, and why. Pure: the same tables, policy and time
 * give the same plan.
 *
 * @param purges oldest first within each reason
 */
public record PurgePlan(List<Purge> purges) {
    /** Why a table goes. */
    public enum Reason {
        /** Its time is over. */
        EXPIRED,
        /** There are enough newer ones of its name. */
        GENERATIONS,
        /** Its project holds too much. */
        QUOTA,
        /** The disk is nearly full. */
        DISK
    }

    /** One table that goes. */
    public record Purge(HeldTable table, Reason reason) {
        public Purge {
            requireNonNull(table, "table");
            requireNonNull(reason, "reason");
        }
    }

    private record Generation(ProjectId project, TableName table) {}

    /** By the numbers that they got one after the other: clocks differ, and jump. */
    private static final Comparator<HeldTable> OLDEST_FIRST =
            Comparator.comparingLong(HeldTable::id);

    public PurgePlan {
        purges = List.copyOf(purges);
    }

    /**
     * Which of them go, in that order.
     *
     * @param held every table that the catalogue has; others than held ones are left alone
     * @param now the earliest that it can be, where clocks differ
     */
    public static PurgePlan of(
            List<HeldTable> held, PurgePolicy policy, DiskSpace disk, Instant now) {
        List<HeldTable> left =
                new ArrayList<>(
                        held.stream()
                                .filter(table -> table.state() == HeldState.HELD)
                                .sorted(OLDEST_FIRST)
                                .toList());
        List<Purge> purges = new ArrayList<>();
        take(left, purges, Reason.EXPIRED, expired(left, now));
        take(left, purges, Reason.GENERATIONS, surplus(left, policy));
        take(left, purges, Reason.QUOTA, overQuota(left, policy));
        take(left, purges, Reason.DISK, forTheDisk(left, policy, disk, purges));
        return new PurgePlan(purges);
    }

    private static void take(
            List<HeldTable> left, List<Purge> purges, Reason reason, Set<HeldTable> going) {
        for (HeldTable table : left) {
            if (going.contains(table)) {
                purges.add(new Purge(table, reason));
            }
        }
        left.removeAll(going);
    }

    private static Set<HeldTable> expired(List<HeldTable> left, Instant now) {
        Set<HeldTable> going = new HashSet<>();
        for (HeldTable table : left) {
            if (!table.keepUntil().isAfter(now)) {
                going.add(table);
            }
        }
        return going;
    }

    private static Set<HeldTable> surplus(List<HeldTable> left, PurgePolicy policy) {
        Map<Generation, Integer> newer = new HashMap<>();
        Set<HeldTable> going = new HashSet<>();
        for (HeldTable table : left.reversed()) {
            int count =
                    newer.merge(new Generation(table.project(), table.table()), 1, Integer::sum);
            if (count > policy.generations() && !isKeptOnPurpose(table, policy)) {
                going.add(table);
            }
        }
        return going;
    }

    private static Set<HeldTable> overQuota(List<HeldTable> left, PurgePolicy policy) {
        Map<ProjectId, Long> bytes = new HashMap<>();
        left.forEach(table -> bytes.merge(table.project(), table.bytes(), Long::sum));
        Set<HeldTable> going = new HashSet<>();
        for (HeldTable table : left) {
            if (bytes.get(table.project()) > policy.quotaBytes()
                    && !isKeptOnPurpose(table, policy)) {
                bytes.merge(table.project(), -table.bytes(), Long::sum);
                going.add(table);
            }
        }
        return going;
    }

    private static Set<HeldTable> forTheDisk(
            List<HeldTable> left, PurgePolicy policy, DiskSpace disk, List<Purge> purges) {
        Set<HeldTable> going = new HashSet<>();
        double wanted = disk.totalBytes() * policy.diskFree();
        double free = disk.freeBytes();
        for (Purge purge : purges) {
            free += purge.table().bytes();
        }
        for (HeldTable table : left) {
            if (free < wanted && !isKeptOnPurpose(table, policy)) {
                free += table.bytes();
                going.add(table);
            }
        }
        return going;
    }

    /** Somebody said so, or it belongs to an incident. */
    private static boolean isKeptOnPurpose(HeldTable table, PurgePolicy policy) {
        return table.incident().isPresent()
                || table.keepUntil().isAfter(table.droppedAt().plus(policy.retention()));
    }
}
