package dev.homeport.agent.watch.binlog;

import dev.homeport.agent.watch.binlog.Tokens.Token;
import dev.homeport.topology.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a statement of a binary log does. Pure, and never throws, whatever the text is. Servers
 * write a DROP TABLE anew ({@code DROP TABLE IF EXISTS `a`,`b`}) and the rest as the client wrote
 * it, with its comments and with MariaDB's {@code SET STATEMENT … FOR}.
 */
public final class DdlParser {
    /** What an alteration begins with after which a table may not be in the server's statistics. */
    private static final List<String> LEAVES_STATISTICS =
            List.of(
                    "ENGINE",
                    "TYPE",
                    "STATS_PERSISTENT",
                    "CONVERT",
                    "EXCHANGE",
                    "PARTITION",
                    "REMOVE");

    /** Longer statements are cut: of those that matter here only the names come late. */
    private static final int MOST_CHARS = 4 << 20;

    /** What may follow ALTER TABLE … DROP other than a column. */
    private static final Set<String> NO_COLUMNS =
            Set.of("INDEX", "KEY", "PRIMARY", "FOREIGN", "CONSTRAINT", "CHECK", "SYSTEM", "PERIOD");

    private final Tokens tokens;
    private final String schema;

    private DdlParser(Tokens tokens, String schema) {
        this.tokens = tokens;
        this.schema = schema;
    }

    /** Whether it is worth parsing: almost nothing in a busy log is. */
    static boolean mayMatter(String sql) {
        // BEGIN, COMMIT, SAVEPOINT and the XA of every transaction.
        return !sql.equals("BEGIN") && !sql.equals("COMMIT") && !sql.startsWith("XA ");
    }

    /**
     * Parses a statement.
     *
     * @param schema the default schema of the event, for names without one
     */
    public static Ddl parse(String sql, String schema) {
        String bounded = sql.length() > MOST_CHARS ? sql.substring(0, MOST_CHARS) : sql;
        return new DdlParser(Tokens.of(bounded), schema).statement();
    }

    private Ddl statement() {
        while (tokens.takeAll("SET", "STATEMENT")) {
            skipStatementSettings();
        }
        if (tokens.take("DROP")) {
            return drop();
        }
        if (tokens.take("TRUNCATE")) {
            tokens.take("TABLE");
            return name().<Ddl>map(Ddl.EmptyTable::new).orElseGet(Ddl.Opaque::new);
        }
        if (tokens.take("RENAME")) {
            return tokens.take("TABLE") || tokens.take("TABLES") ? rename() : new Ddl.Other();
        }
        if (tokens.take("CREATE")) {
            return create();
        }
        return tokens.take("ALTER") ? alter() : new Ddl.Other();
    }

    /** To behind the FOR that ends MariaDB's {@code SET STATEMENT a = 1, b = (SELECT …) FOR}. */
    private void skipStatementSettings() {
        int depth = 0;
        while (!tokens.isAtEnd()) {
            Token token = tokens.take();
            if (token.isSign('(')) {
                depth++;
            } else if (token.isSign(')')) {
                depth--;
            } else if (depth == 0 && token.is("FOR")) {
                return;
            }
        }
    }

    private Ddl drop() {
        if (tokens.take("DATABASE") || tokens.take("SCHEMA")) {
            tokens.takeAll("IF", "EXISTS");
            Token name = tokens.take();
            return name.isName() ? new Ddl.DropSchema(name.text()) : new Ddl.Opaque();
        }
        if (tokens.take("TEMPORARY")) {
            return new Ddl.Other();
        }
        if (!tokens.take("TABLE") && !tokens.take("TABLES")) {
            return new Ddl.Other();
        }
        boolean ifExists = tokens.takeAll("IF", "EXISTS");
        List<TableName> names = new ArrayList<>();
        do {
            Optional<TableName> name = name();
            if (name.isEmpty()) {
                // What was read so far did go: better some of the tables than none.
                return names.isEmpty() ? new Ddl.Opaque() : new Ddl.DropTables(names, ifExists);
            }
            names.add(name.get());
        } while (tokens.takeSign(','));
        return new Ddl.DropTables(names, ifExists);
    }

    private Ddl rename() {
        tokens.takeAll("IF", "EXISTS");
        List<Ddl.Renaming> renamings = new ArrayList<>();
        do {
            Optional<TableName> from = name();
            while (!tokens.isAtEnd() && !tokens.peek().is("TO") && !tokens.peek().isSign(',')) {
                tokens.take(); // WAIT n, NOWAIT
            }
            Optional<TableName> to = tokens.take("TO") ? name() : Optional.empty();
            if (from.isEmpty() || to.isEmpty()) {
                return new Ddl.Opaque();
            }
            renamings.add(new Ddl.Renaming(from.get(), to.get()));
        } while (tokens.takeSign(','));
        return new Ddl.RenameTables(renamings);
    }

