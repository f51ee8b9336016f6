package dev.homeport.topology;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * To which clusters some projects may go at all.
 *
 * @param projects patterns over ids; one that matches is enough
 * @param require a cluster must have all of these labels
 * @param avoid a cluster must have none of these labels
 */
public record PlacementRule(
        List<Glob> projects, Map<String, String> require, Map<String, String> avoid) {
    /** Patterns that one rule has at most. */
    public static final int MOST_PATTERNS = 100;

    /**
     * @throws IllegalArgumentException if it speaks of no projects, or says nothing of clusters
     */
    public PlacementRule {
        projects = List.copyOf(projects);
        require = Map.copyOf(new TreeMap<>(require));
        avoid = Map.copyOf(new TreeMap<>(avoid));
        if (projects.isEmpty() || projects.size() > MOST_PATTERNS) {
            throw new IllegalArgumentException(
                    "must have 1 to %d patterns of projects".formatted(MOST_PATTERNS));
        }
        if (require.isEmpty() && avoid.isEmpty()) {
            throw new IllegalArgumentException("must require or avoid a label");
        }
    }

    boolean speaksOf(ProjectId project) {
        return projects.stream().anyMatch(pattern -> pattern.matches(project.value()));
    }

    /** Whether projects that it speaks of may go to a cluster with those labels; makes no text. */
    boolean permits(Map<String, String> labels) {
        return labels.entrySet().containsAll(require.entrySet())
                && avoid.entrySet().stream().noneMatch(labels.entrySet()::contains);
    }

    /** Why no project that it speaks of may go to a cluster with those labels. */
    Optional<String> objection(Map<String, String> labels) {
        Map<String, String> missing = new TreeMap<>(require);
        missing.entrySet().removeAll(labels.entrySet());
        if (!missing.isEmpty()) {
            return Optional.of("requires the label " + ClusterSelector.text(missing));
        }
        Map<String, String> unwanted = new TreeMap<>(avoid);
        unwanted.entrySet().retainAll(labels.entrySet());
        return unwanted.isEmpty()
                ? Optional.empty()
                : Optional.of("avoids the label " + ClusterSelector.text(unwanted));
    }
}
