package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How many tables may go within a while before it counts as a burst.
 *
 * @param tables of one project
 * @param tenantTables of one tenant
 */
public record GuardBudgets(int tables, int tenantTables, Duration window) {
    public static final GuardBudgets DEFAULT = new GuardBudgets(20, 10, Duration.ofMinutes(1));

    /**
     * @throws IllegalArgumentException if a number is not positive
     */
    public GuardBudgets {
        requireNonNull(window, "window");
        if (tables < 1 || tenantTables < 1 || !window.isPositive()) {
            throw new IllegalArgumentException(
                    "tables, tenantTables and window of burst must be positive");
        }
    }
}
