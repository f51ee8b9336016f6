package dev.homeport.topology;

import java.util.regex.Pattern;

/**
 * Names one agent of a cluster.
 *
 * @param value matches {@code [a-z0-9][a-z0-9._-]{0,62}}
 */
public record AgentId(String value) implements Comparable<AgentId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /**
     * @throws IllegalArgumentException if the text does not have the form of agent id
     */
    public AgentId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + Ids.printable(value) + "\" is no agent id: expected " + FORM.pattern());
        }
    }

    @Override
    public int compareTo(AgentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
