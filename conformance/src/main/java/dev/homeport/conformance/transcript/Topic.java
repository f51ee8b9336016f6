package dev.homeport.conformance.transcript;

import java.util.Locale;

/**
 * What a program has to say something of: steps with this name or names that begin with it and a
 * point. Where its driver has nothing of the kind, it says that.
 */
public enum Topic {
    WRONG_PASSWORD,
    UNKNOWN_SCHEMA,
    LOGIN,
    SERVER_INFO,
    ATTRIBUTES,
    TEXT_VALUES,
    BINARY_VALUES,
    EMPTY_RESULT,
    WIDE_ROW,
    SQL_PREPARE,
    PARAMETERS,
    LONG_DATA,
    HUGE_BLOB,
    MULTI_STATEMENTS,
    PROCEDURES,
    AFFECTED_ROWS,
    LAST_INSERT_ID,
    WARNINGS,
    ERRORS,
    TRANSACTIONS,
    SCHEMA_CHANGE,
    PING,
    RESET,
    CHANGE_USER,
    LOCAL_INFILE,
    STREAMING,
    CANCEL,
    CHARACTER_SETS,
    SESSION_VARIABLES,
    BATCH,
    PIPELINING,
    QUIT;

    /** The first part of the names of its steps. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isTopicOf(String step) {
        return step.equals(id()) || step.startsWith(id() + ".");
    }
}
