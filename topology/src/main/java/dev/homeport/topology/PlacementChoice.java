package dev.homeport.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * Chooses the home of a new project. Pure: the same arguments give the same choice.
 *
 * <p>A cluster that is not {@link Intent#ACTIVE}, has an open incident that limits it, has no
 * primary or is unreachable is never chosen. A project that is pinned goes where it is pinned or
 * nowhere. Any other goes to no cluster that is full, in no tier, or that the rule for it excludes;
 * among the rest the first step with a candidate wins: preferred and healthy, tier by tier;
 * fallback and healthy, tier by tier; any degraded; any unknown. Within a step weighted rendezvous
 * hashing (Thaler and Ravishankar 1998; weights after Schindelhauer and Schomaker 2005) decides, so
 * that a choice is stable while the candidates are.
 */
public final class PlacementChoice {
    private PlacementChoice() {}

    /**
     * A cluster as the choice sees it.
     *
     * @param capacity most residents, and most bytes of data; empty is without limit
     * @param residents projects that live there
     * @param dataBytes what its data take, as far as its agents know
     * @param hasIncident whether an open incident keeps new projects away
     */
    public record Candidate(
            ClusterId cluster,
            Intent intent,
            Health health,
            int weight,
            Map<String, String> labels,
            Capacity capacity,
            long residents,
            OptionalLong dataBytes,
            boolean hasIncident) {
        public Candidate {
            labels = Map.copyOf(labels);
        }

        /** The candidate that a cluster of the snapshot is. */
        public static Candidate of(ClusterSnapshot cluster, PlacementMap placements) {
            ClusterDefinition definition = cluster.definition();
            return new Candidate(
                    cluster.id(),
                    cluster.intent().intent(),
                    cluster.health(),
                    definition.weight(),
                    definition.labels(),
                    definition.capacity(),
                    placements.residents(cluster.id()),
                    cluster.verdict().dataBytes(),
                    !cluster.containment().acceptsProjects());
        }

        /** The same with another health. */
        public Candidate with(Health newHealth) {
            return copy(intent, newHealth, residents, dataBytes);
        }

        /** The same with another intent. */
        public Candidate with(Intent newIntent) {
            return copy(newIntent, health, residents, dataBytes);
        }

        /**
         * The same with so many residents more.
         *
         * @param bytes of all of them together; counts only where it is known what there is
         */
        public Candidate withMore(int more, long bytes) {
            return copy(
                    intent,
                    health,
                    residents + more,
                    dataBytes.isPresent()
                            ? OptionalLong.of(dataBytes.getAsLong() + bytes)
                            : dataBytes);
        }

        private Candidate copy(
                Intent newIntent, Health newHealth, long newResidents, OptionalLong newBytes) {
            return new Candidate(
                    cluster,
                    newIntent,
                    newHealth,
                    weight,
                    labels,
                    capacity,
                    newResidents,
                    newBytes,
                    hasIncident);
        }

        /** Why it takes no more, if it does not. */
        public Optional<String> fullness() {
            if (hasNoPlace()) {
                return Optional.of(
                        "full, %d of %d projects"
                                .formatted(residents, capacity.residents().getAsLong()));
            }
            return hasNoRoom()
                    ? Optional.of(
                            "full, its data take %d of %d bytes"
                                    .formatted(dataBytes.getAsLong(), capacity.bytes().getAsLong()))
                    : Optional.empty();
        }

        /** Whether it takes no more; makes no text. */
        public boolean isFull() {
            return hasNoPlace() || hasNoRoom();
        }

        private boolean hasNoPlace() {
            return capacity.residents().isPresent()
                    && residents >= capacity.residents().getAsLong();
        }

        private boolean hasNoRoom() {
            return capacity.bytes().isPresent()
                    && dataBytes.isPresent()
                    && dataBytes.getAsLong() >= capacity.bytes().getAsLong();
        }
    }

    /** The steps in the order in which they are tried. */
    public enum StepKind {
        PINNED("where it is pinned"),
        PREFERRED_HEALTHY("preferred%s and healthy"),
        FALLBACK_HEALTHY("fallback%s and healthy"),
        ANY_DEGRADED("degraded, and no healthy cluster takes new projects"),
        ANY_UNKNOWN("of unknown health, and no better cluster takes new projects");

        private final String text;

        StepKind(String text) {
            this.text = text;
        }
    }

    /**
     * A step; earlier ones are tried first.
     *
     * @param tier from 1; 1 where the kind knows no tiers
     */
    public record Step(StepKind kind, int tier) implements Comparable<Step> {
        private static final Comparator<Step> ORDER =
                Comparator.comparing(Step::kind).thenComparingInt(Step::tier);

        static Step of(StepKind kind) {
            return new Step(kind, 1);
        }

        /** For people. */
        public String text() {
            return kind.text.formatted(tier == 1 ? "" : " (tier " + tier + ")");
        }

        @Override
        public int compareTo(Step other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Why a cluster was or was not chosen.
     *
     * @param step in which it can be chosen; empty for one that is not fit
     */
    public record Considered(ClusterId cluster, Optional<Step> step, String why) {
        public boolean isFit() {
            return step.isPresent();
        }
    }

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
        Question question = Question.of(project, policy);
        List<Considered> considered = new ArrayList<>();
        for (Candidate candidate : sorted(candidates)) {
            Optional<Step> step = question.step(candidate);
            considered.add(
                    new Considered(
                            candidate.cluster(),
                            step,
                            step.map(Step::text).orElseGet(() -> question.unfit(candidate))));
        }
        return winner(project, policy, candidates)
                .<Choice>map(
                        winner -> {
                            Step step = question.step(winner).orElseThrow();
                            return new Choice.Chosen(
                                    winner.cluster(),
                                    step,
                                    winner.cluster() + " is " + step.text(),
                                    considered);
                        })
                .orElseGet(() -> new Choice.NoneAvailable(considered));
    }

    /** The same without the reasons, and without making any, for where many ask. */
    public static Optional<Candidate> winner(
            ProjectId project, PlacementPolicy policy, Collection<Candidate> candidates) {
        Question question = Question.of(project, policy);
        Candidate winner = null;
        Step best = null;
        double highest = 0;
        for (Candidate candidate : candidates) {
            Step step = question.step(candidate).orElse(null);
            int order = step == null ? 1 : best == null ? -1 : step.compareTo(best);
            if (order > 0) {
                continue;
            }
            double score = score(project, candidate);
            boolean isBetter =
                    order < 0
                            || score > highest
                            || (score == highest
                                    && candidate.cluster().compareTo(winner.cluster()) > 0);
            if (isBetter) {
                winner = candidate;
                best = step;
                highest = score;
            }
        }
        return Optional.ofNullable(winner);
    }

    /** In which step that winner is chosen. */
    static Step step(ProjectId project, PlacementPolicy policy, Candidate winner) {
        return Question.of(project, policy).step(winner).orElseThrow();
    }

    /** Which clusters take new projects at all, as far as that depends on no project. */
    public static List<Considered> openClusters(
            PlacementPolicy policy, Collection<Candidate> candidates) {
        // Any id will do: only rules and pins ask for it.
        return choose(new ProjectId("any"), policy.ofTiers(), candidates).considered();
    }

    private static List<Candidate> sorted(Collection<Candidate> candidates) {
        return candidates.stream().sorted(Comparator.comparing(Candidate::cluster)).toList();
    }

    /** What the policy says of one project. */
    private record Question(
            PlacementPolicy policy,
            ProjectId project,
            Optional<ClusterId> pin,
            Optional<Integer> rule) {
        static Question of(ProjectId project, PlacementPolicy policy) {
            return new Question(policy, project, policy.pinOf(project), policy.ruleFor(project));
        }

        Optional<Step> step(Candidate candidate) {
            if (candidate.intent() != Intent.ACTIVE || candidate.hasIncident()) {
                return Optional.empty();
            }
            if (pin.isPresent()) {
                return pin.get().equals(candidate.cluster()) && isReachable(candidate.health())
                        ? Optional.of(Step.of(StepKind.PINNED))
                        : Optional.empty();
            }
            Optional<PlacementPolicy.Tier> tier =
                    policy.tierOf(candidate.cluster(), candidate.labels());
            if (tier.isEmpty() || isExcluded(candidate) || candidate.isFull()) {
                return Optional.empty();
            }
            return switch (candidate.health()) {
                case HEALTHY ->
                        Optional.of(
                                new Step(
                                        tier.get().isFallback()
                                                ? StepKind.FALLBACK_HEALTHY
                                                : StepKind.PREFERRED_HEALTHY,
                                        tier.get().number()));
                case DEGRADED -> Optional.of(Step.of(StepKind.ANY_DEGRADED));
                case UNKNOWN -> Optional.of(Step.of(StepKind.ANY_UNKNOWN));
                case NO_PRIMARY, UNREACHABLE -> Optional.empty();
            };
        }

        private static boolean isReachable(Health health) {
            return switch (health) {
                case HEALTHY, DEGRADED, UNKNOWN -> true;
                case NO_PRIMARY, UNREACHABLE -> false;
            };
        }

        /** Whether there is an objection; makes no text. */
        private boolean isExcluded(Candidate candidate) {
            return rule.isPresent()
                    && !policy.rules().get(rule.get() - 1).permits(candidate.labels());
        }

        private Optional<String> objection(Candidate candidate) {
            return rule.flatMap(
                    number ->
                            policy.rules()
                                    .get(number - 1)
                                    .objection(candidate.labels())
                                    .map(why -> "rule %d %s".formatted(number, why)));
        }

        private String unfit(Candidate candidate) {
            return "not fit: " + why(candidate);
        }

        private String why(Candidate candidate) {
            if (pin.isPresent() && !pin.get().equals(candidate.cluster())) {
                return "project %s is pinned to %s".formatted(project, pin.get());
            }
            if (candidate.intent() != Intent.ACTIVE) {
                return "its intent is " + Words.of(candidate.intent());
            }
            if (candidate.hasIncident()) {
                return "it has an open incident of data loss";
            }
            if (pin.isEmpty()) {
                if (policy.tierOf(candidate.cluster(), candidate.labels()).isEmpty()) {
                    return "the placement policy lists it neither as preferred nor as fallback";
                }
                Optional<String> objection = objection(candidate).or(candidate::fullness);
                if (objection.isPresent()) {
                    return objection.get();
                }
            }
            return "its health is " + Words.of(candidate.health());
        }
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
