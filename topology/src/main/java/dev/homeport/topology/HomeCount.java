package dev.homeport.topology;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How many projects live on one cluster, by their states. Immutable. */
final class HomeCount {
    /** Within those of one home. */
    private static final Map<ProjectState, Integer> NUMBER_OF_STATE = numbersOfStates();

    /** How many numbers each home takes, one for each state. */
    static final int NUMBERS = NUMBER_OF_STATE.size();

    private final int firstNumber;
    private final Map<ProjectState, Optional<Residence>> residences;
    private final Map<ProjectState, Integer> byState;

    private HomeCount(
            int firstNumber,
            Map<ProjectState, Optional<Residence>> residences,
            Map<ProjectState, Integer> byState) {
        this.firstNumber = firstNumber;
        this.residences = residences;
        this.byState = byState;
    }

    /**
     * One without projects.
     *
     * @param firstNumber of its residences in the map
     */
    static HomeCount none(ClusterId home, int firstNumber) {
        Map<ProjectState, Optional<Residence>> residences = new EnumMap<>(ProjectState.class);
        for (ProjectState state : ProjectState.values()) {
            residences.put(state, Optional.of(new Residence(home, state)));
        }
        return new HomeCount(firstNumber, residences, Map.of());
    }

    /** The one object for that residence. */
    Optional<Residence> residence(ProjectState state) {
        return residences.get(state);
    }

    int firstNumber() {
        return firstNumber;
    }

    /** The number of that residence, as slots have it. */
    int number(ProjectState state) {
        return Math.min(firstNumber + NUMBER_OF_STATE.get(state), Slot.NO_NUMBER);
    }

    private static Map<ProjectState, Integer> numbersOfStates() {
        Map<ProjectState, Integer> numbers = new EnumMap<>(ProjectState.class);
        for (ProjectState state : ProjectState.values()) {
            numbers.put(state, numbers.size());
        }
        return numbers;
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
        return new HomeCount(firstNumber, residences, sum);
    }
}
