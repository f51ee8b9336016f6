package dev.homeport.sandbox.drill;

/** The drill cannot be played; says why. */
final class DrillException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DrillException(String message) {
        super(message);
    }

    DrillException(String message, Throwable cause) {
        super(message, cause);
    }
}
