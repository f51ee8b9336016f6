package dev.homeport.router.session;

import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Ends a session in which nothing runs for too long. The time goes from the last byte of either
 * side; a command that runs, however long, is no idleness, and so is none that waits. Commands only
 * write down the time: the one timer of the session looks at it when it fires, and is set again for
 * what is left.
 */
final class IdleWatch {
    private static final long NEVER = Long.MAX_VALUE;

    private final ServingSession session;
    private final long betweenNanos;
    private final long inTransactionNanos;
    private long lastNanos;
    private Optional<ScheduledFuture<?>> timer = Optional.empty();

    /**
     * @param between how long nothing may run between transactions; empty for ever
     * @param inTransaction how long nothing may run in a transaction; empty for ever
     */
    IdleWatch(
            ServingSession session, Optional<Duration> between, Optional<Duration> inTransaction) {
        this.session = session;
        this.betweenNanos = between.map(Duration::toNanos).orElse(NEVER);
        this.inTransactionNanos = inTransaction.map(Duration::toNanos).orElse(NEVER);
    }

    /** The session begins. */
    void start() {
        if (isOn()) {
            touch();
            arm(shorter());
        }
    }

    /** One of the two sides has said something. */
    void touch() {
        if (isOn()) {
            lastNanos = System.nanoTime();
        }
    }

    void cancel() {
        timer.ifPresent(running -> running.cancel(false));
        timer = Optional.empty();
    }

    private boolean isOn() {
        return shorter() != NEVER;
    }

    private long shorter() {
        return Math.min(betweenNanos, inTransactionNanos);
    }

    private void onTimer() {
        if (!session.isAtRest()) {
            arm(shorter());
            return;
        }
        long most = session.tracker().isInTransaction() ? inTransactionNanos : betweenNanos;
        long left = most == NEVER ? NEVER : most - (System.nanoTime() - lastNanos);
        if (left <= 0) {
            session.endIdle();
        } else {
            // At the latest when the shorter one could be over: a transaction may begin meanwhile.
            arm(Math.min(left, shorter()));
        }
    }

    private void arm(long nanos) {
        // Rounded up, so that it is over when the timer fires.
        Duration delay = Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        timer = Optional.of(session.front().schedule(delay, this::onTimer));
    }
}
