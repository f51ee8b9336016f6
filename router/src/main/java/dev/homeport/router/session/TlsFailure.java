package dev.homeport.router.session;

import io.netty.handler.ssl.NotSslRecordException;

/** Why TLS did not come about, for logs. */
final class TlsFailure {
    private static final int MOST_CHARS = 200;

    private TlsFailure() {}

    /** In few words, and without what the peer sent, which may be a login. */
    static String describe(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof NotSslRecordException) {
                return "what the peer sent is no TLS";
            }
        }
        String message = String.valueOf(cause.getMessage());
        return message.length() > MOST_CHARS ? message.substring(0, MOST_CHARS) + "..." : message;
    }
}
