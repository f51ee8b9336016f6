package dev.homeport.cli;

/** There is no router to ask, or none that can be connected to. Nothing was sent to any. */
final class NoRouterException extends CommandException {
    private static final long serialVersionUID = 1;

    NoRouterException(int exitCode, String message) {
        super(exitCode, message);
    }
}
