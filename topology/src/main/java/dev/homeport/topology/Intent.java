package dev.homeport.topology;

/** What an operator wants of a cluster. Independent of its health. */
public enum Intent {
    /** Serves, and takes new projects. */
    ACTIVE,
    /** Serves, and takes no new projects. */
    CORDONED,
    /** Running transactions end, idle sessions are closed, no new ones; takes no new projects. */
    DRAINING,
    /** Refuses its residents; takes no new projects. */
    OFFLINE
}
