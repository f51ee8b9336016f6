package dev.homeport.router.routing;

import dev.homeport.router.error.ClientError;

/** What becomes of a login. */
public sealed interface RoutingDecision {
    /** Its session goes there. */
    record Go(Route route) implements RoutingDecision {}

    /**
     * Its project has no finished home yet: if the instance there accepts the login, the project is
     * placed there, and the session stays.
     */
    record Place(Route route) implements RoutingDecision {}

    /** It is refused. */
    record Reject(ClientError error) implements RoutingDecision {}
}
