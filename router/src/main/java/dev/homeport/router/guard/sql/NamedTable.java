package dev.homeport.router.guard.sql;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A name as a statement spells it, without quotes.
 *
 * @param schema empty where the statement leaves it to the session
 */
public record NamedTable(Optional<String> schema, String table) {
    public NamedTable {
        requireNonNull(schema, "schema");
        requireNonNull(table, "table");
    }
}
