package dev.homeport.router.session;

import dev.homeport.router.routing.Route;
import io.netty.channel.EventLoop;

/** Opens connections to instances. */
public interface BackendConnector {
    /**
     * Connects on that event loop and gives the session its channel with {@link
     * BackendSession#onConnected}, or tells it of the failure with {@link
     * BackendSession#onConnectFailed}; one of both, exactly once.
     */
    void connect(EventLoop eventLoop, Route route, BackendSession session);
}
