package dev.homeport.quarantine;

import java.util.Locale;

/** Where a table is that was set aside. */
public enum HeldState {
    /** It is about to be set aside. */
    PREPARING,
    /** It is set aside, and the statement may be running. */
    ASIDE,
    /** The statement is over, and something is left to do. */
    SETTLING,
    /** The statement has run: it is in quarantine. */
    HELD,
    /** It is on its way back to where somebody wants it. */
    RESTORING,
    /** Somebody brought it back. */
    RESTORED,
    /** Its time was over. */
    PURGED,
    /** The statement did not destroy it: it went back at once. */
    RETURNED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static HeldState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
