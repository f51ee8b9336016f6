package dev.homeport.topology;

/**
 * Names a cluster: a primary and its replicas, or a Galera group.
 *
 * @param value matches {@code [a-z0-9][a-z0-9-]{0,62}}
 */
public record ClusterId(String value) implements Comparable<ClusterId> {
    private static final String FORM = "[a-z0-9][a-z0-9-]{0,62}";
    private static final int MOST_CHARS = 63;

    /**
     * @throws IllegalArgumentException if the text does not have the form of cluster id
     */
    public ClusterId {
        if (!hasForm(value)) {
            throw new IllegalArgumentException(
                    "\"" + Ids.printable(value) + "\" is no cluster id: expected " + FORM);
        }
    }

    /** Not by a regular expression: of each bucket that is read all homes come by here. */
    private static boolean hasForm(String text) {
        if (text.isEmpty() || text.length() > MOST_CHARS || text.charAt(0) == '-') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!isAlphanumeric && c != '-') {
                return false;
            }
        }
        return true;
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
