package dev.homeport.router.admin;

/** What a token may do. Each role may do all that the ones before it may. */
enum Role {
    /** Reads. */
    VIEWER,
    /** Changes intents, places projects and takes them offline. */
    OPERATOR,
    /** Changes what clusters are and where new projects go. */
    ADMIN;

    boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }
}
