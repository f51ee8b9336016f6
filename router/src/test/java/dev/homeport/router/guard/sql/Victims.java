package dev.homeport.router.guard.sql;

import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.topology.StatementClass;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the disguised statements are after, over a connection of its own. */
final class Victims {
    private static final List<String> WHOLE = List.of("3", "0", "3");

    private final MySqlTestClient client;

    Victims(MySqlTestClient client) {
        this.client = client;
    }

    void create() throws IOException {
        for (String sql :
                List.of(
                        "CREATE DATABASE IF NOT EXISTS d",
                        "CREATE DATABASE IF NOT EXISTS e",
                        "DROP TABLE IF EXISTS d.victim",
                        "CREATE TABLE d.victim (a INT PRIMARY KEY, b INT, c INT)",
                        "INSERT INTO d.victim VALUES (1, 0, 0), (2, 0, 0), (3, 0, 0)",
                        "CREATE TABLE IF NOT EXISTS e.other (a INT)")) {
            QueryResult result = client.query(sql);
            if (result instanceof QueryResult.Failure failure) {
                throw new IllegalStateException(failure.toString());
            }
        }
    }

    /** What must have happened to them: one of these classes; none if they are as they were. */
    Set<StatementClass> damage() throws IOException {
        QueryResult other = client.query("SELECT COUNT(*) FROM e.other");
        if (other instanceof QueryResult.Failure) {
            return EnumSet.of(StatementClass.DROP_DATABASE);
        }
        return switch (client.query("SELECT COUNT(*), SUM(b), COUNT(c) FROM d.victim")) {
            case QueryResult.Failure failure when failure.code() == 1054 ->
                    EnumSet.of(StatementClass.DROP_COLUMN, StatementClass.REPLACE_TABLE);
            // What is to replace it may not come about.
            case QueryResult.Failure failure ->
                    EnumSet.of(StatementClass.DROP_TABLE, StatementClass.REPLACE_TABLE);
            case QueryResult.Rows rows when rows.rows().getFirst().equals(WHOLE) ->
                    EnumSet.noneOf(StatementClass.class);
            case QueryResult.Rows rows when rows.rows().getFirst().getFirst().equals("3") ->
                    EnumSet.of(StatementClass.UPDATE_ALL);
            case QueryResult.Rows rows ->
                    EnumSet.of(StatementClass.DELETE_ALL, StatementClass.TRUNCATE);
            case QueryResult.Done done -> throw new IllegalStateException(done.toString());
        };
    }
}
