package dev.homeport.quarantine;

import dev.homeport.topology.TableName;

/**
 * A line of the catalogue with what is needed to move the table.
 *
 * @param operation the id of the first table that was set aside for the same statement
 * @param schemaId of the line about the schema that was dropped with it; 0 for none
 * @param server on which it was set aside, and since when that runs
 * @param kind TABLE or SEQUENCE
 * @param identity of its stand-in where that is a copy of it; empty where it has a mark
 * @param target where it is being restored to; where it was otherwise
 */
record Entry(
        HeldTable table,
        long operation,
        long schemaId,
        String server,
        NameKind kind,
        String identity,
        String create,
        Recorded recorded,
        TableName target) {
    long id() {
        return table.id();
    }

    TableName live() {
        return table.table();
    }

    TableName kept() {
        return table.kept();
    }

    TableName standIn() {
        return Places.standIn(id());
    }

    /** Whether its stand-in is an empty copy of it, which the statement leaves under its name. */
    boolean isCopied() {
        return !identity.isEmpty();
    }
}
