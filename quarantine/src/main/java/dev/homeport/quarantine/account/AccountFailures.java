package dev.homeport.quarantine.account;

import java.sql.SQLException;

/** What may be said of a failure of an account's connection. */
public final class AccountFailures {
    private AccountFailures() {}

    /**
     * In few words that stay the same while the cause does. The server's and the driver's own texts
     * are not passed on: they can quote the statement.
     */
    public static String words(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TlsRefusedException refused) {
                return refused.getMessage();
            }
        }
        return "error " + failure.getErrorCode();
    }
}
