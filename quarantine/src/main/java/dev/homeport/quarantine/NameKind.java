package dev.homeport.quarantine;

/** What stands under a name, temporary tables aside. */
public enum NameKind {
    /** Nothing that the account can see. */
    NOTHING,
    /** A table with rows: also a system-versioned or partitioned one. */
    TABLE,
    /** MariaDB's sequence, which DROP TABLE drops as well. */
    SEQUENCE,
    VIEW
}
