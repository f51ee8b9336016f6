package dev.homeport.router.admin;

import java.time.Instant;

/**
 * When a router saw something begin.
 *
 * @param seen by the time of day, to be told
 * @param seenNanos by a clock that does not jump
 * @param isKnown whether it began then, too: after a time without ZooKeeper that is not known
 */
record Beginning(Instant seen, long seenNanos, boolean isKnown) {
    Since at(long nanos) {
        return new Since(seen, isKnown, nanos - seenNanos >= Since.SETTLING.toNanos());
    }
}
