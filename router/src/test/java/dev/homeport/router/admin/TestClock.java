package dev.homeport.router.admin;

import dev.homeport.router.FakeFleet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that the test moves. */
final class TestClock extends Clock {
    private volatile Instant now = FakeFleet.NOW;
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** What one shows that goes by it and is set by nobody. */
    long nanos() {
        return nanos.get();
    }

    /** Returns what it shows then. */
    Instant advance(Duration time) {
        nanos.addAndGet(time.toNanos());
        return jump(time);
    }

    /** Somebody sets it; returns what it shows then. */
    Instant jump(Duration by) {
        now = now.plus(by);
        return now;
    }
}
