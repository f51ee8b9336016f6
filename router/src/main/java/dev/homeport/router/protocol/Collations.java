package dev.homeport.router.protocol;

/** Ids of collations, which stand for a character set too. */
public final class Collations {
    private static final int UTF8MB3_GENERAL_CI = 33;
    private static final int UTF8MB4_GENERAL_CI = 45;
    private static final int UTF8MB4_0900_AI_CI = 255;
    private static final int MARIADB_NOPAD = 0x400;
    private static final int MARIADB_UCA1400_UTF8MB3 = 0x800;
    private static final int OF_ONE_CHARACTER_SET = 0x100;

    private static final int ASCII_GENERAL_CI = 11;
    private static final int UTF8MB4_BIN = 46;
    private static final int ASCII_BIN = 65;
    private static final int UTF8MB3_TOLOWER_CI = 76;
    private static final int UTF8MB3_BIN = 83;

    /** From here on there is UTF-8 only, of either length. */
    private static final int FIRST_UTF8_UNICODE = 192;

    private Collations() {}

    /** Whether texts of that collation are UTF-8 or ASCII (INFORMATION_SCHEMA.COLLATIONS). */
    public static boolean isUtf8(int id) {
        return switch (id) {
            case ASCII_GENERAL_CI,
                    UTF8MB3_GENERAL_CI,
                    UTF8MB4_GENERAL_CI,
                    UTF8MB4_BIN,
                    ASCII_BIN,
                    UTF8MB3_TOLOWER_CI,
                    UTF8MB3_BIN ->
                    true;
            default -> id >= FIRST_UTF8_UNICODE && !isGb18030(id);
        };
    }

    private static boolean isGb18030(int id) {
        return id >= 248 && id <= 250;
    }

    /**
     * What stands for a collation of MySQL in a handshake response, where there is one byte for it:
     * a collation of the same character set, and what is above 255 is all utf8mb4.
     *
     * @param id two bytes, as in COM_CHANGE_USER
     */
    public static int ofMySqlLogin(int id) {
        return id <= 0xff ? id : UTF8MB4_0900_AI_CI;
    }

    /** The same of MariaDB, which numbers by character set (mysys/charset-def.c). */
    public static int ofMariaDbLogin(int id) {
        if (id <= 0xff) {
            return id;
        }
        return switch (id & -OF_ONE_CHARACTER_SET) {
            case MARIADB_NOPAD -> id & 0xff;
            case MARIADB_UCA1400_UTF8MB3 -> UTF8MB3_GENERAL_CI;
            default -> UTF8MB4_GENERAL_CI; // the only others that a client may have
        };
    }
}
