package dev.homeport.quarantine.account;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/**
 * There is no connection because instance and daemon do not agree on TLS, as far as that can be
 * told. The message, without secrets, names what is wrong and what would be right, and stays the
 * same while that does; code and SQLSTATE are those of the cause.
 */
public final class TlsRefusedException extends SQLNonTransientConnectionException {
    private static final long serialVersionUID = 1L;

    TlsRefusedException(String message, SQLException cause) {
        super(message, cause.getSQLState(), cause.getErrorCode(), cause);
    }
}
