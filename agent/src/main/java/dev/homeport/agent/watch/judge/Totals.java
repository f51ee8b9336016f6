package dev.homeport.agent.watch.judge;

/**
 * What a project has, without what was just destroyed.
 *
 * @param tables -1 where nobody knows
 * @param rows an estimate; -1 where nobody knows
 */
public record Totals(long tables, long rows) {
    public static final Totals UNKNOWN = new Totals(-1, -1);

    /** Whether that many tables are such a part of all that there were. */
    boolean isShareOfTables(long gone, double share) {
        return tables >= 0 && gone > 0 && gone >= share * (tables + gone);
    }

    /** Whether that many rows are such a part of all that there were. */
    boolean isShareOfRows(long gone, double share) {
        return rows >= 0 && gone > 0 && gone >= share * (rows + gone);
    }

    /** Whether that many rows, which are still counted in the total, are such a part of it. */
    boolean isPartOfRows(long gone, double share) {
        return rows > 0 && gone > 0 && gone >= share * rows;
    }
}
