package dev.homeport.router.protocol;

/**
 * Capability flags (MySQL source docs, "Capabilities Flags"), with the names that MySQL gives them,
 * and the sets that the router works with. 64 bits: the upper half are MariaDB's own (MariaDB
 * documentation, "Connection Protocol").
 */
public final class Capabilities {
    public static final long CLIENT_LONG_PASSWORD = 1L;
    public static final long CLIENT_FOUND_ROWS = 1L << 1;
    public static final long CLIENT_LONG_FLAG = 1L << 2;
    public static final long CLIENT_CONNECT_WITH_DB = 1L << 3;
    public static final long CLIENT_NO_SCHEMA = 1L << 4;
    public static final long CLIENT_COMPRESS = 1L << 5;
    public static final long CLIENT_ODBC = 1L << 6;
    public static final long CLIENT_LOCAL_FILES = 1L << 7;
    public static final long CLIENT_IGNORE_SPACE = 1L << 8;
    public static final long CLIENT_PROTOCOL_41 = 1L << 9;
    public static final long CLIENT_INTERACTIVE = 1L << 10;
    public static final long CLIENT_SSL = 1L << 11;
    public static final long CLIENT_IGNORE_SIGPIPE = 1L << 12;
    public static final long CLIENT_TRANSACTIONS = 1L << 13;
    public static final long CLIENT_SECURE_CONNECTION = 1L << 15;
    public static final long CLIENT_MULTI_STATEMENTS = 1L << 16;
    public static final long CLIENT_MULTI_RESULTS = 1L << 17;
    public static final long CLIENT_PS_MULTI_RESULTS = 1L << 18;
    public static final long CLIENT_PLUGIN_AUTH = 1L << 19;
    public static final long CLIENT_CONNECT_ATTRS = 1L << 20;
    public static final long CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA = 1L << 21;
    public static final long CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS = 1L << 22;
    public static final long CLIENT_SESSION_TRACK = 1L << 23;
    public static final long CLIENT_DEPRECATE_EOF = 1L << 24;
    public static final long CLIENT_OPTIONAL_RESULTSET_METADATA = 1L << 25;
    public static final long CLIENT_ZSTD_COMPRESSION_ALGORITHM = 1L << 26;
    public static final long CLIENT_QUERY_ATTRIBUTES = 1L << 27;
    public static final long CLIENT_MULTI_FACTOR_AUTHENTICATION = 1L << 28;

    // MariaDB's own, which are spoken while the first bit is off: in the greeting and the response
    // they stand apart, here they are the upper half.
    public static final long MARIADB_CLIENT_PROGRESS = 1L << 32;
    public static final long MARIADB_CLIENT_STMT_BULK_OPERATIONS = 1L << 34;
    public static final long MARIADB_CLIENT_EXTENDED_METADATA = 1L << 35;
    public static final long MARIADB_CLIENT_CACHE_METADATA = 1L << 36;
    public static final long MARIADB_CLIENT_BULK_UNIT_RESULTS = 1L << 37;

    /** Without these a client is too old for the router. */
    public static final long REQUIRED = CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION;

    /** What concerns the login alone and what both families have had for ever. */
    private static final long ALWAYS =
            REQUIRED
                    | CLIENT_PLUGIN_AUTH
                    | CLIENT_LONG_FLAG
                    | CLIENT_CONNECT_WITH_DB
                    | CLIENT_NO_SCHEMA
                    | CLIENT_IGNORE_SIGPIPE
                    | CLIENT_TRANSACTIONS
                    | CLIENT_CONNECT_ATTRS
                    | CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;

    /** What changes framing or content, and both families can have. */
    private static final long COMMON =
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

    private static final long MYSQL_ONLY =
            CLIENT_OPTIONAL_RESULTSET_METADATA
                    | CLIENT_QUERY_ATTRIBUTES
                    | CLIENT_MULTI_FACTOR_AUTHENTICATION;

    private static final long MARIADB_ONLY =
            MARIADB_CLIENT_PROGRESS
                    | MARIADB_CLIENT_STMT_BULK_OPERATIONS
                    | MARIADB_CLIENT_EXTENDED_METADATA
                    | MARIADB_CLIENT_CACHE_METADATA
                    | MARIADB_CLIENT_BULK_UNIT_RESULTS;

    /** What is settled on each leg for itself, and never passes from one to the other. */
    public static final long OF_ONE_LEG =
            CLIENT_SSL | CLIENT_COMPRESS | CLIENT_ZSTD_COMPRESSION_ALGORITHM;

    /** Bits that change framing or content: both legs must agree on them. */
    public static final long SAME_ON_BOTH_LEGS = COMMON | MYSQL_ONLY | MARIADB_ONLY;

    /**
     * What is offered while nobody knows what the instances have: everything that both families
     * have had since MySQL 5.7 and MariaDB 10.2. The first bit is on, so that no MariaDB bits are
     * spoken.
     */
    public static final long CAUTIOUS = ALWAYS | COMMON | CLIENT_LONG_PASSWORD;

    /** What is offered at most where all instances are MySQL. */
    public static final long MYSQL = ALWAYS | COMMON | MYSQL_ONLY | CLIENT_LONG_PASSWORD;

    /** What is offered at most where all instances are MariaDB. The first bit is off. */
    public static final long MARIADB = ALWAYS | COMMON | MARIADB_ONLY;

    private Capabilities() {}

    public static boolean has(long flags, long wanted) {
        return (flags & wanted) == wanted;
    }

    /**
     * What can be offered where the instances have these: of {@code most} everything that concerns
     * the router alone, and of what both legs must agree on that which they have.
     */
    public static long offer(long most, long instances) {
        return most & (instances | ~SAME_ON_BOTH_LEGS);
    }

    /** The flags of a greeting or response, from the words in which they stand there. */
    static long join(int lower, int mariaDb) {
        long flags = Integer.toUnsignedLong(lower);
        return has(flags, CLIENT_LONG_PASSWORD) ? flags : flags | ((long) mariaDb << 32);
    }

    /**
     * MariaDB's own flags, as they stand in a greeting or response; 0 while they are not spoken.
     */
    static int mariaDb(long flags) {
        return has(flags, CLIENT_LONG_PASSWORD) ? 0 : (int) (flags >>> 32);
    }
}
