package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known so far of a statement that is being read; used again for the next one. */
final class Draft {
    /** Which record it becomes. */
    enum Shape {
        ORDINARY,
        DESTRUCTIVE,
        CREATE,
        PREPARE,
        EXECUTE
    }

    Shape shape = Shape.ORDINARY;
    StatementClass kind = StatementClass.OPAQUE;
    final List<NamedTable> tables = new ArrayList<>();
    boolean allNamed;
    Optional<String> schema = Optional.empty();
    boolean temporary;
    boolean sure;
    boolean ifNotExists;
    String name = "";
    Optional<Statement> prepared = Optional.empty();
    boolean known;

    void clear() {
        shape = Shape.ORDINARY;
        kind = StatementClass.OPAQUE;
        tables.clear();
        allNamed = true;
        schema = Optional.empty();
        temporary = false;
        sure = true;
        ifNotExists = false;
        name = "";
        prepared = Optional.empty();
        known = false;
    }

    void destroys(StatementClass how) {
        shape = Shape.DESTRUCTIVE;
        kind = how;
    }

    void add(NamedTable table) {
        if (tables.size() < Statement.Destructive.MOST_TABLES) {
            tables.add(table);
        } else {
            allNamed = false;
        }
    }

    /** The record; not of an ordinary one. */
    Statement statement(int from, int to) {
        return switch (shape) {
            case DESTRUCTIVE ->
                    new Statement.Destructive(
                            kind, tables, allNamed, schema, temporary, sure, from, to);
            case CREATE -> new Statement.CreateTable(tables.getFirst(), ifNotExists, from, to);
            case PREPARE -> new Statement.Prepare(name, prepared, known, from, to);
            case EXECUTE -> new Statement.Execute(name, from, to);
            case ORDINARY -> throw new IllegalStateException("an ordinary statement");
        };
    }
}
