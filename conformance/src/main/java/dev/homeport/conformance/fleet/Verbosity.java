package dev.homeport.conformance.fleet;

/** How much routers log. */
public enum Verbosity {
    USUAL,
    /** At level TRACE, their libraries too. */
    EVERYTHING
}
