package dev.homeport.router.protocol;

/** Ids of collations, which stand for a character set too. */
public final class Collations {
    private static final int UTF8MB3_GENERAL_CI = 33;
    private static final int UTF8MB4_GENERAL_CI = 45;
    private static final int UTF8MB4_0900_AI_CI = 255;
    private static final int MARIADB_NOPAD = 0x400;
    private static final int MARIADB_UCA1400_UTF8MB3 = 0x800;
    private static final int OF_ONE_CHARACTER_SET = 0x100;

    private Collations() {}

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
