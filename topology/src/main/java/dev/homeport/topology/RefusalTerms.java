package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What an operator said about the sessions of a project that is refused, beside the reason. Both
 * are whole seconds.
 *
 * @param deadline how long a session in a transaction may go on; empty takes the default
 * @param retryAfter when clients may try again, if the operator could say
 */
public record RefusalTerms(Optional<Duration> deadline, Optional<Duration> retryAfter) {
    /** Where nobody said anything. */
    public static final RefusalTerms NONE = new RefusalTerms(Optional.empty(), Optional.empty());

    /**
     * @throws IllegalArgumentException if one is negative, or longer than a number of seconds in 31
     *     bits
     */
    public RefusalTerms {
        requireNonNull(deadline, "deadline");
        requireNonNull(retryAfter, "retryAfter");
        deadline.ifPresent(value -> requireSeconds("deadline", value));
        retryAfter.ifPresent(value -> requireSeconds("retryAfter", value));
    }

    /** How long a session in a transaction may go on. */
    public Duration effectiveDeadline() {
        return deadline.orElse(ClusterIntent.DEFAULT_OFFLINE_DEADLINE);
    }

    private static void requireSeconds(String name, Duration value) {
        if (value.isNegative() || value.toSeconds() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s must be 0 to %d seconds, was %s".formatted(name, Integer.MAX_VALUE, value));
        }
    }
}
