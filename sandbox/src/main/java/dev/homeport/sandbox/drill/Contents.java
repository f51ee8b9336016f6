package dev.homeport.sandbox.drill;

import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Rows;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was in some tables at one moment. Of tables that do not exist there is nothing.
 *
 * @param tables by name
 */
record Contents(Map<String, Table> tables) {
    /**
     * What was in one table.
     *
     * @param checksum as {@code CHECKSUM TABLE} has it
     * @param rows by tenant
     */
    record Table(String checksum, Map<String, Long> rows) {
        Table {
            rows = Collections.unmodifiableMap(new TreeMap<>(rows));
        }
    }

    Contents {
        tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    }

    /** Looks at all tables of a schema whose names are among those. */
    static Contents of(MySqlTestClient server, String schema, Collection<String> names)
            throws IOException {
        Map<String, Table> tables = new TreeMap<>();
        for (List<String> row : rows(server, "SHOW TABLES FROM `%s`".formatted(schema))) {
            String name = row.getFirst();
            if (names.contains(name)) {
                tables.put(name, table(server, "`%s`.`%s`".formatted(schema, name)));
            }
        }
        return new Contents(tables);
    }

    private static Table table(MySqlTestClient server, String name) throws IOException {
        Map<String, Long> byTenant = new TreeMap<>();
        rows(server, "SELECT _tenant, COUNT(*) FROM %s GROUP BY _tenant".formatted(name))
                .forEach(row -> byTenant.put(row.getFirst(), Long.parseLong(row.getLast())));
        return new Table(rows(server, "CHECKSUM TABLE " + name).getFirst().getLast(), byTenant);
    }

    private static List<List<String>> rows(MySqlTestClient server, String sql) throws IOException {
        if (server.query(sql) instanceof Rows rows) {
            return rows.rows();
        }
        throw new DrillException("no rows for: " + sql);
    }

    /** Tables of which that is not in the other contents any more. */
    List<String> missingIn(Contents later) {
        return tables.keySet().stream()
                .filter(name -> !tables.get(name).equals(later.tables.get(name)))
                .toList();
    }

    long rowCount() {
        return tables.values().stream()
                .flatMap(table -> table.rows().values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }
}
