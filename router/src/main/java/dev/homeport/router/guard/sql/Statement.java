package dev.homeport.router.guard.sql;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.StatementClass;
import java.util.List;
import java.util.Optional;

/** A statement that concerns the guard. All others are ordinary, and none of these. */
public sealed interface Statement {
    /** Where it starts in the text, in bytes from the text's beginning. */
    int from();

    /** Where it ends: at its semicolon, or at the text's end. */
    int to();

    /**
     * It can destroy data.
     *
     * @param tables those that it names, in order; of {@link StatementClass#DROP_DATABASE} none
     * @param allNamed whether those are all; not if there are more than {@link #MOST_TABLES}, or if
     *     a name could not be read
     * @param schema of {@link StatementClass#DROP_DATABASE}
     * @param temporary it says TEMPORARY, so that it can drop nothing else
     * @param sure whether every reading of the text agrees; where readings differ this is the
     *     strictest
     */
    record Destructive(
            StatementClass kind,
            List<NamedTable> tables,
            boolean allNamed,
            Optional<String> schema,
            boolean temporary,
            boolean sure,
            int from,
            int to)
            implements Statement {
        /** More of them are not kept. */
        public static final int MOST_TABLES = 4096;

        public Destructive {
            requireNonNull(kind, "kind");
            requireNonNull(schema, "schema");
            tables = List.copyOf(tables);
        }
    }

    /**
     * {@code CREATE TABLE} of a table that is not temporary: if it fails, what follows may be a
     * clean-up that destroys what it did not make.
     */
    record CreateTable(NamedTable table, boolean ifNotExists, int from, int to)
            implements Statement {
        public CreateTable {
            requireNonNull(table, "table");
        }
    }

    /**
     * {@code PREPARE name FROM}.
     *
     * @param prepared what the text holds where it stands there as a literal; empty where it is an
     *     ordinary one
     * @param known whether the text stands there: {@code FROM @v} is not known
     */
    record Prepare(String name, Optional<Statement> prepared, boolean known, int from, int to)
            implements Statement {
        public Prepare {
            requireNonNull(name, "name");
            requireNonNull(prepared, "prepared");
        }
    }

    /** {@code EXECUTE name}. */
    record Execute(String name, int from, int to) implements Statement {
        public Execute {
            requireNonNull(name, "name");
        }
    }
}
