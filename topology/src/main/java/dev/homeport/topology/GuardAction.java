package dev.homeport.topology;

/** What a rule of the guard does with a statement. From the mildest to the strictest. */
public enum GuardAction {
    /** It passes. */
    ALLOW,
    /** It passes, and is recorded. */
    LOG,
    /** It passes, and what it would have destroyed is kept. */
    QUARANTINE,
    /** It passes where an operator's approval made before covers it, and is refused elsewhere. */
    APPROVE,
    REFUSE
}
