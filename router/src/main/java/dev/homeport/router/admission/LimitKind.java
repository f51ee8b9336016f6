package dev.homeport.router.admission;

/** What is counted. */
public enum LimitKind {
    CONNECTIONS,
    ADDRESS,
    PROJECT,
    USER
}
