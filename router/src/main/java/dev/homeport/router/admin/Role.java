package dev.homeport.router.admin;

/** What a token may do. Each role but the first may do all that the ones before it may. */
enum Role {
    /** Another router: asks whose a connection is, and nothing else. Nobody else may ask that. */
    PEER,
    /** Reads. */
    VIEWER,
    /** Changes intents, places projects and takes them offline. */
    OPERATOR,
    /** Changes what clusters are and where new projects go. */
    ADMIN;

    boolean includes(Role needed) {
        boolean isOfPeers = this == PEER || needed == PEER;
        return isOfPeers ? this == needed : compareTo(needed) >= 0;
    }
}
