package dev.homeport.router.session;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The sessions that ended last, for those who find in a binary log what one of them did. Bounded:
 * the oldest is forgotten first. Thread-safe without a lock: an end costs one counter and one
 * write; only questions look through all.
 */
final class ClosedSessions {
    /** Sessions that are remembered. */
    static final int MOST = 20_000;

    /** How long one is remembered. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final AtomicReferenceArray<ServedSession> ring = new AtomicReferenceArray<>(MOST);
    private final AtomicLong count = new AtomicLong();

    void add(ServedSession ended) {
        ring.setRelease((int) (count.getAndIncrement() % MOST), ended);
    }

    /** The newest first. */
    Stream<ServedSession> since(Instant now) {
        Instant oldest = now.minus(MEMORY);
        long all = count.get();
        return LongStream.range(0, Math.min(all, MOST))
                .mapToObj(back -> ring.getAcquire((int) ((all - 1 - back) % MOST)))
                // One that just ends may be counted and not yet there.
                .filter(one -> one != null && one.closed().orElseThrow().isAfter(oldest));
    }
}
