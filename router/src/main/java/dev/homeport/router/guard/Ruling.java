package dev.homeport.router.guard;

/** Why the guard let a statement pass, or that it did not. */
public enum Ruling {
    /** The rules say so. */
    ALLOWED,
    /** The rules are stricter, but the guard only observes. */
    OBSERVED,
    /** What it destroys is kept. */
    KEPT,
    /** An operator's approval was used. */
    APPROVED,
    /** The rules say so, and an announcement speaks of it. */
    ANNOUNCED,
    /** It did not pass. */
    REFUSED
}
