package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

/**
 * A table in a schema, spelled as the statement or the server spelled it, without quotes. Whether
 * case matters is up to the server that has it.
 */
public record TableName(String schema, String table) implements Comparable<TableName> {
    /** What either may have at most, in characters. */
    public static final int MOST_CHARS = 64;

    /** What statements have that name neither, such as {@code SHUTDOWN}. */
    public static final TableName NONE = new TableName("", "");

    public TableName {
        requireNonNull(schema, "schema");
        requireNonNull(table, "table");
    }

    /** As it stands in SQL, in backticks. */
    public String quoted() {
        return quoted(schema) + "." + quoted(table);
    }

    /** One name in backticks. */
    public static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : table.compareTo(other.table);
    }

    @Override
    public String toString() {
        return schema + "." + table;
    }
}
