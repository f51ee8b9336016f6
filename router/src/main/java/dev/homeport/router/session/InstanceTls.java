package dev.homeport.router.session;

import dev.homeport.router.routing.Route;
import io.netty.channel.Channel;

/** TLS on the connections to instances. */
public interface InstanceTls {
    /**
     * Begins as the client side of a TLS handshake on that channel, in front of the session, with
     * what the route's cluster asks of certificates, and tells it with {@link
     * BackendSession#onTlsEstablished} or {@link BackendSession#onTlsFailed}; one of both, once.
     */
    void start(Channel channel, Route route, BackendSession session);
}
