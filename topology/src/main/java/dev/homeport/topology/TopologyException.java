package dev.homeport.topology;

/**
 * A write to the fleet's records that was not carried out, and the records are as they were; or,
 * where the message of an {@code UNAVAILABLE} says that it is not known, perhaps was.
 */
public final class TopologyException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** What stood in the way. */
    public enum Reason {
        /** ZooKeeper is away, or did not answer in time; whether it was written may be unknown. */
        UNAVAILABLE,
        /** What was asked contradicts what stands there; asking again unchanged will not help. */
        CONFLICT,
        NOT_FOUND,
        /** The value breaks a rule. */
        INVALID
    }

    public TopologyException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public TopologyException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
