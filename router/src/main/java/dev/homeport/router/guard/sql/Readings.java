package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes one result of two readings of a text. */
final class Readings {
    private Readings() {}

    /**
     * What both agree on, and behind that one statement that is the worst of all that either has.
     *
     * @param length of the text
     */
    static List<Statement> strictest(List<Statement> one, List<Statement> other, int length) {
        int same = 0;
        while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
            same++;
        }
        List<Statement> differing = new ArrayList<>(one.subList(same, one.size()));
        differing.addAll(other.subList(same, other.size()));
        boolean isHarmless =
                differing.stream()
                        .allMatch(statement -> statement instanceof Statement.CreateTable);
        if (isHarmless) {
            return one;
        }
        List<Statement> result = new ArrayList<>(one.subList(0, same));
        result.add(worst(differing, length));
        return result;
    }

    private static Statement worst(List<Statement> statements, int length) {
        StatementClass kind = StatementClass.OPAQUE;
        Set<NamedTable> tables = new LinkedHashSet<>();
        Optional<String> schema = Optional.empty();
        int from = length;
        for (Statement statement : statements) {
            from = Math.min(from, statement.from());
            Optional<Statement> run =
                    statement instanceof Statement.Prepare prepare
                            ? prepare.prepared()
                            : Optional.of(statement);
            if (run.isPresent() && run.get() instanceof Statement.Destructive found) {
                kind = Severity.worse(kind, found.kind());
                tables.addAll(found.tables());
                schema = schema.or(found::schema);
            }
        }
        List<NamedTable> kept = tables.stream().limit(Statement.Destructive.MOST_TABLES).toList();
        return new Statement.Destructive(kind, kept, false, schema, false, false, from, length);
    }
}
