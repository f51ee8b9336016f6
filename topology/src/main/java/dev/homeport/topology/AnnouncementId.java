package dev.homeport.topology;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Names one announcement. Made from the moment and a number, so that ids sort by age.
 *
 * @param value matches {@code [a-z0-9][a-z0-9.-]{0,94}}
 */
public record AnnouncementId(String value) implements Comparable<AnnouncementId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9.-]{0,94}");

    /**
     * @throws IllegalArgumentException if the text does not have the form of an announcement id
     */
    public AnnouncementId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + Ids.printable(value)
                            + "\" is no announcement id: expected "
                            + FORM.pattern());
        }
    }

    /** A new id; two of the same millisecond differ by the number. */
    public static AnnouncementId of(Instant moment, int number) {
        return new AnnouncementId(Ids.dated(moment) + Integer.toHexString(number));
    }

    @Override
    public int compareTo(AnnouncementId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
