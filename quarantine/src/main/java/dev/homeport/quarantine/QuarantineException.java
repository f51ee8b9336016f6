package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

/** Something could not be set aside, put back or brought back. The tables are as they were. */
public final class QuarantineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public QuarantineException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = requireNonNull(reason, "reason");
    }

    public QuarantineException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }

    /** Why. */
    public enum Reason {
        /** Somebody held a table for too long; trying again may work. */
        LOCKED,
        /** The account may not do what it must; the message names the right. */
        RIGHTS,
        /** The instance does not answer, or is no primary. */
        UNREACHABLE,
        /** Neither that name nor anything like it is held. */
        NOT_FOUND,
        /** Something stands where it would go. */
        OCCUPIED,
        /** The server cannot do it; the message says what. */
        UNSUPPORTED
    }
}
