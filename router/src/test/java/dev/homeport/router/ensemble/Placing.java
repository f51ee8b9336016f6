package dev.homeport.router.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Places projects, one perhaps several times and through several fleets, and remembers what the
 * writers said of each. Thread-safe.
 */
final class Placing {
    private final Map<ProjectId, List<Answer>> answers = new ConcurrentHashMap<>();

    private sealed interface Answer {
        record Placed(ClusterId home) implements Answer {}

        /** Nothing was written, says the writer. */
        record Refused(String why) implements Answer {}

        record Unknown() implements Answer {}
    }

    /** Places one, and returns whether it was said to be placed. */
    boolean place(ZooKeeperFleet fleet, String id) {
        var project = new ProjectId(id);
        try {
            ClusterId home =
                    switch (fleet.writer().place(project, Optional.empty())) {
                        case Placed.Created created -> created.placement().home();
                        case Placed.Existing existing -> existing.placement().home();
                        case Placed.NoneAvailable none -> throw new AssertionError(none);
                    };
            remember(project, new Answer.Placed(home));
            return true;
        } catch (TopologyException e) {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.UNAVAILABLE);
            remember(
                    project,
                    e.getMessage().contains("not known")
                            ? new Answer.Unknown()
                            : new Answer.Refused(e.getMessage()));
            return false;
        }
    }

    private void remember(ProjectId project, Answer answer) {
        answers.computeIfAbsent(project, any -> new CopyOnWriteArrayList<>()).add(answer);
    }

    /** How many projects were said to be placed. */
    long placed() {
        return answers.values().stream()
                .filter(all -> all.stream().anyMatch(one -> one instanceof Answer.Placed))
                .count();
    }

    /** How often it was said that nobody knows. */
    long unknown() {
        return answers.values().stream()
                .flatMap(List::stream)
                .filter(one -> one instanceof Answer.Unknown)
                .count();
    }

    /** What was said is what stands there. */
    void assertHonest(Map<ProjectId, Placement> standing) {
        answers.forEach(
                (project, all) -> {
                    Optional<ClusterId> home =
                            Optional.ofNullable(standing.get(project)).map(Placement::home);
                    for (Answer answer : all) {
                        if (answer instanceof Answer.Placed placed) {
                            assertThat(home).as("home of " + project).contains(placed.home());
                        }
                    }
                    if (all.stream().allMatch(one -> one instanceof Answer.Refused)) {
                        assertThat(home).as(project + ": " + all).isEmpty();
                    }
                });
    }
}