    private Ddl create() {
        boolean orReplace = tokens.takeAll("OR", "REPLACE");
        // A sequence is dropped by DROP TABLE, too, and stands in the same name space.
        if (!tokens.take("TABLE") && !tokens.take("SEQUENCE")) {
            return new Ddl.Other();
        }
        tokens.takeAll("IF", "NOT", "EXISTS");
        return name().<Ddl>map(table -> new Ddl.CreateTable(table, orReplace))
                .orElseGet(Ddl.Opaque::new);
    }

    private Ddl alter() {
        while (tokens.take("ONLINE") || tokens.take("IGNORE")) {
            // MariaDB's
        }
        if (!tokens.take("TABLE")) {
            return new Ddl.Other();
        }
        tokens.takeAll("IF", "EXISTS");
        Optional<TableName> table = name();
        return table.isEmpty() ? new Ddl.Opaque() : alterations(table.get());
    }

    /** The first that destroys something; a new name otherwise. */
    private Ddl alterations(TableName table) {
        Ddl found = new Ddl.Other();
        boolean isStart = true;
        int depth = 0;
        while (!tokens.isAtEnd()) {
            Token token = tokens.take();
            if (token.isSign('(')) {
                depth++;
            } else if (token.isSign(')')) {
                depth--;
            } else if (depth == 0 && isStart && destroysNothing(found)) {
                Ddl next = alteration(token, table);
                found = next instanceof Ddl.Other ? found : next;
            }
            // MariaDB's WAIT n and NOWAIT stand before the first alteration.
            isStart = depth == 0 && (token.isSign(',') || isWaiting(token));
        }
        return found;
    }

    private static boolean destroysNothing(Ddl ddl) {
        return ddl instanceof Ddl.Other || ddl instanceof Ddl.ChangeStorage;
    }

    private boolean isWaiting(Token token) {
        return token.is("NOWAIT") || token.is("WAIT") || token.text().matches("\\d{1,10}");
    }

    private Ddl alteration(Token token, TableName table) {
        if (token.is("DROP")) {
            return dropped(table);
        }
        if (token.is("TRUNCATE") && tokens.take("PARTITION")) {
            return partitions(table);
        }
        if (LEAVES_STATISTICS.stream().anyMatch(token::is)) {
            return new Ddl.ChangeStorage(token.is("CONVERT") ? converted(table) : table);
        }
        if (token.is("DISCARD") && tokens.peek().is("TABLESPACE")) {
            return new Ddl.EmptyTable(table);
        }
        if (token.is("DISCARD") && tokens.take("PARTITION")) {
            return partitions(table);
        }
        if (token.is("RENAME") && isNewName()) {
            if (!tokens.take("TO") && !tokens.take("AS")) {
                tokens.takeSign('=');
            }
            return name().<Ddl>map(to -> new Ddl.RenameTables(List.of(new Ddl.Renaming(table, to))))
                    .orElseGet(Ddl.Opaque::new);
        }
        return new Ddl.Other();
    }

    /**
     * Of {@code CONVERT TABLE x TO PARTITION} the other table, which becomes a part of this one.
     */
    private TableName converted(TableName table) {
        return tokens.take("TABLE") ? name().orElse(table) : table;
    }

    /** Not RENAME COLUMN, INDEX or KEY, unless the table is to be called so. */
    private boolean isNewName() {
        Token what = tokens.peek();
        boolean isOfPart = what.is("COLUMN") || what.is("INDEX") || what.is("KEY");
        return !isOfPart || !tokens.peek(1).isName();
    }

    /** Some of them, or {@code ALL}; what is quoted is a name. */
    private Ddl partitions(TableName table) {
        if (tokens.peek().is("ALL")) {
            return new Ddl.EmptyTable(table);
        }
        tokens.takeAll("IF", "EXISTS");
        List<String> names = new ArrayList<>();
        do {
            Token name = tokens.peek();
            if (!name.isName()) {
                break;
            }
            names.add(tokens.take().text());
        } while (tokens.takeSign(','));
        return new Ddl.DropPartitions(table, names);
    }

    private Ddl dropped(TableName table) {
        if (tokens.take("PARTITION")) {
            return partitions(table);
        }
        Token what = tokens.peek();
        boolean isColumn =
                what.kind() == Tokens.Kind.QUOTED
                        || (what.kind() == Tokens.Kind.WORD
                                && NO_COLUMNS.stream().noneMatch(what::is));
        return isColumn ? new Ddl.DropColumns(table) : new Ddl.Other();
    }

    /** {@code table}, {@code schema.table}, or MySQL's {@code .table}. */
    private Optional<TableName> name() {
        tokens.takeSign('.');
        Token first = tokens.take();
        if (!first.isName()) {
            return Optional.empty();
        }
        if (!tokens.takeSign('.')) {
            return Optional.of(new TableName(schema, first.text()));
        }
        Token second = tokens.take();
        return second.isName()
                ? Optional.of(new TableName(first.text(), second.text()))
                : Optional.empty();
    }
}
