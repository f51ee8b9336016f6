package dev.homeport.sandbox.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the bystanders fared for a while.
 *
 * @param errors the first of them, for people
 * @param slowest of their statements
 */
record BystanderCounts(long statements, long failed, List<String> errors, Duration slowest) {
    /** Errors that are quoted. */
    static final int MOST_ERRORS = 5;

    static final BystanderCounts NONE = new BystanderCounts(0, 0, List.of(), Duration.ZERO);

    BystanderCounts {
        errors = List.copyOf(errors.subList(0, Math.min(errors.size(), MOST_ERRORS)));
    }

    /** Both together. */
    BystanderCounts and(BystanderCounts more) {
        List<String> all = new ArrayList<>(errors);
        all.addAll(more.errors);
        return new BystanderCounts(
                statements + more.statements,
                failed + more.failed,
                all,
                slowest.compareTo(more.slowest) >= 0 ? slowest : more.slowest);
    }

    static BystanderCounts answered(Duration took) {
        return new BystanderCounts(1, 0, List.of(), took);
    }

    static BystanderCounts failed(String error) {
        return new BystanderCounts(1, 1, List.of(error), Duration.ZERO);
    }
}
