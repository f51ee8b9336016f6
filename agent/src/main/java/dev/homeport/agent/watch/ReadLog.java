package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.GtidPosition;

/** What of the primary's log was read, for whoever compares inventories with it. */
interface ReadLog {
    /** What of the log was not read since the inventory in force. From the mildest to the worst. */
    enum Gap {
        NONE,
        /** A part that another agent has judged. */
        JUDGED,
        /** A part that nobody has read. */
        UNREAD
    }

    /** Whether this agent leads, and follows the primary, with or without a log to read. */
    boolean isFollowing();

    /** Whether there is a log that is read. */
    boolean isReading();

    /** Whether the log was read up to there; not where none is read. */
    boolean hasReached(GtidPosition position);

    /** The gap since the last inventory was adopted. */
    Gap gap();

    /** An inventory was taken behind all gaps, and is in force. */
    void gapIsClosed();
}
