package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ProjectId;
import java.time.Instant;

/**
 * Whose a connection of an instance is, or was.
 *
 * @param user as the instance knows it; the last one, where there were several
 * @param client its address, for people
 * @param connected since when there is that connection
 * @param open whether the client is served on it now
 */
public record ThreadView(
        ProjectId project, String user, String client, Instant connected, boolean open) {
    public ThreadView {
        requireNonNull(project, "project");
        requireNonNull(user, "user");
        requireNonNull(client, "client");
        requireNonNull(connected, "connected");
    }
}
