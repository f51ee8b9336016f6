package dev.homeport.router.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * This router's own knowledge of one instance: after a few failed connects in a row it is not tried
 * for a while, then one connection at a time probes it. Thread-safe.
 */
final class Breaker {
    private final int failuresToOpen;
    private final Duration openFor;

    private int failures;
    private Instant closedUntilProbe = Instant.MIN;
    private Optional<Attempt> probe = Optional.empty();

    /** Present while it is open. */
    private Optional<Outage> outage = Optional.empty();

    Breaker(int failuresToOpen, Duration openFor) {
        this.failuresToOpen = failuresToOpen;
        this.openFor = openFor;
    }

    /**
     * One connection that may be tried. Must be answered in the end, with {@link #succeeded} or
     * {@link #failed}; only the first answer counts.
     */
    final class Attempt {
        private boolean answered;

        private Attempt() {}

        /** The instance answered. */
        void succeeded() {
            synchronized (Breaker.this) {
                if (answer()) {
                    failures = 0;
                    probe = Optional.empty();
                    outage = Optional.empty();
                }
            }
        }

        /** The instance did not answer. */
        void failed(Instant now) {
            synchronized (Breaker.this) {
                if (!answer()) {
                    return;
                }
                failures = Math.min(failures + 1, failuresToOpen);
                if (failures == failuresToOpen) {
                    outage = Optional.of(new Outage(outage.map(Outage::since).orElse(now), now));
                }
                boolean isProbe = probe.isPresent() && probe.get().equals(this);
                // One that was granted before the breaker opened says nothing new about a probe.
                if (isProbe || probe.isEmpty()) {
                    probe = Optional.empty();
                    closedUntilProbe = now.plus(openFor);
                }
            }
        }

        private boolean answer() {
            boolean first = !answered;
            answered = true;
            return first;
        }
    }

    /** Whether a connection may be tried now: empty if not. */
    synchronized Optional<Attempt> tryAcquire(Instant now) {
        var attempt = new Attempt();
        if (failures < failuresToOpen) {
            return Optional.of(attempt);
        }
        Duration wait = Duration.between(now, closedUntilProbe);
        // A longer one than there can be means that the clock was set back.
        if (probe.isPresent() || (wait.isPositive() && wait.compareTo(openFor) <= 0)) {
            return Optional.empty();
        }
        probe = Optional.of(attempt);
        return probe;
    }

    /** Whether connections are refused without being tried. */
    boolean isOpen() {
        return outage().isPresent();
    }

    /** Empty while connections are tried. */
    synchronized Optional<Outage> outage() {
        return outage;
    }
}
