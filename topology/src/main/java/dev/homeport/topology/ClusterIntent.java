package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The intent in force for a cluster, and who wanted it.
 *
 * @param reason what the operator said; shown to clients, so it is sanitised where it is shown
 * @param by who said it
 * @param retryAfter when clients may try again, if the operator could say
 * @param deadline how long sessions may finish; empty takes the default of the intent
 * @param previous what the cluster goes back to with {@code online}; only {@link Intent#ACTIVE} or
 *     {@link Intent#CORDONED}
 */
public record ClusterIntent(
        Intent intent,
        String reason,
        String by,
        Optional<Instant> since,
        Optional<Duration> retryAfter,
        Optional<Duration> deadline,
        Optional<Intent> previous) {
    /** What holds for a cluster of which nobody said anything. */
    public static final ClusterIntent ACTIVE =
            new ClusterIntent(
                    Intent.ACTIVE,
                    "",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public static final Duration DEFAULT_OFFLINE_DEADLINE = Duration.ofSeconds(1);
    public static final Duration DEFAULT_DRAIN_DEADLINE = Duration.ofSeconds(60);

    /**
     * @throws IllegalArgumentException if a duration is negative, or {@code previous} is no state a
     *     cluster can be put back to
     */
    public ClusterIntent {
        requireNonNull(intent, "intent");
        requireNonNull(reason, "reason");
        requireNonNull(by, "by");
        requireNonNull(since, "since");
        retryAfter.ifPresent(value -> requireNotNegative("retryAfter", value));
        deadline.ifPresent(value -> requireNotNegative("deadline", value));
        if (previous.isPresent()
                && previous.get() != Intent.ACTIVE
                && previous.get() != Intent.CORDONED) {
            throw new IllegalArgumentException(
                    "previous must be active or cordoned, was " + previous.get());
        }
    }

    /** How long a session in a transaction may go on once this intent applies to it. */
    public Duration effectiveDeadline() {
        return deadline.orElse(
                intent == Intent.DRAINING ? DEFAULT_DRAIN_DEADLINE : DEFAULT_OFFLINE_DEADLINE);
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, was " + value);
        }
    }
}
