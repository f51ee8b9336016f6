package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;

/**
 * What other routers may know of a client connection: whose it is, and what it is on its instance.
 *
 * @param user as the instance knows it
 * @param backendConnectionId as the instance knows it, all 32 bits
 */
public record ConnectionView(
        ProjectId project, String user, Instance instance, int backendConnectionId) {
    public ConnectionView {
        requireNonNull(project, "project");
        requireNonNull(user, "user");
        requireNonNull(instance, "instance");
    }
}
