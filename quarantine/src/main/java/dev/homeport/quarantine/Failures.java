package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import java.sql.SQLException;
import java.util.Set;

/** What an error of the server means here (MySQL source docs, Error Message Reference). */
final class Failures {
    static final int TABLE_EXISTS = 1050;
    static final int NO_SUCH_TABLE = 1146;
    private static final int CHECK_NAME_TAKEN = 3822;
    private static final int KEY_NAME_TAKEN = 1826;

    /** Among them: somebody dropped it meanwhile, so that there is nothing to set aside. */
    private static final Set<Integer> LOCKED =
            Set.of(1205, 1213, 3572, 1317, 3024, 1969, NO_SUCH_TABLE);

    private static final Set<Integer> RIGHTS =
            Set.of(1044, 1045, 1142, 1143, 1227, 1370, 1419, 1698, 4056, 4107);
    private static final Set<Integer> NOT_PRIMARY = Set.of(1290, 1836, 1792, 3098);

    private Failures() {}

    static QuarantineException of(String what, SQLException e) {
        return new QuarantineException(reason(e), what + ": " + e.getMessage(), e);
    }

    private static Reason reason(SQLException e) {
        int code = e.getErrorCode();
        if (LOCKED.contains(code)) {
            return Reason.LOCKED;
        }
        if (RIGHTS.contains(code)) {
            return Reason.RIGHTS;
        }
        if (code == TABLE_EXISTS) {
            return Reason.OCCUPIED;
        }
        if (NOT_PRIMARY.contains(code) || isConnectionGone(e)) {
            return Reason.UNREACHABLE;
        }
        return Reason.UNSUPPORTED;
    }

    /** Whether the same may work later. */
    static boolean isTransient(SQLException e) {
        Reason reason = reason(e);
        return reason == Reason.LOCKED || reason == Reason.UNREACHABLE;
    }

    static boolean isConnectionGone(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || e.getErrorCode() == 1053;
    }

    /** Whether a constraint's name is taken in the schema where the table went. */
    static boolean isNameTaken(SQLException e) {
        return e.getErrorCode() == CHECK_NAME_TAKEN
                || e.getErrorCode() == KEY_NAME_TAKEN
                || isDuplicateInInnoDb(e);
    }

    /** MariaDB's RENAME and ALTER say no more. */
    private static boolean isDuplicateInInnoDb(SQLException e) {
        boolean isRenameOrCreate = e.getErrorCode() == 1025 || e.getErrorCode() == 1005;
        return isRenameOrCreate && String.valueOf(e.getMessage()).contains("errno: 121");
    }
}
