package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What came back of a whole schema, and what did not.
 *
 * @param back what it had beside tables, in words
 */
public record SchemaReport(
        String schema, List<UndropReport> tables, List<String> back, List<String> missing) {
    public SchemaReport {
        requireNonNull(schema, "schema");
        tables = List.copyOf(tables);
        back = List.copyOf(back);
        missing = List.copyOf(missing);
    }
}
