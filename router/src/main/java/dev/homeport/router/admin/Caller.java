package dev.homeport.router.admin;

/**
 * Who asks.
 *
 * @param name of the token; what audits and records name as the one who did it
 */
record Caller(String name, Role role) {
    /** Anybody, where no tokens file is configured: the server is bound to loopback then. */
    static final Caller LOCAL = new Caller("local", Role.ADMIN);

    /** Anybody, on the routes that take no token. */
    static final Caller ANONYMOUS = new Caller("anonymous", Role.VIEWER);
}
