package dev.homeport.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * Chooses the home of a new project. Pure: the same arguments give the same choice.
 *
 * <p>A cluster that is not {@link Intent#ACTIVE}, has an open incident that limits it, has no
 * primary, is unreachable, is full, or stands on no list is never chosen. Among the rest the first
 * step with a candidate wins: preferred and healthy, fallback and healthy, any degraded, any
 * unknown. Within a step weighted rendezvous hashing (Thaler and Ravishankar 1998; weights after
 * Schindelhauer and Schomaker 2005) decides, so that a choice is stable while the candidates are.
 */
public final class PlacementChoice {
    private PlacementChoice() {}

    /**
     * A cluster as the choice sees it.
     *
     * @param residents projects that live there
     * @param hasIncident whether an open incident keeps new projects away
     */
    public record Candidate(
            ClusterId cluster,
            Intent intent,
            Health health,
            int weight,
            OptionalLong capacity,
            long residents,
            boolean hasIncident) {
        /** The candidate that a cluster of the snapshot is. */
        public static Candidate of(ClusterSnapshot cluster, PlacementMap placements) {
            return new Candidate(
                    cluster.id(),
                    cluster.intent().intent(),
                    cluster.health(),
                    cluster.definition().weight(),
                    cluster.definition().capacity(),
                    placements.residents(cluster.id()),
                    !cluster.containment().acceptsProjects());
        }

        /** The same with another health. */
        public Candidate with(Health newHealth) {
            return new Candidate(
                    cluster, intent, newHealth, weight, capacity, residents, hasIncident);
        }

        /** The same with another intent. */
        public Candidate with(Intent newIntent) {
            return new Candidate(
                    cluster, newIntent, health, weight, capacity, residents, hasIncident);
        }
    }

    /** The steps in the order in which they are tried. */
    public enum Step {
        PREFERRED_HEALTHY("preferred and healthy"),
        FALLBACK_HEALTHY("fallback and healthy"),
        ANY_DEGRADED("degraded, and no healthy cluster takes new projects"),
        ANY_UNKNOWN("of unknown health, and no better cluster takes new projects");

        private final String text;

        Step(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** Why a cluster was or was not chosen. */
    public record Considered(ClusterId cluster, boolean isFit, String why) {}

    /** What came out. */
    public sealed interface Choice {
        /** Every cluster that was looked at, in order of ids. */
        List<Considered> considered();

        /** A home was found. */
        record Chosen(ClusterId cluster, Step step, String reason, List<Considered> considered)
                implements Choice {
            public Chosen {
                considered = List.copyOf(considered);
            }
        }

        /** No cluster may take the project. */
        record NoneAvailable(List<Considered> considered) implements Choice {
            public NoneAvailable {
                considered = List.copyOf(considered);
            }
        }
    }

    /** The choice over all clusters of a snapshot. */
    public static Choice choose(ProjectId project, FleetSnapshot fleet) {
        return choose(
                project,
                fleet.policy(),
                fleet.clusters().values().stream()
                        .map(cluster -> Candidate.of(cluster, fleet.placements()))
                        .toList());
    }

    /** The choice over candidates. Their order does not matter. */
    public static Choice choose(
            ProjectId project, PlacementPolicy policy, Collection<Candidate> candidates) {
        List<Candidate> sorted =
                candidates.stream().sorted(Comparator.comparing(Candidate::cluster)).toList();
        List<Considered> considered = new ArrayList<>();
        Optional<Step> best = Optional.empty();
        for (Candidate candidate : sorted) {
            Optional<Step> step = stepOf(candidate, policy);
            considered.add(
                    new Considered(
                            candidate.cluster(),
                            step.isPresent(),
                            step.map(Step::text).orElseGet(() -> unfit(candidate, policy))));
            if (step.isPresent() && (best.isEmpty() || step.get().compareTo(best.get()) < 0)) {
                best = step;
            }
        }
        if (best.isEmpty()) {
            return new Choice.NoneAvailable(considered);
        }
        Step step = best.get();
        ClusterId winner =
                sorted.stream()
                        .filter(one -> stepOf(one, policy).equals(Optional.of(step)))
                        .max(Comparator.comparingDouble(one -> score(project, one)))
                        .orElseThrow()
                        .cluster();
        return new Choice.Chosen(winner, step, winner + " is " + step.text(), considered);
    }

    private static Optional<Step> stepOf(Candidate candidate, PlacementPolicy policy) {
        PlacementPolicy.Tier tier = policy.tierOf(candidate.cluster());
        if (tier == PlacementPolicy.Tier.UNLISTED
                || candidate.intent() != Intent.ACTIVE
                || candidate.hasIncident()
                || isFull(candidate)) {
            return Optional.empty();
        }
        return switch (candidate.health()) {
            case HEALTHY ->
                    Optional.of(
                            tier == PlacementPolicy.Tier.PREFERRED
                                    ? Step.PREFERRED_HEALTHY
                                    : Step.FALLBACK_HEALTHY);
            case DEGRADED -> Optional.of(Step.ANY_DEGRADED);
            case UNKNOWN -> Optional.of(Step.ANY_UNKNOWN);
            case NO_PRIMARY, UNREACHABLE -> Optional.empty();
        };
    }

    private static String unfit(Candidate candidate, PlacementPolicy policy) {
        if (candidate.intent() != Intent.ACTIVE) {
            return "not fit: its intent is " + Words.of(candidate.intent());
        }
        if (candidate.hasIncident()) {
            return "not fit: it has an open incident of data loss";
        }
        if (policy.tierOf(candidate.cluster()) == PlacementPolicy.Tier.UNLISTED) {
            return "not fit: the placement policy lists it neither as preferred nor as fallback";
        }
        if (isFull(candidate)) {
            return "not fit: full, %d of %d projects"
                    .formatted(candidate.residents(), candidate.capacity().orElseThrow());
        }
        return "not fit: its health is " + Words.of(candidate.health());
    }

    private static boolean isFull(Candidate candidate) {
        return candidate.capacity().isPresent()
                && candidate.residents() >= candidate.capacity().getAsLong();
    }

    /**
     * Higher wins; {@code -weight / ln(u)} gives each cluster its weight's share of the projects.
     */
    private static double score(ProjectId project, Candidate candidate) {
        double uniform = (hash(project, candidate.cluster()) >>> 11) * 0x1.0p-53;
        return -candidate.weight() / Math.log(Math.max(uniform, Double.MIN_NORMAL));
    }

    private static long hash(ProjectId project, ClusterId cluster) {
        byte[] projectBytes = project.value().getBytes(StandardCharsets.UTF_8);
        byte[] clusterBytes = cluster.value().getBytes(StandardCharsets.UTF_8);
        var first = new CRC32C();
        first.update(projectBytes);
        var second = new CRC32C();
        second.update(clusterBytes);
        return mix(first.getValue() << 32 | second.getValue());
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
