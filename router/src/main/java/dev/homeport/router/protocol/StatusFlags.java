package dev.homeport.router.protocol;

/** Server status flags (MySQL source docs, "SERVER_STATUS_flags_enum") that the router looks at. */
public final class StatusFlags {
    public static final int SERVER_STATUS_IN_TRANS = 0x0001;
    public static final int SERVER_STATUS_AUTOCOMMIT = 0x0002;
    public static final int SERVER_MORE_RESULTS_EXISTS = 0x0008;
    public static final int SERVER_STATUS_CURSOR_EXISTS = 0x0040;
    public static final int SERVER_STATUS_NO_BACKSLASH_ESCAPES = 0x0200;

    private StatusFlags() {}
}
