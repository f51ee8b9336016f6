package dev.homeport.router.admission;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * So many times in a while for each key, on average: a token bucket each (Turner 1986, "New
 * Directions in Communications"), which is full at the beginning. Beside it a level rises by one
 * with each time that passes, and sinks as fast as the bucket of four fifths of that limit would
 * fill: who is above four fifths of what a bucket holds comes near the limit, by a burst or for
 * having gone that fast for a while. Bounded: what has not been asked for longest is forgotten, and
 * has a full bucket then. Thread-safe.
 */
final class Rates {
    /** Keys that are remembered. */
    static final int MOST_KEYS = 20_000;

    /** A bucket holds what comes in within so many seconds: applications start all at once. */
    static final int BURST_SECONDS = 10;

    /** So long somebody counts as near after it was: longer than from one scrape to the next. */
    static final Duration NEAR_FOR = Duration.ofMinutes(1);

    private static final double NANOS = 1e9;
    private static final int SECONDS_PER_MINUTE = 60;

    private final boolean isLimited;
    private final double tokensPerSecond;
    private final double mostTokens;
    private final LongSupplier nanos;
    private final Consumer<String> onNear;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /** When each was near last, the one that was so longest ago first. Locked by the buckets. */
    private final Map<String, Long> near = new LinkedHashMap<>();

    private static final class Bucket {
        double tokens;
        double level;
        long at;
    }

    /**
     * @param perSecond of each key; empty lets everything pass
     * @param nanos a clock that never goes back
     * @param onNear is told when a key comes near its limit; must not block
     */
    Rates(OptionalInt perSecond, LongSupplier nanos, Consumer<String> onNear) {
        this(
                perSecond.isPresent(),
                perSecond.orElse(0),
                (double) perSecond.orElse(0) * BURST_SECONDS,
                nanos,
                onNear);
    }

    private Rates(
            boolean isLimited,
            double tokensPerSecond,
            double mostTokens,
            LongSupplier nanos,
            Consumer<String> onNear) {
        this.isLimited = isLimited;
        this.tokensPerSecond = tokensPerSecond;
        this.mostTokens = mostTokens;
        this.nanos = nanos;
        this.onNear = onNear;
    }

    /** So many times a second; ten seconds' worth may come at once. */
    static Rates perSecond(int times, LongSupplier nanos, Consumer<String> onNear) {
        return new Rates(OptionalInt.of(times), nanos, onNear);
    }

    /** So many times a minute, and at once. */
    static Rates perMinute(int times, LongSupplier nanos, Consumer<String> onNear) {
        return new Rates(true, (double) times / SECONDS_PER_MINUTE, times, nanos, onNear);
    }

    /** Whether that key may once more. */
    boolean take(String key) {
        if (!isLimited) {
            return true;
        }
        boolean isTaken;
        boolean isNews;
        synchronized (buckets) {
            Bucket bucket = filled(key);
            isTaken = bucket.tokens >= 1;
            if (isTaken) {
                bucket.tokens--;
                bucket.level = Math.min(mostTokens, bucket.level + 1);
            }
            boolean isNear = !isTaken || bucket.level + slack() >= Places.NEAR * mostTokens;
            isNews = isNear && isNewlyNear(key, bucket.at);
        }
        if (isNews) {
            onNear.accept(key);
        }
        return isTaken;
    }

    /** Of what came at once a little has sunk already when the last of it comes. */
    private double slack() {
        return Math.min(1, mostTokens / 100.0);
    }

    /** Remembers that the key is near, and says whether it was not. */
    private boolean isNewlyNear(String key, long now) {
        forgetThoseThatWereNear(now);
        boolean isNew = near.remove(key) == null;
        if (isNew && near.size() >= MOST_KEYS) {
            forgetFirst(near);
        }
        near.put(key, now);
        return isNew;
    }

    private void forgetThoseThatWereNear(long now) {
        Iterator<Long> since = near.values().iterator();
        while (since.hasNext() && now - since.next() >= NEAR_FOR.toNanos()) {
            since.remove();
        }
    }

    /** How many keys are near their limit, or were a moment ago. */
    int near() {
        synchronized (buckets) {
            forgetThoseThatWereNear(nanos.getAsLong());
            return near.size();
        }
    }

    /** Whether {@link #take} would let that key pass now. */
    boolean has(String key) {
        synchronized (buckets) {
            return !isLimited || filled(key).tokens >= 1;
        }
    }

    /** The bucket with what has come in until now. */
    private Bucket filled(String key) {
        long now = nanos.getAsLong();
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.tokens = mostTokens;
            bucket.at = now;
            if (buckets.size() >= MOST_KEYS) {
                forgetFirst(buckets);
            }
            buckets.put(key, bucket);
        }
        double come = tokensPerSecond * ((now - bucket.at) / NANOS);
        bucket.tokens = Math.min(mostTokens, bucket.tokens + come);
        bucket.level = Math.max(0, bucket.level - Places.NEAR * come);
        bucket.at = now;
        return bucket;
    }

    private static void forgetFirst(Map<String, ?> map) {
        Iterator<String> first = map.keySet().iterator();
        first.next();
        first.remove();
    }
}
