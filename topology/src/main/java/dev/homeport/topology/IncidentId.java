package dev.homeport.topology;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Names one incident. Made from the moment, the cluster and a number, so that ids sort by age.
 *
 * @param value matches {@code [a-z0-9][a-z0-9.-]{0,94}}
 */
public record IncidentId(String value) implements Comparable<IncidentId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9.-]{0,94}");

    /**
     * @throws IllegalArgumentException if the text does not have the form of an incident id
     */
    public IncidentId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + Ids.printable(value)
                            + "\" is no incident id: expected "
                            + FORM.pattern());
        }
    }

    /** A new id; two of one cluster and the same millisecond differ by the number. */
    public static IncidentId of(Instant moment, ClusterId cluster, int number) {
        return new IncidentId(Ids.dated(moment) + cluster + "-" + Integer.toHexString(number));
    }

    @Override
    public int compareTo(IncidentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
