package dev.homeport.router.admin;

import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Projects by state, counted once per map: there can be a million, and a status is asked for often.
 * Safe for use by several threads.
 */
final class ProjectCensus {
    private static final int NAMED = 5;

    private volatile Counted last = new Counted(PlacementMap.EMPTY, Map.of(), List.of());

    private record Counted(
            PlacementMap placements, Map<ProjectState, Integer> states, List<ProjectId> failed) {}

    /** How many projects are in each state. */
    Map<ProjectState, Integer> states(PlacementMap placements) {
        return counted(placements).states;
    }

    /** Some of the projects whose provisioning has an error. */
    List<ProjectId> failed(PlacementMap placements) {
        return counted(placements).failed;
    }

    private Counted counted(PlacementMap placements) {
        Counted known = last;
        // The same map, not an equal one: comparing a million projects is what this saves.
        if (isSame(known.placements, placements)) {
            return known;
        }
        Map<ProjectState, Integer> states = new EnumMap<>(ProjectState.class);
        List<ProjectId> failed = new ArrayList<>();
        placements.forEach(
                (project, placement) -> {
                    states.merge(placement.state(), 1, Integer::sum);
                    if (placement.state() == ProjectState.PROVISIONING
                            && placement.error().isPresent()
                            && failed.size() < NAMED) {
                        failed.add(project);
                    }
                });
        Counted counted =
                new Counted(placements, Collections.unmodifiableMap(states), List.copyOf(failed));
        last = counted;
        return counted;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(PlacementMap one, PlacementMap other) {
        return one == other;
    }
}
