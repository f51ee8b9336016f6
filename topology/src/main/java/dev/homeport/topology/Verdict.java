package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the leading agent of a cluster concluded from all agents' observations.
 *
 * @param primary the instance that takes writes. Kept from the last verdict that had one while the
 *     health is {@link Health#UNREACHABLE} or {@link Health#UNKNOWN}: no agent's word takes a
 *     primary away from sessions whose backend answers
 * @param epoch fencing number, 0 before the first primary; one higher at each change of primary. A
 *     verdict with a lower epoch than one seen before is stale and is dropped
 * @param reason one sentence for people
 * @param evidence the observations it rests on, one line each
 * @param since when health or primary came to be what they are
 * @param capabilities what all instances of the cluster have in common, as far as the agents know;
 *     empty while they never heard one
 * @param dataBytes what the data of the primary take, roughly; empty where nobody has measured it
 */
public record Verdict(
        Health health,
        Optional<InstanceId> primary,
        List<InstanceId> replicas,
        long epoch,
        String reason,
        List<String> evidence,
        Optional<Instant> since,
        Optional<ServerCapabilities> capabilities,
        OptionalLong dataBytes) {
    /** What holds for a cluster that no agent has judged yet. */
    public static final Verdict NONE =
            new Verdict(
                    Health.UNKNOWN,
                    Optional.empty(),
                    List.of(),
                    0,
                    "no agent has judged this cluster yet",
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty());

    /** A verdict that says nothing of the size of the data. */
    public Verdict(
            Health health,
            Optional<InstanceId> primary,
            List<InstanceId> replicas,
            long epoch,
            String reason,
            List<String> evidence,
            Optional<Instant> since,
            Optional<ServerCapabilities> capabilities) {
        this(
                health,
                primary,
                replicas,
                epoch,
                reason,
                evidence,
                since,
                capabilities,
                OptionalLong.empty());
    }

    /**
     * @throws IllegalArgumentException if the epoch is negative
     */
    public Verdict {
        requireNonNull(health, "health");
        requireNonNull(primary, "primary");
        requireNonNull(reason, "reason");
        requireNonNull(since, "since");
        requireNonNull(capabilities, "capabilities");
        replicas = List.copyOf(replicas);
        evidence = List.copyOf(evidence);
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch must not be negative, was " + epoch);
        }
        if (dataBytes.orElse(0) < 0) {
            throw new IllegalArgumentException("dataBytes must not be negative");
        }
    }

    /** The same with that size of the data. */
    public Verdict with(OptionalLong newDataBytes) {
        return new Verdict(
                health,
                primary,
                replicas,
                epoch,
                reason,
                evidence,
                since,
                capabilities,
                newDataBytes);
    }
}
