package dev.homeport.router.guard.sql;

/**
 * What a session's settings say of how its texts are read. What is not known here is read every way
 * that it could be, and the strictest reading counts.
 *
 * @param multiStatements whether several statements may stand in one text
 * @param backslashEscapes whether a backslash escapes in literals; the server says so with each
 *     answer (SERVER_STATUS_NO_BACKSLASH_ESCAPES)
 * @param mariadb whether the server is a MariaDB, whose own comments are code
 * @param serverVersion as executable comments count it: 101119 for 10.11.19, 80036 for 8.0.36; 0
 *     where it is not known
 * @param utf8 whether the client's character set is known to be UTF-8 or ASCII; in others a byte
 *     above ASCII may be a blank, or swallow the backslash behind it
 */
public record Reading(
        boolean multiStatements,
        boolean backslashEscapes,
        boolean mariadb,
        int serverVersion,
        boolean utf8) {
    /** With a version that is not known, in UTF-8. */
    public Reading(boolean multiStatements, boolean backslashEscapes, boolean mariadb) {
        this(multiStatements, backslashEscapes, mariadb, 0, true);
    }

    /** For what is prepared: there only one statement may stand. */
    public Reading single() {
        return new Reading(false, backslashEscapes, mariadb, serverVersion, utf8);
    }

    /**
     * The number of a version as a server tells it in its handshake, such as {@code
     * 5.5.5-10.11.19-MariaDB}; 0 if it cannot be read.
     */
    public static int versionNumber(String version) {
        // MariaDB puts this in front for replicas that know no second digit.
        String own = version.startsWith("5.5.5-") ? version.substring(6) : version;
        int number = 0;
        int at = 0;
        for (int part = 0; part < 3; part++) {
            int value = 0;
            int from = at;
            while (at < own.length() && isDigit(own.charAt(at)) && at - from < 2) {
                value = 10 * value + own.charAt(at) - '0';
                at++;
            }
            boolean isLast = part == 2;
            if (at == from || (!isLast && (at >= own.length() || own.charAt(at) != '.'))) {
                return 0;
            }
            number = 100 * number + value;
            at++;
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
