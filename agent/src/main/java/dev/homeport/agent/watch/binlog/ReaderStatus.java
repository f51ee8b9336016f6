package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

/**
 * How the reading goes.
 *
 * @param detail a few words for people that stay the same while the cause does
 */
public record ReaderStatus(State state, String detail) {
    public static final ReaderStatus CONNECTING = new ReaderStatus(State.CONNECTING, "");
    public static final ReaderStatus STREAMING = new ReaderStatus(State.STREAMING, "");

    public ReaderStatus {
        requireNonNull(state, "state");
        requireNonNull(detail, "detail");
    }

    /** What it does. */
    public enum State {
        /** Connects, or waits to try again. */
        CONNECTING,
        /** Events or heartbeats arrive. */
        STREAMING,
        /** The server refuses: a missing right, a wrong password. It is tried again. */
        REFUSED
    }
}
