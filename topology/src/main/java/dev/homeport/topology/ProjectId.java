package dev.homeport.topology;

import java.util.Locale;
import java.util.Optional;

/**
 * Names a project: a tenant, or a logical database that several tenants share. Compared without
 * case, so it is kept in lower case.
 *
 * @param value in lower case, matches {@code [a-z0-9][a-z0-9._-]{0,62}}
 */
public record ProjectId(String value) implements Comparable<ProjectId> {
    private static final String FORM = "[a-z0-9][a-z0-9._-]{0,62}";
    private static final int MOST_CHARS = 63;

    /**
     * @throws IllegalArgumentException if the text, in lower case, does not have the form of a
     *     project id
     */
    public ProjectId {
        String given = value;
        value = value.toLowerCase(Locale.ROOT);
        if (!hasForm(value)) {
            throw new IllegalArgumentException(
                    "\"" + Ids.printable(given) + "\" is no project id: expected " + FORM);
        }
    }

    /** The id, or empty where the text does not have the form of one. Never throws. */
    public static Optional<ProjectId> parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return hasForm(lower) ? Optional.of(new ProjectId(lower)) : Optional.empty();
    }

    /** Not by a regular expression: a router reads millions of them before it serves. */
    private static boolean hasForm(String text) {
        if (text.isEmpty() || text.length() > MOST_CHARS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!mayStandAt(i, text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether that part of an array is the id of a project in ASCII, in lower case. */
    public static boolean isIn(byte[] bytes, int from, int to) {
        if (from >= to || to - from > MOST_CHARS) {
            return false;
        }
        for (int at = from; at < to; at++) {
            if (!mayStandAt(at - from, (char) bytes[at])) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayStandAt(int index, char c) {
        boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return isAlphanumeric || (index > 0 && (c == '.' || c == '_' || c == '-'));
    }

    @Override
    public int compareTo(ProjectId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
