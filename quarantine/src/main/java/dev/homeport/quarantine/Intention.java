package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TableName;
import java.util.List;

/** What a statement is about to do, with every name resolved to its schema. */
public sealed interface Intention {
    /**
     * {@code DROP TABLE}.
     *
     * @param tables those that the statement names and that are not temporary tables of its session
     * @param foreignKeyChecks the session's {@code foreign_key_checks}: with them a table that
     *     others refer to cannot be dropped
     */
    record DropTables(List<TableName> tables, boolean foreignKeyChecks) implements Intention {
        public DropTables {
            tables = List.copyOf(tables);
        }
    }

    /** {@code CREATE OR REPLACE TABLE}: drops the table if there is one. */
    record Replace(TableName table, boolean foreignKeyChecks) implements Intention {
        public Replace {
            requireNonNull(table, "table");
        }
    }

    /** {@code TRUNCATE TABLE}: the rows go, the table stays. */
    record Truncate(TableName table, boolean foreignKeyChecks) implements Intention {
        public Truncate {
            requireNonNull(table, "table");
        }
    }

    /**
     * {@code DROP DATABASE}.
     *
     * @param foreignKeyChecks the session's: with them, tables that other schemas refer to stay
     */
    record DropDatabase(String schema, boolean foreignKeyChecks) implements Intention {
        public DropDatabase {
            requireNonNull(schema, "schema");
        }
    }
}
