package dev.homeport.topology;

/** Where a project is in its life. Everything but {@link #SERVING} limits its sessions. */
public enum ProjectState {
    /** Its record stands, its schema is being made on the home cluster. */
    PROVISIONING,
    SERVING,
    MOVING,
    OFFLINE,
    RESTORING,
    /** A tombstone: refuses logins, and is never placed anew by itself. */
    DELETED
}
