package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TableName;
import java.util.List;
import java.util.Locale;

/** What a statement of the binary log does to tables. No text of it is kept but names. */
public sealed interface Ddl {
    /**
     * {@code DROP TABLE}.
     *
     * @param ifExists they may not have been there
     */
    record DropTables(List<TableName> tables, boolean ifExists) implements Ddl {
        public DropTables {
            tables = List.copyOf(tables);
        }
    }

    /** {@code DROP DATABASE}: names no tables. */
    record DropSchema(String schema) implements Ddl {
        public DropSchema {
            requireNonNull(schema, "schema");
        }
    }

    /** {@code TRUNCATE TABLE}, {@code ALTER TABLE … DISCARD TABLESPACE}: the rows go. */
    record EmptyTable(TableName table) implements Ddl {
        public EmptyTable {
            requireNonNull(table, "table");
        }
    }

    /**
     * {@code CREATE TABLE}.
     *
     * @param orReplace drops what stood there, if anything did
     */
    record CreateTable(TableName table, boolean orReplace) implements Ddl {
        public CreateTable {
            requireNonNull(table, "table");
        }
    }

    /** {@code RENAME TABLE}, {@code ALTER TABLE … RENAME}: from the first pair to the last. */
    record RenameTables(List<Renaming> renamings) implements Ddl {
        public RenameTables {
            renamings = List.copyOf(renamings);
        }
    }

    /** One pair of a RENAME. */
    record Renaming(TableName from, TableName to) {
        public Renaming {
            requireNonNull(from, "from");
            requireNonNull(to, "to");
        }
    }

    /**
     * {@code ALTER TABLE … DROP PARTITION} or {@code TRUNCATE PARTITION}: some of the rows go.
     *
     * @param partitions in lower case: no server tells them apart by their case
     */
    record DropPartitions(TableName table, List<String> partitions) implements Ddl {
        public DropPartitions {
            requireNonNull(table, "table");
            partitions = partitions.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        }
    }

    /** {@code ALTER TABLE … DROP COLUMN}. */
    record DropColumns(TableName table) implements Ddl {
        public DropColumns {
            requireNonNull(table, "table");
        }
    }

    /**
     * Destroys nothing, but the server's statistics may not list the table any more: another
     * engine, no persistent statistics, a table that becomes a partition.
     */
    record ChangeStorage(TableName table) implements Ddl {}

    /** Begins like one of them, and goes on in a way that is not known. */
    record Opaque() implements Ddl {}

    /** Anything else. */
    record Other() implements Ddl {}
}
