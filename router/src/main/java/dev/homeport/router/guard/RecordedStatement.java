package dev.homeport.router.guard;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A destructive statement as it is recorded: when it is judged, before it is sent to the server.
 *
 * @param number counts up from 1 in the life of a router
 * @param sentAt when it was judged, so just before it was sent
 * @param at when it was answered; while it runs, the same as {@code sentAt}
 * @param outcome empty while it runs
 * @param note what the rules and its past said of it
 */
public record RecordedStatement(
        long number,
        Instant sentAt,
        Instant at,
        DestructiveAct act,
        Ruling ruling,
        Optional<Guard.Outcome> outcome,
        String note) {
    public RecordedStatement {
        requireNonNull(sentAt, "sentAt");
        requireNonNull(at, "at");
        requireNonNull(act, "act");
        requireNonNull(ruling, "ruling");
        requireNonNull(outcome, "outcome");
        requireNonNull(note, "note");
    }

    static RecordedStatement running(
            long number, Instant sentAt, DestructiveAct act, GuardDecision decision) {
        return new RecordedStatement(
                number, sentAt, sentAt, act, decision.ruling(), Optional.empty(), decision.note());
    }

    RecordedStatement done(Guard.Outcome how, Instant now) {
        // What was to be kept and could not be was refused after all.
        Ruling last = how == Guard.Outcome.REFUSED ? Ruling.REFUSED : ruling;
        return new RecordedStatement(number, sentAt, now, act, last, Optional.of(how), note);
    }
}
