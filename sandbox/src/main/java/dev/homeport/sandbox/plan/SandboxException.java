package dev.homeport.sandbox.plan;

/** The sandbox cannot be started or asked. The message is one line that a person can act on. */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SandboxException(String message) {
        super(message);
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
