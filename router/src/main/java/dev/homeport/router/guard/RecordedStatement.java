package dev.homeport.router.guard;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A destructive statement as it is recorded.
 *
 * @param number counts up from 1 in the life of a router
 * @param at when it was answered
 * @param note what the rules and its past said of it
 */
public record RecordedStatement(
        long number, Instant at, DestructiveAct act, Guard.Outcome outcome, String note) {
    public RecordedStatement {
        requireNonNull(at, "at");
        requireNonNull(act, "act");
        requireNonNull(outcome, "outcome");
        requireNonNull(note, "note");
    }
}
