package dev.homeport.agent.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Something that fails again and again; for people, if it goes on for a while. */
record LastingFailure(String cause, Instant since) {
    /** From when on people are told. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    /** It has failed once more, or for the first time. */
    static Optional<LastingFailure> of(Optional<LastingFailure> before, String cause, Instant now) {
        return Optional.of(
                new LastingFailure(cause, before.map(LastingFailure::since).orElse(now)));
    }

    /** A server that restarts is the probes' matter, and not worth a word here. */
    boolean isLasting(Instant now) {
        return now.isAfter(since.plus(PATIENCE));
    }
}
