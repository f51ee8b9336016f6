package dev.homeport.router.netty;

/**
 * Names of the handlers in a channel's pipeline, in their order. TLS of either leg goes in front of
 * the session's handler under the name {@code tls}; nothing else may stand before it.
 */
final class HandlerNames {
    static final String FRONTEND = "frontend";
    static final String BACKEND = "backend";

    private HandlerNames() {}
}
