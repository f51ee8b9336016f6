package dev.homeport.router.admission;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * So many times a second for each key, on average: a token bucket each (Turner 1986, "New
 * Directions in Communications"), which is full at the beginning. Bounded: what has not been asked
 * for longest is forgotten, and has a full bucket then. Thread-safe.
 */
final class Rates {
    /** Keys that are remembered. */
    static final int MOST_KEYS = 20_000;

    /** A bucket holds what comes in within so many seconds: applications start all at once. */
    static final int BURST_SECONDS = 10;

    private static final double NANOS = 1e9;

    private final OptionalInt perSecond;
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
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    /** Whether that key may once more. */
    boolean take(String key) {
        if (perSecond.isEmpty()) {
            return true;
        }
        int rate = perSecond.getAsInt();
        long now = nanos.getAsLong();
        synchronized (buckets) {
            Bucket bucket = buckets.get(key);
            if (bucket == null) {
                bucket = new Bucket();
                bucket.tokens = (double) rate * BURST_SECONDS;
                bucket.at = now;
                forgetOne();
                buckets.put(key, bucket);
            }
            bucket.tokens =
                    Math.min(
                            (double) rate * BURST_SECONDS,
                            bucket.tokens + rate * ((now - bucket.at) / NANOS));
            bucket.at = now;
            if (bucket.tokens < 1) {
                return false;
            }
            bucket.tokens--;
            return true;
        }
    }

    private void forgetOne() {
        if (buckets.size() >= MOST_KEYS) {
            Iterator<String> eldest = buckets.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
