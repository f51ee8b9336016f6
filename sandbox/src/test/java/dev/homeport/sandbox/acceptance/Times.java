package dev.homeport.sandbox.acceptance;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Some times, sorted. */
record Times(List<Duration> sorted) {
    Times {
        sorted = List.copyOf(sorted);
    }

    static Times of(List<Duration> times) {
        return new Times(times.stream().sorted().toList());
    }

    /** The shortest that at least so much of all do not exceed; 0 where there are none. */
    Duration percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.isEmpty() ? Duration.ZERO : sorted.get(Math.max(0, rank - 1));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "median %.1f ms, p99 %.1f ms, max %.1f ms of %d",
                millis(50),
                millis(99),
                millis(100),
                sorted.size());
    }

    private double millis(double percent) {
        return percentile(percent).toNanos() / 1e6;
    }
}
