package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** What is known of one cluster at one moment. Immutable, and replaced as a whole. */
public record ClusterSnapshot(ClusterDefinition definition, ClusterIntent intent, Verdict verdict) {
    public ClusterSnapshot {
        requireNonNull(definition, "definition");
        requireNonNull(intent, "intent");
        requireNonNull(verdict, "verdict");
    }

    public ClusterId id() {
        return definition.id();
    }

    public Health health() {
        return verdict.health();
    }

    /**
     * Where the primary listens; empty while there is none, or the verdict names an unknown one.
     */
    public Optional<Instance> primary() {
        return verdict.primary().flatMap(definition::instance);
    }
}
