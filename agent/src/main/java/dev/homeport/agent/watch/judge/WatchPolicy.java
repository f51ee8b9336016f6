package dev.homeport.agent.watch.judge;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * From when on something is a loss.
 *
 * @param window over which tables and rows are summed up, by the server's clock
 * @param tables so many tables of a project that nobody announced are a loss
 * @param share such a part of a project's tables, or of its rows with tables that are gone, is a
 *     loss; above 0, at most 1
 * @param deletedShare such a part of a project's rows deleted by DELETE is a loss; from {@code
 *     share} on it is an alert. Above 0, at most 1
 * @param minRows fewer rows than that are never a matter of shares
 * @param allowedTables so many tables of a project may be dropped through routers whose rules allow
 *     it; more are a loss
 * @param clusterTables so many tables of several projects together are a loss, be it one of each
 * @param hintWindow two different hints within that time act
 * @param mergeFor what comes later than that after the last event of an open incident opens another
 *     one, because a restore would go to another moment
 */
public record WatchPolicy(
        Duration window,
        int tables,
        double share,
        double deletedShare,
        long minRows,
        int allowedTables,
        int clusterTables,
        Duration hintWindow,
        Duration mergeFor) {
    public static final WatchPolicy DEFAULT =
            new WatchPolicy(
                    Duration.ofMinutes(1),
                    2,
                    0.1,
                    0.5,
                    1000,
                    100,
                    10,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10));

    public WatchPolicy {
        requireNonNull(window, "window");
        requireNonNull(hintWindow, "hintWindow");
        requireNonNull(mergeFor, "mergeFor");
    }
}
