package dev.homeport.topology;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How many projects live on one cluster, by their states. Immutable. */
final class HomeCount {
    private final Map<ProjectState, Optional<Residence>> residences;
    private final Map<ProjectState, Integer> byState;

    private HomeCount(
            Map<ProjectState, Optional<Residence>> residences, Map<ProjectState, Integer> byState) {
        this.residences = residences;
        this.byState = byState;
    }

    static HomeCount none(ClusterId home) {
        Map<ProjectState, Optional<Residence>> residences = new EnumMap<>(ProjectState.class);
        for (ProjectState state : ProjectState.values()) {
            residences.put(state, Optional.of(new Residence(home, state)));
        }
        return new HomeCount(residences, Map.of());
    }

    /** The one object for that residence. */
    Optional<Residence> residence(ProjectState state) {
        return residences.get(state);
    }

    int of(ProjectState state) {
        return byState.getOrDefault(state, 0);
    }

    int all() {
        return byState.values().stream().mapToInt(Integer::intValue).sum();
    }

    HomeCount plus(Map<ProjectState, Integer> more) {
        Map<ProjectState, Integer> sum = new EnumMap<>(ProjectState.class);
        sum.putAll(byState);
        more.forEach((state, count) -> sum.merge(state, count, Integer::sum));
        return new HomeCount(residences, sum);
    }
}
