package dev.homeport.router.placement;

import java.sql.SQLException;

/** What may be said of a failure of the server: its messages can quote the statement. */
final class SqlFailure {
    private SqlFailure() {}

    /** Error code and SQLSTATE of the innermost failure. */
    static String text(SQLException failure) {
        SQLException innermost = failure;
        for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
            if (at instanceof SQLException inner) {
                innermost = inner;
            }
        }
        if (innermost.getErrorCode() > 0) {
            return "error %d, SQLSTATE %s"
                    .formatted(innermost.getErrorCode(), innermost.getSQLState());
        }
        return "no answer";
    }
}
