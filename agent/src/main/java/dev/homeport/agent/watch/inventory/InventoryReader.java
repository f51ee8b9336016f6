package dev.homeport.agent.watch.inventory;

import dev.homeport.agent.watch.binlog.BinlogSettings;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the inventory from {@code mysql.innodb_table_stats}: one scan of one table, which opens no
 * other one. It needs SELECT on it, and sees no data.
 */
public final class InventoryReader {
    private static final String ALL =
            "SELECT database_name, table_name, n_rows FROM mysql.innodb_table_stats";
    private static final String ONE =
            "SELECT 1 FROM mysql.innodb_table_stats WHERE database_name = ?"
                    + " AND (table_name = ? OR table_name LIKE ?) LIMIT 1";
    private static final int PORTION = 2_000;

    private final Family family;
    private final Clock clock;

    public InventoryReader(Family family, Clock clock) {
        this.family = family;
        this.clock = clock;
    }

    /** Takes an inventory; what did not change is shared with the one before. */
    public Inventory read(Connection connection, Optional<Inventory> previous) throws SQLException {
        Instant began = clock.instant();
        Optional<GtidPosition> from = BinlogSettings.position(connection, family);
        var builder = new Inventory.Builder(previous);
        try (Statement statement = connection.createStatement()) {
            // Without it the driver would hold all rows at once.
            statement.setFetchSize(PORTION);
            try (ResultSet rows = statement.executeQuery(ALL)) {
                while (rows.next()) {
                    builder.add(rows.getString(1), rows.getString(2), rows.getLong(3));
                }
            }
        }
        Optional<GtidPosition> to = BinlogSettings.position(connection, family);
        return builder.build(new Inventory.Taken(began, from, to));
    }

    /**
     * Those of them that are still not there: while a table is rebuilt it is missing for a moment.
     */
    public List<TableName> missing(Connection connection, List<TableName> tables)
            throws SQLException {
        List<TableName> missing = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ONE)) {
            for (TableName table : tables) {
                statement.setString(1, table.schema());
                statement.setString(2, table.table());
                statement.setString(
                        3,
                        table.table().replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
                                + "#%");
                try (ResultSet rows = statement.executeQuery()) {
                    if (!rows.next()) {
                        missing.add(table);
                    }
                }
            }
        }
        return missing;
    }
}
