package dev.homeport.quarantine;

import java.time.Duration;

/** The end of somebody's patience. */
final class Deadline {
    private static final long NANOS = 1_000_000_000L;

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos());
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** What a server is told that counts in seconds: at least one, so that it tries at all. */
    long secondsLeft() {
        return Math.max(1, (left().toNanos() + NANOS - 1) / NANOS);
    }

    void check(String what) throws QuarantineException {
        if (left().isZero()) {
            throw new QuarantineException(
                    QuarantineException.Reason.LOCKED, "no time was left for " + what);
        }
    }
}
