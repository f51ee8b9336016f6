package dev.homeport.topology;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A router's number in the fleet: what the ids of its client connections begin with, so that every
 * router can tell whose a connection is. Leased in ZooKeeper; see {@link RouterReport#numbers}.
 *
 * @param value 1 to {@link #MOST}
 */
public record RouterNumber(int value) implements Comparable<RouterNumber> {
    /**
     * So many routers can have numbers of their own: nine bits of a connection id, without zero.
     */
    public static final int MOST = 511;

    /**
     * @throws IllegalArgumentException if it is out of range
     */
    public RouterNumber {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(
                    "a router's number must be from 1 to %d, was %d".formatted(MOST, value));
        }
    }

    /** The number that a router asks for first, and goes by while it has never had one. */
    public static RouterNumber firstOf(RouterId router) {
        var crc = new CRC32C();
        crc.update(router.value().getBytes(StandardCharsets.UTF_8));
        return new RouterNumber((int) (crc.getValue() % MOST) + 1);
    }

    /** The next one; behind the last comes the first. */
    public RouterNumber next() {
        return new RouterNumber(value % MOST + 1);
    }

    @Override
    public int compareTo(RouterNumber other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
