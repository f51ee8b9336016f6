package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What is known of one cluster at one moment. Immutable, and replaced as a whole.
 *
 * @param containment what its open incidents limit; a {@link FleetSnapshot} sees to it that this
 *     agrees with its incidents
 */
public record ClusterSnapshot(
        ClusterDefinition definition,
        ClusterIntent intent,
        Verdict verdict,
        Containment containment) {
    /** A cluster without incidents. */
    public ClusterSnapshot(ClusterDefinition definition, ClusterIntent intent, Verdict verdict) {
        this(definition, intent, verdict, Containment.NONE);
    }

    public ClusterSnapshot {
        requireNonNull(containment, "containment");
        requireNonNull(definition, "definition");
        requireNonNull(intent, "intent");
        requireNonNull(verdict, "verdict");
    }

    /** The same with these incidents, which are its own. */
    ClusterSnapshot with(Containment newContainment) {
        return newContainment.equals(containment)
                ? this
                : new ClusterSnapshot(definition, intent, verdict, newContainment);
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
