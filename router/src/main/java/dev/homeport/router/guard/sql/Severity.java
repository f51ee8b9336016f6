package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import java.util.List;

/** Which of several classes counts where a text can be read as any of them. */
final class Severity {
    private static final List<StatementClass> WORST_FIRST =
            List.of(
                    StatementClass.DROP_DATABASE,
                    StatementClass.SHUTDOWN,
                    StatementClass.DROP_TABLE,
                    StatementClass.TRUNCATE,
                    StatementClass.REPLACE_TABLE,
                    StatementClass.PURGE_LOGS,
                    StatementClass.DELETE_ALL,
                    StatementClass.DROP_PARTITION,
                    StatementClass.DISCARD_TABLESPACE,
                    StatementClass.DROP_COLUMN,
                    StatementClass.UPDATE_ALL,
                    StatementClass.DROP_USER,
                    StatementClass.OPAQUE);

    private Severity() {}

    static StatementClass worse(StatementClass one, StatementClass other) {
        return WORST_FIRST.indexOf(one) <= WORST_FIRST.indexOf(other) ? one : other;
    }
}
