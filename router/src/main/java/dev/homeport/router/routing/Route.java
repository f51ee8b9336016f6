package dev.homeport.router.routing;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.BackendLink;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;

/**
 * Where the sessions of a project go.
 *
 * @param cluster the project's home
 * @param instance its primary
 * @param epoch of the verdict that named it
 * @param link how connections to it are made
 */
public record Route(
        ProjectId project, ClusterId cluster, Instance instance, long epoch, BackendLink link) {
    public Route {
        requireNonNull(project, "project");
        requireNonNull(cluster, "cluster");
        requireNonNull(instance, "instance");
        requireNonNull(link, "link");
    }
}
