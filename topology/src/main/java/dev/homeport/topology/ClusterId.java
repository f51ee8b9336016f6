package dev.homeport.topology;

import java.util.regex.Pattern;

/**
 * Names a cluster: a primary and its replicas, or a Galera group.
 *
 * @param value matches {@code [a-z0-9][a-z0-9-]{0,62}}
 */
public record ClusterId(String value) implements Comparable<ClusterId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /**
     * @throws IllegalArgumentException if the text does not have the form of cluster id
     */
    public ClusterId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + Ids.printable(value)
                            + "\" is no cluster id: expected "
                            + FORM.pattern());
        }
    }

    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
