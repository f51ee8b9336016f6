package dev.homeport.topology;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names a project: a tenant, or a logical database that several tenants share. Compared without
 * case, so it is kept in lower case.
 *
 * @param value in lower case, matches {@code [a-z0-9][a-z0-9._-]{0,62}}
 */
public record ProjectId(String value) implements Comparable<ProjectId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /**
     * @throws IllegalArgumentException if the text, in lower case, does not have the form of a
     *     project id
     */
    public ProjectId {
        String given = value;
        value = value.toLowerCase(Locale.ROOT);
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + Ids.printable(given)
                            + "\" is no project id: expected "
                            + FORM.pattern());
        }
    }

    /** The id, or empty where the text does not have the form of one. Never throws. */
    public static Optional<ProjectId> parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return FORM.matcher(lower).matches() ? Optional.of(new ProjectId(lower)) : Optional.empty();
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
