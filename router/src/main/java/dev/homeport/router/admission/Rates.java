package dev.homeport.router.admission;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * So many times in a while for each key, on average: a token bucket each (Turner 1986, "New
 * Directions in Communications"), which is full at the beginning. Bounded: what has not been asked
 * for longest is forgotten, and has a full bucket then. Thread-safe.
 */
final class Rates {
    /** Keys that are remembered. */
    static final int MOST_KEYS = 20_000;

    /** A bucket holds what comes in within so many seconds: applications start all at once. */
    static final int BURST_SECONDS = 10;

    private static final double NANOS = 1e9;
    private static final int SECONDS_PER_MINUTE = 60;

    private final boolean isLimited;
    private final double tokensPerSecond;
    private final double mostTokens;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Bucket {
        double tokens;
        long at;
    }

    /**
     * @param perSecond of each key; empty lets everything pass
     * @param nanos a clock that never goes back
     */
    Rates(OptionalInt perSecond, LongSupplier nanos) {
        this(
                perSecond.isPresent(),
                perSecond.orElse(0),
                (double) perSecond.orElse(0) * BURST_SECONDS,
                nanos);
    }

    private Rates(
            boolean isLimited, double tokensPerSecond, double mostTokens, LongSupplier nanos) {
        this.isLimited = isLimited;
        this.tokensPerSecond = tokensPerSecond;
        this.mostTokens = mostTokens;
        this.nanos = nanos;
    }

    /** So many times a second; ten seconds' worth may come at once. */
    static Rates perSecond(int times, LongSupplier nanos) {
        return new Rates(OptionalInt.of(times), nanos);
    }

    /** So many times a minute, and at once. */
    static Rates perMinute(int times, LongSupplier nanos) {
        return new Rates(true, (double) times / SECONDS_PER_MINUTE, times, nanos);
    }

    /** Whether that key may once more. */
    boolean take(String key) {
        if (!isLimited) {
            return true;
        }
        synchronized (buckets) {
            Bucket bucket = filled(key);
            if (bucket.tokens < 1) {
                return false;
            }
            bucket.tokens--;
            return true;
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
            forgetOne();
            buckets.put(key, bucket);
        }
        bucket.tokens =
                Math.min(mostTokens, bucket.tokens + tokensPerSecond * ((now - bucket.at) / NANOS));
        bucket.at = now;
        return bucket;
    }

    private void forgetOne() {
        if (buckets.size() >= MOST_KEYS) {
            Iterator<String> eldest = buckets.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
