package dev.homeport.topology;

/** How a statement can destroy data. What the guard's rules name; docs/guard.md has examples. */
public enum StatementClass {
    /** {@code DROP TABLE}, temporary tables and sequences included: what it is the server knows. */
    DROP_TABLE,
    /** {@code DROP DATABASE}. */
    DROP_DATABASE,
    /** {@code TRUNCATE TABLE}. */
    TRUNCATE,
    /** MariaDB's {@code CREATE OR REPLACE TABLE}, which drops what stood there. */
    REPLACE_TABLE,
    /** {@code ALTER TABLE … DROP COLUMN}. */
    DROP_COLUMN,
    /** {@code ALTER TABLE … DROP | TRUNCATE PARTITION}. */
    DROP_PARTITION,
    /** {@code ALTER TABLE … DISCARD TABLESPACE}. */
    DISCARD_TABLESPACE,
    /** {@code DELETE} without a WHERE. */
    DELETE_ALL,
    /** {@code UPDATE} without a WHERE. */
    UPDATE_ALL,
    /** {@code PURGE … LOGS} and {@code RESET} of logs or replication. */
    PURGE_LOGS,
    SHUTDOWN,
    DROP_USER,
    /** What it does cannot be known from its text: {@code CALL}, {@code PREPARE … FROM @v}. */
    OPAQUE;

    /** Which classes can be quarantined, for messages. */
    static final String QUARANTINE_RULE =
            "only what drop-table, drop-database, truncate and replace-table take away can be kept";

    /** Whether what such a statement takes away is a whole table, which can be set aside. */
    public boolean canBeQuarantined() {
        return switch (this) {
            case DROP_TABLE, DROP_DATABASE, TRUNCATE, REPLACE_TABLE -> true;
            default -> false;
        };
    }
}
