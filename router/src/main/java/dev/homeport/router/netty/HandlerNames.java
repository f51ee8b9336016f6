package dev.homeport.router.netty;

/**
 * Names of the handlers in a channel's pipeline, in their order. Between those of the PROXY
 * protocol, which leave with its header, and the session's own there may be {@code tls} and {@code
 * compression}.
 */
final class HandlerNames {
    static final String PROXY_DECODER = "proxy-decoder";
    static final String PROXY_HEADER = "proxy-header";
    static final String FRONTEND = "frontend";
    static final String BACKEND = "backend";

    private HandlerNames() {}
}
