package dev.homeport.router.protocol;

/**
 * Capability flags (MySQL source docs, "Capabilities Flags"), with the names that MySQL gives them,
 * and the sets that the router works with.
 */
public final class Capabilities {
    public static final int CLIENT_LONG_PASSWORD = 1;
    public static final int CLIENT_FOUND_ROWS = 1 << 1;
    public static final int CLIENT_LONG_FLAG = 1 << 2;
    public static final int CLIENT_CONNECT_WITH_DB = 1 << 3;
    public static final int CLIENT_NO_SCHEMA = 1 << 4;
    public static final int CLIENT_COMPRESS = 1 << 5;
    public static final int CLIENT_ODBC = 1 << 6;
    public static final int CLIENT_LOCAL_FILES = 1 << 7;
    public static final int CLIENT_IGNORE_SPACE = 1 << 8;
    public static final int CLIENT_PROTOCOL_41 = 1 << 9;
    public static final int CLIENT_INTERACTIVE = 1 << 10;
    public static final int CLIENT_SSL = 1 << 11;
    public static final int CLIENT_IGNORE_SIGPIPE = 1 << 12;
    public static final int CLIENT_TRANSACTIONS = 1 << 13;
    public static final int CLIENT_SECURE_CONNECTION = 1 << 15;
    public static final int CLIENT_MULTI_STATEMENTS = 1 << 16;
    public static final int CLIENT_MULTI_RESULTS = 1 << 17;
    public static final int CLIENT_PS_MULTI_RESULTS = 1 << 18;
    public static final int CLIENT_PLUGIN_AUTH = 1 << 19;
    public static final int CLIENT_CONNECT_ATTRS = 1 << 20;
    public static final int CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21;
    public static final int CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS = 1 << 22;
    public static final int CLIENT_SESSION_TRACK = 1 << 23;
    public static final int CLIENT_DEPRECATE_EOF = 1 << 24;

    /**
     * What the router offers: everything that both families have had since MySQL 5.7 and MariaDB
     * 10.2, without compression and TLS, which the router would have to end itself. The first bit
     * (MariaDB calls it CLIENT_MYSQL) stays on, so that no MariaDB bits are spoken.
     */
    public static final int OFFERED =
            CLIENT_LONG_PASSWORD
                    | CLIENT_FOUND_ROWS
                    | CLIENT_LONG_FLAG
                    | CLIENT_CONNECT_WITH_DB
                    | CLIENT_NO_SCHEMA
                    | CLIENT_ODBC
                    | CLIENT_LOCAL_FILES
                    | CLIENT_IGNORE_SPACE
                    | CLIENT_PROTOCOL_41
                    | CLIENT_INTERACTIVE
                    | CLIENT_IGNORE_SIGPIPE
                    | CLIENT_TRANSACTIONS
                    | CLIENT_SECURE_CONNECTION
                    | CLIENT_MULTI_STATEMENTS
                    | CLIENT_MULTI_RESULTS
                    | CLIENT_PS_MULTI_RESULTS
                    | CLIENT_PLUGIN_AUTH
                    | CLIENT_CONNECT_ATTRS
                    | CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA
                    | CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS
                    | CLIENT_SESSION_TRACK
                    | CLIENT_DEPRECATE_EOF;

    /** Bits that change framing or content: both legs must agree on them. */
    public static final int SAME_ON_BOTH_LEGS =
            CLIENT_FOUND_ROWS
                    | CLIENT_ODBC
                    | CLIENT_LOCAL_FILES
                    | CLIENT_IGNORE_SPACE
                    | CLIENT_INTERACTIVE
                    | CLIENT_MULTI_STATEMENTS
                    | CLIENT_MULTI_RESULTS
                    | CLIENT_PS_MULTI_RESULTS
                    | CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS
                    | CLIENT_SESSION_TRACK
                    | CLIENT_DEPRECATE_EOF;

    /** Without these a client is too old for the router. */
    public static final int REQUIRED =
            CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH;

    private Capabilities() {}

    public static boolean has(int flags, int wanted) {
        return (flags & wanted) == wanted;
    }
}
