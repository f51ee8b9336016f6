package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long and how much is kept.
 *
 * @param retention what a table is kept for by default; one that somebody keeps longer goes only
 *     when its time is over, whatever the other rules say
 * @param quotaBytes what one project may hold
 * @param generations how many of one name are kept
 * @param diskFree the fraction of the disk that must stay free, between 0 and 1
 */
public record PurgePolicy(Duration retention, long quotaBytes, int generations, double diskFree) {
    public static final PurgePolicy DEFAULT =
            new PurgePolicy(Duration.ofDays(3), 10L << 30, 5, 0.1);

    /**
     * @throws IllegalArgumentException if one of them would let nothing be kept by mistake
     */
    public PurgePolicy {
        requireNonNull(retention, "retention");
        if (retention.isNegative() || quotaBytes < 0 || generations < 1) {
            throw new IllegalArgumentException(
                    "retention and quota must not be negative, generations at least 1");
        }
        if (!(diskFree >= 0 && diskFree < 1)) {
            throw new IllegalArgumentException("diskFree must be from 0 to below 1");
        }
    }
}
