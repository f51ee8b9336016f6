package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An operator's word, given before, that some destructive statements of a project may pass where a
 * rule wants it ({@link GuardAction#APPROVE}). Each statement uses one up; the znode decides, not
 * the picture.
 *
 * @param classes which kinds of statements; at least one
 * @param tables which tables; at least one pattern, {@code *} for all
 * @param statements how many are left
 * @param until when it ends
 * @param by who gave it
 */
public record Approval(
        ApprovalId id,
        ProjectId project,
        Set<StatementClass> classes,
        List<TableGlob> tables,
        int statements,
        Instant until,
        String by,
        String reason) {
    /** Statements that one approval may be for at most. */
    public static final int MOST_STATEMENTS = 10_000;

    /**
     * @throws IllegalArgumentException if it is for nothing, or for too much
     */
    public Approval {
        requireNonNull(id, "id");
        requireNonNull(project, "project");
        requireNonNull(until, "until");
        requireNonNull(by, "by");
        requireNonNull(reason, "reason");
        tables = List.copyOf(tables);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException(
                    "classes must name at least one class of statements");
        }
        classes = Collections.unmodifiableSet(EnumSet.copyOf(classes));
        if (tables.isEmpty() || tables.size() > GuardRule.MOST_PATTERNS) {
            throw new IllegalArgumentException(
                    "tables must have 1 to %d patterns; * stands for all tables"
                            .formatted(GuardRule.MOST_PATTERNS));
        }
        if (statements < 0 || statements > MOST_STATEMENTS) {
            throw new IllegalArgumentException(
                    "statements must be 0 to %d, was %d".formatted(MOST_STATEMENTS, statements));
        }
    }

    /** Whether it still lets something pass. */
    public boolean isGood(Instant now) {
        return statements > 0 && now.isBefore(until);
    }

    /**
     * Whether it is for such a statement; whether it {@linkplain #isGood is good} is another
     * matter.
     *
     * @param named every table that the statement names; empty where it names none
     */
    public boolean covers(ProjectId whose, StatementClass kind, List<TableName> named) {
        List<TableName> all = named.isEmpty() ? List.of(TableName.NONE) : named;
        return project.equals(whose)
                && classes.contains(kind)
                && all.stream()
                        .allMatch(table -> tables.stream().anyMatch(one -> one.matches(table)));
    }

    /** The same with one statement less. */
    public Approval used() {
        return new Approval(id, project, classes, tables, statements - 1, until, by, reason);
    }
}
