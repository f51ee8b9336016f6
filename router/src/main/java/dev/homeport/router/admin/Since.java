package dev.homeport.router.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Since when something holds.
 *
 * @param seen since when this router sees it, by the time of day
 * @param isKnown whether that is when it began, too
 * @param isSettled whether it has held for {@link #SETTLING}, by a clock that does not jump
 */
record Since(Instant seen, boolean isKnown, boolean isSettled) {
    /**
     * What is over sooner is no problem: daemons that are restarted come back, and two agents do
     * not see one thing at the same moment.
     */
    static final Duration SETTLING = Duration.ofSeconds(30);

    /** What is told of it; empty where nobody knows. */
    Optional<Instant> when() {
        return Optional.of(seen).filter(any -> isKnown);
    }
}
