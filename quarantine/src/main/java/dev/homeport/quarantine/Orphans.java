package dev.homeport.quarantine;

import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Asks whether rows refer to rows that are not there: a key that is put back checks nothing. */
final class Orphans {
    private static final int SECONDS = 10;

    private final ServiceSession session;

    Orphans(ServiceSession session) {
        this.session = session;
    }

    boolean has(TableName child, ForeignKey key, TableName parent) throws SQLException {
        List<String> columns = columns(key.columns());
        List<String> referred = columns(key.rest());
        StringBuilder isSet = new StringBuilder();
        StringBuilder matches = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            isSet.append(i == 0 ? "" : " AND ").append("c." + columns.get(i) + " IS NOT NULL");
            matches.append(i == 0 ? "" : " AND ")
                    .append("p." + referred.get(i) + " = c." + columns.get(i));
        }
        String rows =
                "1 FROM %s c WHERE %s AND NOT EXISTS (SELECT 1 FROM %s p WHERE %s) LIMIT 1"
                        .formatted(child.quoted(), isSet, parent.quoted(), matches);
        String sql =
                session.family() == Family.MARIADB
                        ? "SET STATEMENT max_statement_time = %d FOR SELECT %s"
                                .formatted(SECONDS, rows)
                        : "SELECT /*+ MAX_EXECUTION_TIME(%d) */ %s".formatted(SECONDS * 1000, rows);
        return !session.query(sql).isEmpty();
    }

    /** The names in the first parentheses, in backticks. */
    private static List<String> columns(String text) {
        List<String> columns = new ArrayList<>();
        int i = text.indexOf('(') + 1;
        while (text.charAt(i) != ')') {
            if (text.charAt(i) == '`') {
                int end = CreateTable.endOfQuoted(text, i);
                columns.add(text.substring(i, end));
                i = end;
            } else {
                i++;
            }
        }
        return columns;
    }
}
