package dev.homeport.router.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Places projects and remembers what the writer said of each. Thread-safe. */
final class Placing {
    private final Map<ProjectId, Answer> answers = new ConcurrentHashMap<>();

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
            answers.put(project, new Answer.Placed(home));
            return true;
        } catch (TopologyException e) {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.UNAVAILABLE);
            answers.put(
                    project,
                    e.getMessage().contains("not known")
                            ? new Answer.Unknown()
                            : new Answer.Refused(e.getMessage()));
            return false;
        }
    }

    long placed() {
        return answers.values().stream().filter(one -> one instanceof Answer.Placed).count();
    }

    long unknown() {
        return answers.values().stream().filter(one -> one instanceof Answer.Unknown).count();
    }

    /** What was said is what stands there. */
    void assertHonest(Map<ProjectId, Placement> standing) {
        answers.forEach(
                (project, answer) -> {
                    Optional<ClusterId> home =
                            Optional.ofNullable(standing.get(project)).map(Placement::home);
                    switch (answer) {
                        case Answer.Placed placed ->
                                assertThat(home).as("home of " + project).contains(placed.home());
                        case Answer.Refused refused ->
                                assertThat(home).as(project + ": " + refused.why()).isEmpty();
                        case Answer.Unknown unknown -> {}
                    }
                });
    }
}
