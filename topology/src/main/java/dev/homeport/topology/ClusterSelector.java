package dev.homeport.topology;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Some clusters of the fleet: those that stand here by name, those that have all of these labels,
 * or, where both are given, those that are named and have the labels.
 *
 * @param clusters empty for all
 * @param labels empty where labels do not matter
 */
public record ClusterSelector(List<ClusterId> clusters, Map<String, String> labels) {
    /** Labels and names that one selector has at most. */
    public static final int MOST = 1000;

    /**
     * @throws IllegalArgumentException if nothing stands there, or too much
     */
    public ClusterSelector {
        clusters = List.copyOf(clusters);
        labels = Map.copyOf(new TreeMap<>(labels));
        if (clusters.isEmpty() && labels.isEmpty()) {
            throw new IllegalArgumentException("must name clusters, or labels that they have");
        }
        if (clusters.size() > MOST || labels.size() > MOST) {
            throw new IllegalArgumentException("has more than %d names or labels".formatted(MOST));
        }
    }

    /** Those of that name. */
    public static ClusterSelector of(List<ClusterId> clusters) {
        return new ClusterSelector(clusters, Map.of());
    }

    /** Whether a cluster with that name and those labels is one of them. */
    public boolean selects(ClusterId cluster, Map<String, String> itsLabels) {
        return (clusters.isEmpty() || clusters.contains(cluster))
                && itsLabels.entrySet().containsAll(labels.entrySet());
    }

    /** {@code c1, c2 with region=eu}. */
    @Override
    public String toString() {
        String names = String.join(", ", clusters.stream().map(ClusterId::value).toList());
        if (labels.isEmpty()) {
            return names;
        }
        return (names.isEmpty() ? "all" : names) + " with " + text(labels);
    }

    /** Labels for people, in order of their names. */
    static String text(Map<String, String> labels) {
        return String.join(
                ", ",
                new TreeMap<>(labels)
                        .entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .toList());
    }
}
