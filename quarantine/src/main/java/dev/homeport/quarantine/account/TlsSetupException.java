package dev.homeport.quarantine.account;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import javax.net.ssl.SSLException;

/** TLS cannot even be tried: a file or a record cannot be used. */
final class TlsSetupException extends SSLException {
    private static final long serialVersionUID = 1L;

    TlsSetupException(String message, Exception cause) {
        super(message + ": " + reason(cause), cause);
    }

    /** Of these the message is the path alone. */
    private static String reason(Exception cause) {
        return switch (cause) {
            case NoSuchFileException e -> "there is no file " + e.getMessage();
            case AccessDeniedException e -> "this process may not read " + e.getMessage();
            default -> cause.getMessage();
        };
    }
}
