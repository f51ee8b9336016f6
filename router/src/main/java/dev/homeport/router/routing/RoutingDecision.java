package dev.homeport.router.routing;

import dev.homeport.router.error.ClientError;

/** What becomes of a login. */
public sealed interface RoutingDecision {
    /** Its session goes there. */
    record Go(Route route) implements RoutingDecision {}

    /** It is refused. */
    record Reject(ClientError error) implements RoutingDecision {}
}
