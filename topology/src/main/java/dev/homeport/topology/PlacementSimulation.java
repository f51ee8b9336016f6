package dev.homeport.topology;

import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** What would become of many new projects, one after the other. Pure; changes nothing. */
public final class PlacementSimulation {
    /** Projects that one simulation may have. */
    public static final int MOST_PROJECTS = 1_000_000;

    /** Between two questions whether to go on, so that these take no time. */
    private static final int PROJECTS_AT_ONCE = 256;

    private PlacementSimulation() {}

    /**
     * What came out.
     *
     * @param placed how many went to each cluster that got any
     * @param steps how many were placed in which step
     * @param refused for how many no cluster was left
     * @param after the clusters as they would be then
     */
    public record Result(
            Map<ClusterId, Integer> placed,
            Map<Step, Integer> steps,
            int refused,
            List<Candidate> after) {
        public Result {
            placed = Map.copyOf(placed);
            steps = Map.copyOf(steps);
            after = List.copyOf(after);
        }
    }

    /**
     * Places so many projects; each takes as many bytes as those of its cluster do on average, or,
     * on a cluster without any, those of the fleet.
     *
     * @param ids the ids of the projects from 0 on: rules and pins see them
     * @param count 0 to {@link #MOST_PROJECTS}
     * @param isUnwanted is asked now and then: true stops it
     * @return empty if it was stopped
     */
    public static Optional<Result> run(
            PlacementPolicy policy,
            Collection<Candidate> candidates,
            IntFunction<ProjectId> ids,
            int count,
            BooleanSupplier isUnwanted) {
        if (count < 0 || count > MOST_PROJECTS) {
            throw new IllegalArgumentException(
                    "projects must be 0 to %d, was %d".formatted(MOST_PROJECTS, count));
        }
        List<Candidate> now = new ArrayList<>(candidates);
        Map<ClusterId, Long> sizes = sizes(candidates);
        Map<ClusterId, Integer> placed = new TreeMap<>();
        Map<Step, Integer> steps = new TreeMap<>();
        int refused = 0;
        for (int i = 0; i < count; i++) {
            if (i % PROJECTS_AT_ONCE == 0 && isUnwanted.getAsBoolean()) {
                return Optional.empty();
            }
            ProjectId project = ids.apply(i);
            Optional<Candidate> winner = PlacementChoice.winner(project, policy, now);
            if (winner.isEmpty()) {
                refused++;
                continue;
            }
            ClusterId home = winner.get().cluster();
            placed.merge(home, 1, Integer::sum);
            steps.merge(PlacementChoice.step(project, policy, winner.get()), 1, Integer::sum);
            now.replaceAll(
                    one -> one.cluster().equals(home) ? one.withMore(1, sizes.get(home)) : one);
        }
        return Optional.of(new Result(placed, steps, refused, now));
    }

    private static Map<ClusterId, Long> sizes(Collection<Candidate> candidates) {
        long residents = candidates.stream().mapToLong(Candidate::residents).sum();
        long bytes = candidates.stream().mapToLong(one -> one.dataBytes().orElse(0)).sum();
        Map<ClusterId, Long> sizes = new TreeMap<>();
        for (Candidate one : candidates) {
            long ofFleet = residents == 0 ? 0 : bytes / residents;
            sizes.put(
                    one.cluster(),
                    one.residents() == 0 || one.dataBytes().isEmpty()
                            ? ofFleet
                            : one.dataBytes().getAsLong() / one.residents());
        }
        return sizes;
    }
}
