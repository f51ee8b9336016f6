package dev.homeport.topology;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Names one approval. Made from the moment and a number, so that ids sort by age.
 *
 * @param value matches {@code [a-z0-9][a-z0-9.-]{0,94}}
 */
public record ApprovalId(String value) implements Comparable<ApprovalId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9.-]{0,94}");

    /**
     * @throws IllegalArgumentException if the text does not have the form of an approval id
     */
    public ApprovalId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + Ids.printable(value)
                            + "\" is no approval id: expected "
                            + FORM.pattern());
        }
    }

    /** A new id; two of the same millisecond differ by the number. */
    public static ApprovalId of(Instant moment, int number) {
        return new ApprovalId(Ids.dated(moment) + Integer.toHexString(number));
    }

    @Override
    public int compareTo(ApprovalId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
