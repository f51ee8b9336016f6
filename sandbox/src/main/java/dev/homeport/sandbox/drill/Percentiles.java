package dev.homeport.sandbox.drill;

import java.time.Duration;
import java.util.List;

/** How long something took, over many times. */
record Percentiles(Duration p50, Duration p99, Duration max) {
    /** By nearest rank; zero of none. */
    static Percentiles of(List<Duration> all) {
        List<Duration> sorted = all.stream().sorted().toList();
        return sorted.isEmpty()
                ? new Percentiles(Duration.ZERO, Duration.ZERO, Duration.ZERO)
                : new Percentiles(rank(sorted, 50), rank(sorted, 99), sorted.getLast());
    }

    private static Duration rank(List<Duration> sorted, int percent) {
        int rank = (sorted.size() * percent + 99) / 100;
        return sorted.get(Math.max(0, rank - 1));
    }
}
