package dev.homeport.topology;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a server can do, as its greeting says (MySQL source docs, Protocol::HandshakeV10): the lower
 * 32 bits are MySQL's {@code CLIENT_*} flags, the upper 32 MariaDB's extended ones. Written as
 * {@code 0x} and hexadecimal digits.
 */
public record ServerCapabilities(long bits) {
    private static final long CLIENT_LONG_PASSWORD = 1;
    private static final String PREFIX = "0x";

    /** By bit, as MySQL's and MariaDB's documents call them. */
    private static final List<String> NAMES =
            List.of(
                    "CLIENT_LONG_PASSWORD",
                    "CLIENT_FOUND_ROWS",
                    "CLIENT_LONG_FLAG",
                    "CLIENT_CONNECT_WITH_DB",
                    "CLIENT_NO_SCHEMA",
                    "CLIENT_COMPRESS",
                    "CLIENT_ODBC",
                    "CLIENT_LOCAL_FILES",
                    "CLIENT_IGNORE_SPACE",
                    "CLIENT_PROTOCOL_41",
                    "CLIENT_INTERACTIVE",
                    "CLIENT_SSL",
                    "CLIENT_IGNORE_SIGPIPE",
                    "CLIENT_TRANSACTIONS",
                    "CLIENT_RESERVED",
                    "CLIENT_SECURE_CONNECTION",
                    "CLIENT_MULTI_STATEMENTS",
                    "CLIENT_MULTI_RESULTS",
                    "CLIENT_PS_MULTI_RESULTS",
                    "CLIENT_PLUGIN_AUTH",
                    "CLIENT_CONNECT_ATTRS",
                    "CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA",
                    "CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS",
                    "CLIENT_SESSION_TRACK",
                    "CLIENT_DEPRECATE_EOF",
                    "CLIENT_OPTIONAL_RESULTSET_METADATA",
                    "CLIENT_ZSTD_COMPRESSION_ALGORITHM",
                    "CLIENT_QUERY_ATTRIBUTES",
                    "CLIENT_MULTI_FACTOR_AUTHENTICATION",
                    "CLIENT_CAPABILITY_EXTENSION",
                    "CLIENT_SSL_VERIFY_SERVER_CERT",
                    "CLIENT_REMEMBER_OPTIONS",
                    "MARIADB_CLIENT_PROGRESS",
                    "MARIADB_CLIENT_COM_MULTI",
                    "MARIADB_CLIENT_STMT_BULK_OPERATIONS",
                    "MARIADB_CLIENT_EXTENDED_METADATA",
                    "MARIADB_CLIENT_CACHE_METADATA",
                    "MARIADB_CLIENT_BULK_UNIT_RESULTS");

    /**
     * The capabilities that are written so.
     *
     * @throws IllegalArgumentException if it is no such text
     */
    public static ServerCapabilities parse(String text) {
        if (text.matches(PREFIX + "[0-9a-f]{1,16}")) {
            return new ServerCapabilities(
                    Long.parseUnsignedLong(text.substring(PREFIX.length()), 16));
        }
        throw new IllegalArgumentException(
                "\"%s\" is no set of capabilities: must be 0x and up to 16 hexadecimal digits"
                        .formatted(text));
    }

    /** What all of them have; empty where there is none to ask. */
    public static Optional<ServerCapabilities> common(Stream<ServerCapabilities> all) {
        return all.reduce((one, other) -> new ServerCapabilities(one.bits & other.bits));
    }

    /** The {@code CLIENT_*} flags. */
    public int flags() {
        return (int) bits;
    }

    /** MariaDB's extended flags, from bit 0 on; 0 for MySQL. */
    public int extendedFlags() {
        return (int) (bits >>> Integer.SIZE);
    }

    /** Whether it has all of these bits. */
    public boolean has(long wanted) {
        return (bits & wanted) == wanted;
    }

    /** What this one has and the other one lacks. */
    public ServerCapabilities without(ServerCapabilities other) {
        return new ServerCapabilities(bits & ~other.bits);
    }

    /** What at least one of both has. */
    public ServerCapabilities or(ServerCapabilities other) {
        return new ServerCapabilities(bits | other.bits);
    }

    /**
     * Whose server greets so. MariaDB leaves the first bit off since 10.2, which says that its own
     * bits follow. The version tells less: an operator may set it.
     */
    public Family family() {
        return has(CLIENT_LONG_PASSWORD) ? Family.MYSQL : Family.MARIADB;
    }

    /** The names of all bits that are on, the lowest first. */
    public List<String> names() {
        return LongStream.range(0, Long.SIZE)
                .filter(bit -> has(1L << bit))
                .mapToObj(bit -> bit < NAMES.size() ? NAMES.get((int) bit) : "bit " + bit)
                .toList();
    }

    @Override
    public String toString() {
        return PREFIX + Long.toHexString(bits);
    }
}
