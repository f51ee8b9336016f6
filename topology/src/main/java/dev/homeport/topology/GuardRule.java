package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One rule of the guard. It speaks of a statement if each of its lists has a pattern that matches;
 * an empty list matches everything.
 *
 * @param schemas of the table, or of {@code DROP DATABASE}
 * @param actions what is done, by class
 * @param otherwise what is done with all classes that {@code actions} does not name
 */
public record GuardRule(
        List<Glob> projects,
        List<Glob> clusters,
        List<Glob> users,
        List<Glob> schemas,
        List<TableGlob> tables,
        Map<StatementClass, GuardAction> actions,
        Optional<GuardAction> otherwise) {
    /** Patterns that each list may have at most. */
    public static final int MOST_PATTERNS = 100;

    /**
     * @throws IllegalArgumentException if it says nothing, has too many patterns, or would
     *     quarantine what cannot be quarantined
     */
    public GuardRule {
        projects = List.copyOf(projects);
        clusters = List.copyOf(clusters);
        users = List.copyOf(users);
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
        requireNonNull(otherwise, "otherwise");
        Map<StatementClass, GuardAction> sorted = new EnumMap<>(StatementClass.class);
        sorted.putAll(actions);
        actions = Collections.unmodifiableMap(sorted);
        for (List<?> patterns : List.of(projects, clusters, users, schemas, tables)) {
            if (patterns.size() > MOST_PATTERNS) {
                throw new IllegalArgumentException(
                        "must have at most %d patterns in a list, had %d"
                                .formatted(MOST_PATTERNS, patterns.size()));
            }
        }
        if (actions.isEmpty() && otherwise.isEmpty()) {
            throw new IllegalArgumentException("actions must name at least one class, or all");
        }
        actions.forEach(
                (kind, action) -> {
                    if (action == GuardAction.QUARANTINE && !kind.canBeQuarantined()) {
                        throw new IllegalArgumentException(
                                "actions.%s must not be quarantine: %s"
                                        .formatted(Words.of(kind), StatementClass.QUARANTINE_RULE));
                    }
                });
        if (otherwise.equals(Optional.of(GuardAction.QUARANTINE))) {
            throw new IllegalArgumentException(
                    "actions.all must not be quarantine: "
                            + StatementClass.QUARANTINE_RULE
                            + "; name them one by one");
        }
    }

    /** What it says of such a statement; empty where it does not speak of it. */
    Optional<GuardAction> actionFor(GuardSubject subject, StatementClass kind, TableName table) {
        GuardAction named = actions.get(kind);
        if (named == null && otherwise.isEmpty()) {
            return Optional.empty();
        }
        boolean speaksOfIt =
                matches(projects, subject.project().value())
                        && matches(clusters, subject.cluster().value())
                        && matches(users, subject.user())
                        && matches(schemas, table.schema())
                        && (tables.isEmpty()
                                || tables.stream().anyMatch(one -> one.matches(table)));
        return speaksOfIt ? Optional.ofNullable(named).or(() -> otherwise) : Optional.empty();
    }

    private static boolean matches(List<Glob> patterns, String name) {
        return patterns.isEmpty() || patterns.stream().anyMatch(one -> one.matches(name));
    }
}
