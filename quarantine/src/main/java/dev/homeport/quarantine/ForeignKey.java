package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.util.regex.Pattern;

/**
 * A foreign key as it was before anything moved.
 *
 * @param name of the constraint
 * @param columns as they stand after {@code FOREIGN KEY}, in parentheses
 * @param parent the table that it refers to
 * @param rest the columns there and what is to happen
 */
record ForeignKey(String name, String columns, TableName parent, String rest) {
    private static final String GENERATED = "_ibfk_";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]+");
    private static final String MIDDLE = " FOREIGN KEY ";
    private static final String REFERENCES = " REFERENCES ";

    /**
     * @param definition as {@code SHOW CREATE TABLE} has it
     * @param schema of the table, which is left out there where the parent's is the same
     */
    static ForeignKey parse(String definition, String schema) {
        int nameStart = definition.indexOf('`');
        int nameEnd = CreateTable.endOfQuoted(definition, nameStart);
        int columns = nameEnd + MIDDLE.length();
        int columnsEnd = endOfParentheses(definition, columns);
        int first = columnsEnd + REFERENCES.length();
        int firstEnd = CreateTable.endOfQuoted(definition, first);
        boolean isQualified = definition.startsWith(".`", firstEnd);
        int end = isQualified ? CreateTable.endOfQuoted(definition, firstEnd + 1) : firstEnd;
        String one = unquoted(definition, first, firstEnd);
        TableName parent =
                isQualified
                        ? new TableName(one, unquoted(definition, firstEnd + 1, end))
                        : new TableName(schema, one);
        return new ForeignKey(
                unquoted(definition, nameStart, nameEnd),
                definition.substring(columns, columnsEnd),
                parent,
                definition.substring(end).strip());
    }

    private static int endOfParentheses(String text, int start) {
        int i = start;
        while (text.charAt(i) != ')') {
            i = text.charAt(i) == '`' ? CreateTable.endOfQuoted(text, i) : i + 1;
        }
        return i + 1;
    }

    private static String unquoted(String text, int start, int end) {
        return text.substring(start + 1, end - 1).replace("``", "`");
    }

    /**
     * Whether renaming a table of that name with this key on it writes beyond a buffer: InnoDB
     * renames a key with a name like a generated one in a buffer whose size it takes from another
     * encoding of the table's name (MariaDB 10.11.19 died of it; dict_table_rename_in_cache).
     */
    boolean isFragile(String table) {
        return name.startsWith(table + GENERATED) && !PLAIN.matcher(table).matches();
    }

    /** The same under the name that makes the server rename it back with its table. */
    ForeignKey movedWith(String table, String newTable) {
        return new ForeignKey(newTable + name.substring(table.length()), columns, parent, rest);
    }

    /** As it stands after ADD, referring to that table. */
    String clause(TableName to) {
        return "CONSTRAINT " + TableName.quoted(name) + " " + unnamedClause(to);
    }

    /** Likewise, but the server makes up a name. */
    String unnamedClause(TableName to) {
        return "FOREIGN KEY %s REFERENCES %s %s".formatted(columns, to.quoted(), rest).strip();
    }
}
