package dev.homeport.topology;

import java.util.regex.Pattern;

/**
 * Names one mysqld or mariadbd within its cluster.
 *
 * @param value matches {@code [a-z0-9][a-z0-9._-]{0,62}}
 */
public record InstanceId(String value) implements Comparable<InstanceId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /**
     * @throws IllegalArgumentException if the text does not have the form of instance id
     */
    public InstanceId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + Ids.printable(value)
                            + "\" is no instance id: expected "
                            + FORM.pattern());
        }
    }

    @Override
    public int compareTo(InstanceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
