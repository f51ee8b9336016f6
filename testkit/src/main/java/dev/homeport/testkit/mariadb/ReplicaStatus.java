package dev.homeport.testkit.mariadb;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One row of SHOW SLAVE STATUS by column name; a NULL is the word {@code NULL}. */
final class ReplicaStatus {
    private ReplicaStatus() {}

    static Map<String, String> of(ResultSet row) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        Map<String, String> fields = new LinkedHashMap<>();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            fields.put(
                    columns.getColumnLabel(column),
                    Optional.ofNullable(row.getString(column)).orElse("NULL"));
        }
        return fields;
    }
}
