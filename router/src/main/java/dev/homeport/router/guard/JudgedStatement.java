package dev.homeport.router.guard;

import static java.util.Objects.requireNonNull;

/**
 * A statement that was judged and is on record. Whoever asked for it says what came of it, once:
 * {@link Guard#done}.
 *
 * @param number of the record; 0 where a router keeps none
 */
public record JudgedStatement(long number, DestructiveAct act, GuardDecision decision) {
    public JudgedStatement {
        requireNonNull(act, "act");
        requireNonNull(decision, "decision");
    }
}
