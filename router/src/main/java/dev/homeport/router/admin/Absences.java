package dev.homeport.router.admin;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who was there while somebody looked, and is not any more. For one thread at a time.
 *
 * @param <K> who
 */
final class Absences<K> {
    private final Duration memory;
    private final Map<K, Beginning> gone = new HashMap<>();
    private Set<K> present;

    /**
     * @param memory so long who has gone is remembered
     * @param present who is there at first
     */
    Absences(Duration memory, Set<K> present) {
        this.memory = memory;
        this.present = Set.copyOf(present);
    }

    /**
     * @param isMissed whether one that has gone is missed
     */
    void look(Set<K> there, Predicate<K> isMissed, Beginning now) {
        for (K one : present) {
            if (!there.contains(one) && isMissed.test(one)) {
                gone.put(one, now);
            }
        }
        gone.keySet().removeAll(there);
        gone.values().removeIf(one -> now.seenNanos() - one.seenNanos() > memory.toNanos());
        present = Set.copyOf(there);
    }

    /** Who is missed, and since when. */
    Map<K, Since> at(long nanos) {
        Map<K, Since> since = new HashMap<>();
        gone.forEach((one, beginning) -> since.put(one, beginning.at(nanos)));
        return since;
    }
}
