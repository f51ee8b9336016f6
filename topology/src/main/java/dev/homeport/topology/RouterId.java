package dev.homeport.topology;

import java.util.regex.Pattern;

/**
 * Names one router of the fleet.
 *
 * @param value matches {@code [a-z0-9][a-z0-9._-]{0,62}}
 */
public record RouterId(String value) implements Comparable<RouterId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /**
     * @throws IllegalArgumentException if the text does not have the form of router id
     */
    public RouterId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + Ids.printable(value) + "\" is no router id: expected " + FORM.pattern());
        }
    }

    @Override
    public int compareTo(RouterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
