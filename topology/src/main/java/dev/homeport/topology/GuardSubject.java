package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

/**
 * Whose statement it is.
 *
 * @param cluster the project's home
 * @param user as the instance knows it
 */
public record GuardSubject(ProjectId project, ClusterId cluster, String user) {
    public GuardSubject {
        requireNonNull(project, "project");
        requireNonNull(cluster, "cluster");
        requireNonNull(user, "user");
    }
}
