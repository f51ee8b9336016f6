package dev.homeport.testkit.mysql;

import java.util.List;

/** What came back for a command. */
public sealed interface QueryResult {
    /** An OK packet. */
    record Done(long affectedRows, long lastInsertId, int status) implements QueryResult {}

    /**
     * A text result set.
     *
     * @param rows every value as text; a NULL is the word {@code NULL}
     * @param status of the packet that ended it
     */
    record Rows(List<String> columns, List<List<String>> rows, int status) implements QueryResult {
        public Rows {
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /**
     * An ERR packet.
     *
     * @param sqlState empty where there was none
     */
    record Failure(int code, String sqlState, String message) implements QueryResult {}
}
