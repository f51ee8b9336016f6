package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The record of a project's home.
 *
 * @param reason why it is there or in this state, for people; empty if there is nothing to say.
 *     Shown to clients of a project that is offline or deleted
 * @param error what went wrong with the last act on it, such as a failed provisioning
 * @param terms how its sessions end while it is offline or deleted
 */
public record Placement(
        ClusterId home,
        ProjectState state,
        Instant since,
        String reason,
        Optional<String> error,
        RefusalTerms terms) {
    public Placement {
        requireNonNull(home, "home");
        requireNonNull(state, "state");
        requireNonNull(since, "since");
        requireNonNull(reason, "reason");
        requireNonNull(error, "error");
        requireNonNull(terms, "terms");
    }

    /** One whose sessions end on the usual terms. */
    public Placement(
            ClusterId home,
            ProjectState state,
            Instant since,
            String reason,
            Optional<String> error) {
        this(home, state, since, reason, error, RefusalTerms.NONE);
    }

    /** The same home in another state, without an error and on the usual terms. */
    public Placement in(ProjectState newState, Instant now, String newReason) {
        return new Placement(home, newState, now, newReason, Optional.empty());
    }

    /** The same, with what went wrong. */
    public Placement failed(String newError) {
        return new Placement(home, state, since, reason, Optional.of(newError), terms);
    }

    /** The same on other terms. */
    public Placement on(RefusalTerms newTerms) {
        return new Placement(home, state, since, reason, error, newTerms);
    }
}
