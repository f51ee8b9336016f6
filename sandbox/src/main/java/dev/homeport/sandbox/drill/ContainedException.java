package dev.homeport.sandbox.drill;

/** The project was refused in the midst of a script: containment was faster than the script. */
final class ContainedException extends Exception {
    private static final long serialVersionUID = 1;

    ContainedException(String refusal) {
        super(refusal);
    }
}
