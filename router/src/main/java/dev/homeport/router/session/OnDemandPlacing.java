package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.routing.Route;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Gives a project its home because somebody has logged in for it. Thread-safe. */
public interface OnDemandPlacing {
    /**
     * Places the project of the route on the cluster of the route, and makes its schema. Does not
     * block; the answer comes on any thread.
     *
     * @param user who has proved to have an account there
     * @return empty once the project is served there; else what the client is told. Never completes
     *     exceptionally
     */
    CompletableFuture<Optional<ClientError>> place(Route route, String user, SocketAddress from);
}
