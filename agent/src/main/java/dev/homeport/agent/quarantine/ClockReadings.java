package dev.homeport.agent.quarantine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What several clocks said at one moment. What is held goes when its time is over by all of them:
 * one that jumps ahead lets go of nothing, and one that is behind only keeps things longer.
 *
 * @param times one at least
 */
record ClockReadings(Map<Witness, Instant> times) {
    /** From there on they differ. */
    static final Duration TOLERANCE = Duration.ofMinutes(1);

    /** Whose clock it is. */
    enum Witness {
        /** The agent's machine's, which somebody may set. */
        AGENT,
        /** The same when the agent started, and the time that has passed since. */
        AGENT_SINCE_START,
        /** The server's that holds the tables. */
        INSTANCE,
        /** The ensemble's leader's. */
        ZOOKEEPER
    }

    ClockReadings {
        requireNonNull(times, "times");
        times = Collections.unmodifiableMap(new TreeMap<>(times));
    }

    Instant earliest() {
        return sorted().getFirst();
    }

    /** How far the last is ahead of the first. */
    Duration apart() {
        return Duration.between(sorted().getFirst(), sorted().getLast());
    }

    /**
     * Whether they differ by more than {@link #TOLERANCE}; once they do, until it is less than half
     * of that.
     */
    boolean differ(boolean didBefore) {
        Duration limit = didBefore ? TOLERANCE.dividedBy(2) : TOLERANCE;
        return apart().compareTo(limit) > 0;
    }

    private List<Instant> sorted() {
        return times.values().stream().sorted().toList();
    }
}
