package dev.homeport.router.routing;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ProjectId;
import java.util.Map;
import java.util.Optional;

/**
 * What a login says of itself.
 *
 * @param user as the client sent it
 * @param attributes connection attributes
 * @param listenerProject the project that the port belongs to, if it belongs to one
 */
public record LoginFacts(
        String user,
        Optional<String> schema,
        Map<String, String> attributes,
        Optional<ProjectId> listenerProject) {
    public LoginFacts {
        requireNonNull(user, "user");
        requireNonNull(schema, "schema");
        requireNonNull(listenerProject, "listenerProject");
        attributes = Map.copyOf(attributes);
    }
}
