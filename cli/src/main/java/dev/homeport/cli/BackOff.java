package dev.homeport.cli;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt: twice as long each time, and not all at once. */
final class BackOff {
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Duration next = SHORTEST;

    /** The next attempt may come soon again. */
    void reset() {
        next = SHORTEST;
    }

    /** Between half of what it would be and all of it, so that many do not come together. */
    Duration next() {
        long most = next.toMillis();
        next = next.multipliedBy(2);
        if (next.compareTo(LONGEST) > 0) {
            next = LONGEST;
        }
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
