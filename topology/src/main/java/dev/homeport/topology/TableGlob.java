package dev.homeport.topology;

import java.util.Optional;

/**
 * A pattern of tables: {@code table}, in whatever schema, or {@code schema.table}, split at the
 * first dot; each part is a {@link Glob}. A statement that names a schema and no table ({@code DROP
 * DATABASE}) has an empty table, which only stars match.
 *
 * @param schema empty where any will do
 */
public record TableGlob(Optional<Glob> schema, Glob table) {
    /**
     * The pattern that is written so.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static TableGlob parse(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new TableGlob(Optional.empty(), new Glob(text))
                : new TableGlob(
                        Optional.of(new Glob(text.substring(0, dot))),
                        new Glob(text.substring(dot + 1)));
    }

    public boolean matches(TableName name) {
        return table.matches(name.table())
                && (schema.isEmpty() || schema.get().matches(name.schema()));
    }

    /** As it was written. */
    @Override
    public String toString() {
        return schema.map(one -> one + ".").orElse("") + table;
    }
}
