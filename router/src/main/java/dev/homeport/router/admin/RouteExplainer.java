package dev.homeport.router.admin;

import java.util.Map;
import java.util.Optional;

/** Says how a login would be routed, by the rules that route real ones. */
public interface RouteExplainer {
    /**
     * Callable from any thread; opens no connection.
     *
     * @param user as the client would send it
     * @param attributes connection attributes
     * @param serverName that the client's TLS handshake would ask for
     * @param listener its name; empty takes the first of the configuration
     * @throws IllegalArgumentException if there is no such listener; the message says so
     */
    RouteExplanation explain(
            String user,
            Optional<String> schema,
            Map<String, String> attributes,
            Optional<String> serverName,
            Optional<String> listener);
}
