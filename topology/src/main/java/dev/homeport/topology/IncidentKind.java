package dev.homeport.topology;

/** What kind of thing is wrong with the data. */
public enum IncidentKind {
    /** Tables or rows are gone that nobody said would go. */
    DATA_LOSS,
    /** A statement looked like a mistake; what it named is kept. Limits nothing by itself. */
    SUSPICIOUS_DROP
}
