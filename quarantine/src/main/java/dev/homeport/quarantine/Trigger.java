package dev.homeport.quarantine;

import dev.homeport.topology.TableName;

/**
 * A trigger, with everything that {@code CREATE TRIGGER} takes from its session.
 *
 * @param definer as it stands after {@code DEFINER=}
 * @param create the whole statement as the server shows it; names in it may lack the schema
 */
record Trigger(
        String name,
        String definer,
        String timing,
        String event,
        String body,
        String create,
        String sqlMode,
        String charset,
        String collation) {
    /** The statement for a table with another name. */
    String createOn(TableName table) {
        return "CREATE DEFINER=%s TRIGGER %s %s %s ON %s FOR EACH ROW %s"
                .formatted(
                        definer,
                        new TableName(table.schema(), name).quoted(),
                        timing,
                        event,
                        table.quoted(),
                        body);
    }

    /** What stands after {@code DEFINER=} in a statement that the server shows. */
    static String definerOf(String create) {
        int start = create.indexOf("DEFINER=") + "DEFINER=".length();
        int end = CreateTable.endOfQuoted(create, start);
        // In double quotes where ANSI_QUOTES was on when it was made.
        return create.startsWith("@`", end) || create.startsWith("@\"", end)
                ? create.substring(start, CreateTable.endOfQuoted(create, end + 1))
                : create.substring(start, end);
    }
}
