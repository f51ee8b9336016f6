package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where new projects go and how their schema is made.
 *
 * @param preferred tiers that are tried in this order: within one, weights decide
 * @param fallback tiers that are tried when no preferred cluster is fit. A cluster in no tier gets
 *     no new projects; while both lists are empty, every cluster counts as preferred
 * @param rules to which clusters some projects may go at all: the first that speaks of a project
 *     counts
 * @param pinned projects that go to that cluster and to no other, whatever tiers, rules and
 *     capacity say
 * @param provision idempotent SQL, one statement each; {@code {project}} stands for the project's
 *     id
 * @param unknownProjects what becomes of logins of projects that have no home
 */
public record PlacementPolicy(
        List<ClusterSelector> preferred,
        List<ClusterSelector> fallback,
        List<PlacementRule> rules,
        Map<ProjectId, ClusterId> pinned,
        List<String> provision,
        UnknownProjects unknownProjects) {
    /** What stands in {@link #provision} for the id of the project. */
    public static final String PROJECT_VARIABLE = "{project}";

    public static final int MOST_TIERS = 20;
    public static final int MOST_RULES = 200;

    /** They stand in one znode; more of them are better served by labels and rules. */
    public static final int MOST_PINNED = 5000;

    public static final List<String> DEFAULT_PROVISION =
            List.of("CREATE DATABASE IF NOT EXISTS `" + PROJECT_VARIABLE + "`");

    /** What holds while nobody wrote a policy. */
    public static final PlacementPolicy DEFAULT =
            new PlacementPolicy(List.of(), List.of(), DEFAULT_PROVISION);

    /**
     * A policy that refuses logins of unknown projects.
     *
     * @throws IllegalArgumentException as the canonical constructor
     */
    public PlacementPolicy(
            List<ClusterSelector> preferred,
            List<ClusterSelector> fallback,
            List<PlacementRule> rules,
            Map<ProjectId, ClusterId> pinned,
            List<String> provision) {
        this(preferred, fallback, rules, pinned, provision, UnknownProjects.REFUSE);
    }

    /**
     * A policy with one tier of each kind at most, of named clusters, and without rules.
     *
     * @throws IllegalArgumentException as the canonical constructor
     */
    public PlacementPolicy(
            List<ClusterId> preferred, List<ClusterId> fallback, List<String> provision) {
        this(tier(preferred), tier(fallback), List.of(), Map.of(), provision);
    }

    /**
     * @throws IllegalArgumentException if a cluster is named twice, there is too much of anything,
     *     or no statement makes anything for the project
     */
    public PlacementPolicy {
        preferred = List.copyOf(preferred);
        fallback = List.copyOf(fallback);
        rules = List.copyOf(rules);
        pinned = Map.copyOf(new TreeMap<>(pinned));
        provision = List.copyOf(provision);
        requireNonNull(unknownProjects, "unknownProjects");
        requireAtMost(preferred.size() + fallback.size(), MOST_TIERS, "tiers");
        requireAtMost(rules.size(), MOST_RULES, "rules");
        requireAtMost(pinned.size(), MOST_PINNED, "pinned projects");
        Map<ClusterId, String> seen = new TreeMap<>();
        name(seen, preferred, "preferred");
        name(seen, fallback, "fallback");
        if (provision.stream().noneMatch(sql -> sql.contains(PROJECT_VARIABLE))) {
            throw new IllegalArgumentException(
                    "provision must have a statement that names " + PROJECT_VARIABLE);
        }
    }

    private static List<ClusterSelector> tier(List<ClusterId> clusters) {
        return clusters.isEmpty() ? List.of() : List.of(ClusterSelector.of(clusters));
    }

    private static void requireAtMost(int count, int most, String what) {
        if (count > most) {
            throw new IllegalArgumentException(
                    "has %d %s: %d are possible".formatted(count, what, most));
        }
    }

    /** By labels a cluster may be in several: the first counts. By name that is a mistake. */
    private static void name(
            Map<ClusterId, String> seen, List<ClusterSelector> tiers, String kind) {
        for (ClusterSelector tier : tiers) {
            if (!tier.labels().isEmpty()) {
                continue;
            }
            for (ClusterId cluster : new HashSet<>(tier.clusters())) {
                String before = seen.put(cluster, kind);
                if (before != null) {
                    throw new IllegalArgumentException(
                            before.equals(kind)
                                    ? "cluster %s is twice %s".formatted(cluster, kind)
                                    : "cluster %s is both preferred and fallback"
                                            .formatted(cluster));
                }
            }
        }
    }

    /** All clusters that it names. */
    public Set<ClusterId> clusters() {
        Set<ClusterId> named = new TreeSet<>(pinned.values());
        Stream.of(preferred, fallback)
                .flatMap(List::stream)
                .forEach(tier -> named.addAll(tier.clusters()));
        return named;
    }

    /** In which tier a cluster is; empty for one that is in none. */
    public Optional<Tier> tierOf(ClusterId cluster, Map<String, String> labels) {
        if (preferred.isEmpty() && fallback.isEmpty()) {
            return Optional.of(new Tier(false, 1));
        }
        return find(preferred, cluster, labels)
                .map(number -> new Tier(false, number))
                .or(() -> find(fallback, cluster, labels).map(number -> new Tier(true, number)));
    }

    private static Optional<Integer> find(
            List<ClusterSelector> tiers, ClusterId cluster, Map<String, String> labels) {
        for (int i = 0; i < tiers.size(); i++) {
            if (tiers.get(i).selects(cluster, labels)) {
                return Optional.of(i + 1);
            }
        }
        return Optional.empty();
    }

    /** The number of the rule that speaks of a project, from 1; empty where none does. */
    public Optional<Integer> ruleFor(ProjectId project) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).speaksOf(project)) {
                return Optional.of(i + 1);
            }
        }
        return Optional.empty();
    }

    /** Where a project must go, whatever else is said. */
    public Optional<ClusterId> pinOf(ProjectId project) {
        return Optional.ofNullable(pinned.get(project));
    }

    /** The same without what speaks of single projects. */
    PlacementPolicy ofTiers() {
        return rules.isEmpty() && pinned.isEmpty()
                ? this
                : new PlacementPolicy(
                        preferred, fallback, List.of(), Map.of(), provision, unknownProjects);
    }

    /** The same with another answer to logins of unknown projects. */
    public PlacementPolicy with(UnknownProjects newUnknownProjects) {
        return new PlacementPolicy(
                preferred, fallback, rules, pinned, provision, newUnknownProjects);
    }

    /**
     * A cluster's place in the policy; earlier ones come first.
     *
     * @param number from 1, within its kind
     */
    public record Tier(boolean isFallback, int number) implements Comparable<Tier> {
        @Override
        public int compareTo(Tier other) {
            int byKind = Boolean.compare(isFallback, other.isFallback);
            return byKind != 0 ? byKind : Integer.compare(number, other.number);
        }

        /** {@code preferred}, {@code fallback, tier 2}. */
        @Override
        public String toString() {
            return (isFallback ? "fallback" : "preferred")
                    + (number == 1 ? "" : ", tier " + number);
        }
    }
}
