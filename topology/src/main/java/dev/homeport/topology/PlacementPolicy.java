package dev.homeport.topology;

import java.util.List;

/**
 * Where new projects go and how their schema is made.
 *
 * @param preferred tried first, in any order: weights decide among them
 * @param fallback tried when no preferred cluster is fit. A cluster on neither list gets no new
 *     projects; while both lists are empty, every cluster counts as preferred
 * @param provision idempotent SQL, one statement each; {@code {project}} stands for the project's
 *     id
 */
public record PlacementPolicy(
        List<ClusterId> preferred, List<ClusterId> fallback, List<String> provision) {
    /** What stands in {@link #provision} for the id of the project. */
    public static final String PROJECT_VARIABLE = "{project}";

    public static final List<String> DEFAULT_PROVISION =
            List.of("CREATE DATABASE IF NOT EXISTS `" + PROJECT_VARIABLE + "`");

    /** What holds while nobody wrote a policy. */
    public static final PlacementPolicy DEFAULT =
            new PlacementPolicy(List.of(), List.of(), DEFAULT_PROVISION);

    /**
     * @throws IllegalArgumentException if a cluster stands on both lists, or no statement makes
     *     anything for the project
     */
    public PlacementPolicy {
        preferred = List.copyOf(preferred);
        fallback = List.copyOf(fallback);
        provision = List.copyOf(provision);
        for (ClusterId cluster : fallback) {
            if (preferred.contains(cluster)) {
                throw new IllegalArgumentException(
                        "cluster " + cluster + " is both preferred and fallback");
            }
        }
        if (provision.stream().noneMatch(sql -> sql.contains(PROJECT_VARIABLE))) {
            throw new IllegalArgumentException(
                    "provision must have a statement that names " + PROJECT_VARIABLE);
        }
    }

    /** Which list a cluster stands on. */
    public Tier tierOf(ClusterId cluster) {
        if (preferred.contains(cluster) || (preferred.isEmpty() && fallback.isEmpty())) {
            return Tier.PREFERRED;
        }
        return fallback.contains(cluster) ? Tier.FALLBACK : Tier.UNLISTED;
    }

    /** A cluster's place in the policy. */
    public enum Tier {
        PREFERRED,
        FALLBACK,
        UNLISTED
    }
}
