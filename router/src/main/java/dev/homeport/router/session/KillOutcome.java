package dev.homeport.router.session;

/** What came of the id in a KILL; a tag of {@code router.kills}. */
public enum KillOutcome {
    /** A connection of this router. */
    HERE,
    /** A connection of another router. */
    ELSEWHERE,
    /** Nobody has that id. */
    UNKNOWN,
    /** It is not of the asker's project, user and instance. */
    NOT_YOURS,
    /** It may be another router's, and this one has no secret to ask others with. */
    NO_PEER_TOKEN,
    /** The other router does not take this one's secret, or has none. */
    PEER_REFUSED,
    /** The other router cannot be reached, or answers what makes no sense. */
    PEER_AWAY,
    /** The other router did not answer in time. */
    PEER_TIMEOUT,
    /** This router waits for too many answers already. */
    BUSY
}
