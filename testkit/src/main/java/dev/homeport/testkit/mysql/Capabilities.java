package dev.homeport.testkit.mysql;

/**
 * Capability flags, status flags and command bytes that the test client and the fake server use, by
 * their names in the MySQL source docs.
 */
public final class Capabilities {
    public static final long CLIENT_LONG_PASSWORD = 1;
    public static final long CLIENT_FOUND_ROWS = 1 << 1;
    public static final long CLIENT_LONG_FLAG = 1 << 2;
    public static final long CLIENT_CONNECT_WITH_DB = 1 << 3;
    public static final long CLIENT_COMPRESS = 1 << 5;
    public static final long CLIENT_LOCAL_FILES = 1 << 7;
    public static final long CLIENT_PROTOCOL_41 = 1 << 9;
    public static final long CLIENT_SSL = 1 << 11;
    public static final long CLIENT_TRANSACTIONS = 1 << 13;
    public static final long CLIENT_SECURE_CONNECTION = 1 << 15;
    public static final long CLIENT_MULTI_STATEMENTS = 1 << 16;
    public static final long CLIENT_MULTI_RESULTS = 1 << 17;
    public static final long CLIENT_PS_MULTI_RESULTS = 1 << 18;
    public static final long CLIENT_PLUGIN_AUTH = 1 << 19;
    public static final long CLIENT_CONNECT_ATTRS = 1 << 20;
    public static final long CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21;
    public static final long CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS = 1 << 22;
    public static final long CLIENT_SESSION_TRACK = 1 << 23;
    public static final long CLIENT_DEPRECATE_EOF = 1 << 24;
    public static final long CLIENT_OPTIONAL_RESULTSET_METADATA = 1 << 25;
    public static final long CLIENT_ZSTD_COMPRESSION_ALGORITHM = 1 << 26;
    public static final long CLIENT_QUERY_ATTRIBUTES = 1 << 27;

    // MariaDB's own, which the packets have apart from the others and only while bit 0 is off.
    public static final long MARIADB_CLIENT_PROGRESS = 1L << 32;
    public static final long MARIADB_CLIENT_STMT_BULK_OPERATIONS = 1L << 34;
    public static final long MARIADB_CLIENT_EXTENDED_METADATA = 1L << 35;
    public static final long MARIADB_CLIENT_CACHE_METADATA = 1L << 36;
    public static final long MARIADB_CLIENT_BULK_UNIT_RESULTS = 1L << 37;

    /** What an ordinary driver asks for. */
    public static final long USUAL =
            CLIENT_LONG_PASSWORD
                    | CLIENT_LONG_FLAG
                    | CLIENT_PROTOCOL_41
                    | CLIENT_TRANSACTIONS
                    | CLIENT_SECURE_CONNECTION
                    | CLIENT_MULTI_STATEMENTS
                    | CLIENT_MULTI_RESULTS
                    | CLIENT_PS_MULTI_RESULTS
                    | CLIENT_PLUGIN_AUTH
                    | CLIENT_CONNECT_ATTRS
                    | CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA
                    | CLIENT_DEPRECATE_EOF;

    public static final int SERVER_STATUS_IN_TRANS = 1;
    public static final int SERVER_STATUS_AUTOCOMMIT = 2;
    public static final int SERVER_MORE_RESULTS_EXISTS = 8;

    public static final int COM_QUIT = 0x01;
    public static final int COM_INIT_DB = 0x02;
    public static final int COM_QUERY = 0x03;
    public static final int COM_PING = 0x0e;
    public static final int COM_CHANGE_USER = 0x11;

    private Capabilities() {}
}
