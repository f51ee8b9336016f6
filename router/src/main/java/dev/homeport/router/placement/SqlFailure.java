package dev.homeport.router.placement;

import dev.homeport.quarantine.account.TlsRefusedException;
import java.sql.SQLException;

/** What may be said of a failure of the server: its messages can quote the statement. */
final class SqlFailure {
    private SqlFailure() {}

    /** Error code and SQLSTATE of the innermost failure, or what there is to say about TLS. */
    static String text(SQLException failure) {
        SQLException innermost = failure;
        for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
            if (innermost instanceof TlsRefusedException) {
                break;
            }
            if (at instanceof SQLException inner) {
                innermost = inner;
            }
        }
        if (innermost instanceof TlsRefusedException) {
            return innermost.getMessage();
        }
        if (innermost.getErrorCode() > 0) {
            return "error %d, SQLSTATE %s"
                    .formatted(innermost.getErrorCode(), innermost.getSQLState());
        }
        return "no answer";
    }
}
