package dev.homeport.cli;

/** A command ends here: one text for people, one number for scripts. */
class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    CommandException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    final int exitCode() {
        return exitCode;
    }
}
