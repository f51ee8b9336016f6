package dev.homeport.router.session;

/** Why a client connection ended; a tag of {@code router.sessions.closed}. */
public enum CloseReason {
    /** The client left, with or without a farewell. */
    CLIENT,
    /** The client left before it said anything: a port check. */
    PORT_CHECK,
    /** The login took too long. */
    HANDSHAKE_TIMEOUT,
    /** No TLS came about with the client. */
    TLS_FAILED,
    /** The login was refused by the router. */
    REFUSED,
    /** The login was refused by the instance. */
    LOGIN_FAILED,
    /** Nothing ran in it for too long. */
    IDLE,
    /** A command was longer than the router lets pass. */
    TOO_LARGE,
    /** A statement that destroys data was found in a text that passed already. */
    GUARD,
    /** The instance closed or broke the connection. */
    BACKEND,
    /** An operator's intent, a moved project or a new primary. */
    TOPOLOGY,
    /** The router stops. */
    STOPPING,
    /** Bytes that are no MySQL. */
    MALFORMED,
    /** A mistake in the router. */
    BUG
}
