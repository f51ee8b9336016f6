package dev.homeport.testkit.process;

/**
 * A real server could not be started, asked or stopped. The message is one a person can act on: it
 * names the server, what is wrong, and the log where there is one.
 */
public final class ServerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ServerException(String message) {
        super(message);
    }

    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
