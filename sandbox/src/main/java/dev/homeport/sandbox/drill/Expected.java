package dev.homeport.sandbox.drill;

import dev.homeport.testkit.mysql.QueryResult;
import java.util.List;
import java.util.function.Predicate;

/**
 * The answer that a plain server gives to a statement.
 *
 * @param text for people
 */
record Expected(String text, Predicate<QueryResult> isIt) {
    /** An OK packet. */
    static Expected done() {
        return new Expected("OK", answer -> answer instanceof QueryResult.Done);
    }

    /** An OK packet that counts so many rows. */
    static Expected rows(long affected) {
        return new Expected(
                "OK, %d rows".formatted(affected),
                answer ->
                        answer instanceof QueryResult.Done done && done.affectedRows() == affected);
    }

    /** The server's own error: one that a router makes up has its token in it. */
    static Expected failure(int code, String sqlState) {
        return new Expected(
                "ERROR %d (%s)".formatted(code, sqlState),
                answer ->
                        answer instanceof QueryResult.Failure failure
                                && failure.code() == code
                                && failure.sqlState().equals(sqlState)
                                && !failure.message().contains("[homeport "));
    }

    /** One row with one value. */
    static Expected value(String value) {
        return new Expected(
                "one row: " + value,
                answer ->
                        answer instanceof QueryResult.Rows rows
                                && rows.rows().equals(List.of(List.of(value))));
    }
}
