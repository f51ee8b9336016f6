package dev.homeport.topology;

import java.util.OptionalLong;

/**
 * How much of a cluster is given to projects that are placed there by choice.
 *
 * @param residents most projects; empty is without limit
 * @param bytes most bytes of data, as the server's statistics have them; empty is without limit
 */
public record Capacity(OptionalLong residents, OptionalLong bytes) {
    /** Without limit. */
    public static final Capacity UNLIMITED =
            new Capacity(OptionalLong.empty(), OptionalLong.empty());

    /**
     * @throws IllegalArgumentException if a limit is negative
     */
    public Capacity {
        if (residents.orElse(0) < 0 || bytes.orElse(0) < 0) {
            throw new IllegalArgumentException("capacity must not be negative");
        }
    }

    /** A limit of projects only. */
    public static Capacity ofResidents(long most) {
        return new Capacity(OptionalLong.of(most), OptionalLong.empty());
    }
}
