package dev.homeport.router.routing;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import java.util.Map;
import java.util.Optional;

/**
 * What a login says of itself.
 *
 * @param listenerFamily as which the router greeted on that port
 * @param user as the client sent it
 * @param attributes connection attributes
 * @param serverName of the TLS handshake
 * @param listenerProject the project that the port belongs to, if it belongs to one
 */
public record LoginFacts(
        Family listenerFamily,
        String user,
        Optional<String> schema,
        Map<String, String> attributes,
        Optional<String> serverName,
        Optional<ProjectId> listenerProject) {
    public LoginFacts {
        requireNonNull(listenerFamily, "listenerFamily");
        requireNonNull(user, "user");
        requireNonNull(schema, "schema");
        requireNonNull(serverName, "serverName");
        requireNonNull(listenerProject, "listenerProject");
        attributes = Map.copyOf(attributes);
    }
}
