package dev.homeport.cli;

/** What the command tells scripts when it ends. */
final class ExitCode {
    /** Done, or already so. */
    static final int OK = 0;

    /** The router understood and did not do it; the text says why. */
    static final int REFUSED = 1;

    /** The command line or the settings around it make no sense. */
    static final int USAGE = 2;

    /** No router answered. Whether a change was carried out may be unknown: ask again. */
    static final int UNREACHABLE = 3;

    /** The token is missing, unknown, or not allowed to. */
    static final int UNAUTHORIZED = 4;

    /** Nobody said yes, so nothing was done. */
    static final int NOT_CONFIRMED = 5;

    /** Somebody else has changed the record meanwhile; it was not written. */
    static final int CONFLICT = 6;

    private ExitCode() {}
}
