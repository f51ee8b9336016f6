package dev.homeport.topology.fields;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Collects everything that is wrong with one document, so that all of it is reported at once. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();

    /**
     * One thing that is wrong.
     *
     * @param path where, such as {@code instances[0].port}; empty for the whole document
     * @param rule what was wrong and what would be right
     * @param suggestion for an unknown field, the field that was probably meant
     */
    public record Problem(String path, String rule, Optional<String> suggestion) {
        /** {@code path: rule (did you mean "suggestion"?)}. */
        public String text() {
            String where = path.isEmpty() ? "" : path + ": ";
            return where + rule + suggestion.map(s -> " (did you mean \"" + s + "\"?)").orElse("");
        }
    }

    public void add(String path, String rule) {
        found.add(new Problem(path, rule, Optional.empty()));
    }

    public void addUnknown(String path, String rule, Optional<String> suggestion) {
        found.add(new Problem(path, rule, suggestion));
    }

    /** Notes a broken rule between values. */
    public void require(boolean holds, String path, String rule) {
        if (!holds) {
            add(path, rule);
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<Problem> all() {
        return List.copyOf(found);
    }

    /** One line each. */
    public String text() {
        return found.stream().map(Problem::text).collect(Collectors.joining("\n"));
    }
}
