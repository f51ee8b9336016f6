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
 */
public record PlacementRequest(
        ProjectId project, Optional<ClusterId> wanted, boolean adopt, String by) {
    public PlacementRequest {
        requireNonNull(project, "project");
        requireNonNull(wanted, "wanted");
        requireNonNull(by, "by");
    }
}
