package dev.homeport.router.placement;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import java.util.Optional;

/**
 * Somebody wants a home for a project.
 *
 * @param wanted a cluster asked for by name; empty lets the policy choose
 * @param adopt whether a schema that has something in it already may become the project's
 * @param by who asks, for the log
 * @param why stands in the record before the reason of the choice, if there is something to say
 */
public record PlacementRequest(
        ProjectId project,
        Optional<ClusterId> wanted,
        boolean adopt,
        String by,
        Optional<String> why) {
    /** A request of somebody who says no more than what is wanted. */
    public PlacementRequest(
            ProjectId project, Optional<ClusterId> wanted, boolean adopt, String by) {
        this(project, wanted, adopt, by, Optional.empty());
    }

    public PlacementRequest {
        requireNonNull(project, "project");
        requireNonNull(wanted, "wanted");
        requireNonNull(by, "by");
        requireNonNull(why, "why");
    }
}
