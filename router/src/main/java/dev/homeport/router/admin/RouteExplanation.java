package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.error.ClientError;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import java.util.List;
import java.util.Optional;

/**
 * How a login would be routed, and why.
 *
 * @param keys the route keys in the order in which they were asked; the last one matched, if any
 * @param project what the matching key named
 * @param userSentOn the user that the backend would see
 * @param cluster the project's home, or that which it would get with this login
 * @param instance where the backend connection would go
 * @param availability what holds for the project on its home
 * @param error what the client would get; empty if it would be let through to the login
 */
public record RouteExplanation(
        List<KeyTried> keys,
        Optional<ProjectId> project,
        Optional<String> userSentOn,
        Optional<ClusterId> cluster,
        Optional<InstanceId> instance,
        Optional<Availability> availability,
        Optional<ClientError> error) {
    public RouteExplanation {
        keys = List.copyOf(keys);
        requireNonNull(project, "project");
        requireNonNull(userSentOn, "userSentOn");
        requireNonNull(cluster, "cluster");
        requireNonNull(instance, "instance");
        requireNonNull(availability, "availability");
        requireNonNull(error, "error");
    }

    /**
     * A route key that was asked.
     *
     * @param key its kind, as the configuration file has it, such as {@code user}
     * @param why one sentence for people
     */
    public record KeyTried(String key, boolean isMatch, String why) {}
}
