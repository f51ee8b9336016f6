package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the guard does with statements that can destroy data. {@link #actionFor} is what a rule
 * says; {@link #inForce} what becomes of that while the guard only observes.
 *
 * @param observe whether whatever a rule says is only logged
 * @param rules in the order in which they are asked; where none speaks of a statement, {@link
 *     #defaultFor} does
 * @param retention how long what was quarantined is kept
 * @param quotaBytes how much of one project is kept at most; 0 is without limit
 * @param generations how many tables of one name are kept at most, the newest
 * @param memory how long it is remembered that a CREATE TABLE failed
 * @param sharedTables tables that several tenants share
 * @param tenantPattern how a table's name tells whose it is
 */
public record GuardPolicy(
        boolean observe,
        List<GuardRule> rules,
        Duration retention,
        long quotaBytes,
        int generations,
        Duration memory,
        GuardBudgets burst,
        List<TableGlob> sharedTables,
        Optional<TenantPattern> tenantPattern) {
    public static final int MOST_RULES = 200;
    public static final Duration DEFAULT_RETENTION = Duration.ofDays(3);
    public static final long DEFAULT_QUOTA_BYTES = 10L << 30;
    public static final int DEFAULT_GENERATIONS = 10;
    public static final Duration DEFAULT_MEMORY = Duration.ofMinutes(10);

    /** What holds while nobody wrote one. */
    public static final GuardPolicy DEFAULT =
            new GuardPolicy(
                    false,
                    List.of(),
                    DEFAULT_RETENTION,
                    DEFAULT_QUOTA_BYTES,
                    DEFAULT_GENERATIONS,
                    DEFAULT_MEMORY,
                    GuardBudgets.DEFAULT,
                    List.of(),
                    Optional.empty());

    /**
     * @throws IllegalArgumentException if there are too many rules or patterns, or a number is out
     *     of range
     */
    public GuardPolicy {
        requireNonNull(retention, "retention");
        requireNonNull(memory, "memory");
        requireNonNull(burst, "burst");
        requireNonNull(tenantPattern, "tenantPattern");
        rules = List.copyOf(rules);
        sharedTables = List.copyOf(sharedTables);
        require(rules.size() <= MOST_RULES, "rules must be at most " + MOST_RULES);
        require(
                sharedTables.size() <= GuardRule.MOST_PATTERNS,
                "sharedTables must be at most " + GuardRule.MOST_PATTERNS);
        require(retention.isPositive(), "retention must be positive");
        require(quotaBytes >= 0, "quotaBytes must not be negative");
        require(generations >= 1, "generations must be at least 1");
        require(!memory.isNegative(), "memory must not be negative");
    }

    /**
     * What the first rule says that speaks of such a statement, else the default.
     *
     * @param table each one that the statement names; with an empty table where it names a schema
     *     alone, {@link TableName#NONE} where it names neither
     */
    public GuardAction actionFor(GuardSubject subject, StatementClass kind, TableName table) {
        for (GuardRule rule : rules) {
            Optional<GuardAction> action = rule.actionFor(subject, kind, table);
            if (action.isPresent()) {
                return action.get();
            }
        }
        return defaultFor(kind);
    }

    /** What becomes of an action: while the guard only observes, nothing stricter than the log. */
    public GuardAction inForce(GuardAction action) {
        return observe && action.compareTo(GuardAction.LOG) > 0 ? GuardAction.LOG : action;
    }

    /** What is done where no rule says anything. */
    public static GuardAction defaultFor(StatementClass kind) {
        return switch (kind) {
            case DROP_TABLE, DROP_DATABASE, TRUNCATE, REPLACE_TABLE -> GuardAction.QUARANTINE;
            case PURGE_LOGS, SHUTDOWN -> GuardAction.REFUSE;
            // Frequent, and nearly always harmless.
            case OPAQUE -> GuardAction.ALLOW;
            case DROP_COLUMN,
                    DROP_PARTITION,
                    DISCARD_TABLESPACE,
                    DELETE_ALL,
                    UPDATE_ALL,
                    DROP_USER ->
                    GuardAction.LOG;
        };
    }

    /** Whether the table is marked as one that several tenants share. */
    public boolean isShared(TableName table) {
        return sharedTables.stream().anyMatch(one -> one.matches(table));
    }

    /** The tenant that a table's name, without its schema, tells. */
    public Optional<String> tenantOf(String table) {
        return tenantPattern.flatMap(pattern -> pattern.tenantOf(table));
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
