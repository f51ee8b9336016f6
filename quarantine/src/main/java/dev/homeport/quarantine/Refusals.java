package dev.homeport.quarantine;

import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tables a statement would really destroy under {@code foreign_key_checks}. Pure. What is not
 * among them is left where it is, because the server will refuse it: it must see the table and its
 * references to say so.
 */
final class Refusals {
    private Refusals() {}

    /**
     * DROP TABLE. MySQL drops all or nothing, and minds only references from outside of the
     * statement; MariaDB drops one after the other and goes on after one that it refuses.
     *
     * @param tables in the order of the statement
     * @param children for each, the other tables that refer to it
     */
    static List<TableName> dropped(
            Family family, List<TableName> tables, Map<TableName, Set<TableName>> children) {
        if (family == Family.MYSQL) {
            boolean isRefused =
                    tables.stream().anyMatch(table -> !tables.containsAll(children.get(table)));
            return isRefused ? List.of() : tables;
        }
        Set<TableName> gone = new LinkedHashSet<>();
        for (TableName table : tables) {
            if (gone.containsAll(children.get(table))) {
                gone.add(table);
            }
        }
        return List.copyOf(gone);
    }

    /**
     * DROP DATABASE. References inside the schema do not count. MySQL drops all or nothing, MariaDB
     * leaves the tables that others refer to.
     */
    static List<TableName> droppedWithSchema(
            Family family, List<TableName> tables, Map<TableName, Set<TableName>> children) {
        List<TableName> dropped = new ArrayList<>(tables);
        dropped.removeIf(
                table ->
                        children.get(table).stream()
                                .anyMatch(child -> !child.schema().equals(table.schema())));
        return family == Family.MYSQL && dropped.size() < tables.size() ? List.of() : dropped;
    }
}
