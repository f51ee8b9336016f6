package dev.homeport.router.admin;

/** What an operator may do to a cluster. */
enum IntentVerb {
    /** Place no new project on it, touch nothing that runs. */
    CORDON,
    UNCORDON,
    /** Let its sessions finish, up to a deadline. */
    DRAIN,
    /** Refuse, close. */
    OFFLINE,
    /** Back to what it was before draining or offline. */
    ONLINE;

    /** Whether it ends sessions, so that a deadline and a time to come back make sense. */
    boolean endsSessions() {
        return this == DRAIN || this == OFFLINE;
    }
}
