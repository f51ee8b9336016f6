package dev.homeport.quarantine;

import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what stands in a server, and changes nothing. Names are canonical ones. */
final class Inspector {
    private static final Logger log = LoggerFactory.getLogger(Inspector.class);

    private static final String TABLE =
            "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH,"
                    + " AUTO_INCREMENT, CREATE_TIME, TABLE_COMMENT, CREATE_OPTIONS"
                    + " FROM information_schema.TABLES"
                    + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
    private static final int DENIED = 1142;
    private static final String INNODB = "innodb:";
    private static final String MADE = "made:";

    private final ServiceSession session;

    Inspector(ServiceSession session) {
        this.session = session;
    }

    /** What {@code information_schema.TABLES} says of a table, if it is there. */
    private Optional<Row> row(TableName table) throws SQLException {
        // The server's comparison may fold case where its names do not.
        return session.query(TABLE, table.schema(), table.table()).stream()
                .filter(row -> session.canonical(row.text(0)).equals(table.table()))
                .findFirst();
    }

    NameKind kind(TableName table) throws SQLException {
        return row(table).map(row -> kind(row.text(1))).orElse(NameKind.NOTHING);
    }

    boolean exists(TableName table) throws SQLException {
        return kind(table) != NameKind.NOTHING;
    }

    private static NameKind kind(String type) {
        return switch (type) {
            case "VIEW", "SYSTEM VIEW" -> NameKind.VIEW;
            case "SEQUENCE" -> NameKind.SEQUENCE;
            // MariaDB lists a session's own temporary tables from 11.2 on; this one has none.
            case "TEMPORARY" -> NameKind.NOTHING;
            default -> NameKind.TABLE;
        };
    }

    String comment(TableName table) throws SQLException {
        return row(table).map(row -> row.text(7)).orElse("");
    }

    boolean isSystemVersioned(TableName table) throws SQLException {
        return row(table).filter(row -> row.text(1).equals("SYSTEM VERSIONED")).isPresent();
    }

    boolean hasSchema(String schema) throws SQLException {
        return session
                .query(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
                                + " WHERE SCHEMA_NAME = ?",
                        schema)
                .stream()
                .anyMatch(row -> session.canonical(row.text(0)).equals(schema));
    }

    /** Every table and sequence of a schema, views aside. */
    List<TableName> tablesOf(String schema) throws SQLException {
        List<TableName> tables = new ArrayList<>();
        for (Row row :
                session.query(
                        "SELECT TABLE_NAME, TABLE_TYPE, TABLE_SCHEMA"
                                + " FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?"
                                + " ORDER BY TABLE_NAME",
                        schema)) {
            NameKind kind = kind(row.text(1));
            boolean isTable = kind == NameKind.TABLE || kind == NameKind.SEQUENCE;
            if (isTable && session.canonical(row.text(2)).equals(schema)) {
                tables.add(new TableName(schema, row.text(0)));
            }
        }
        return tables;
    }

    /** Everything that the catalogue keeps of it, without what others refer to. */
    Facts facts(TableName table) throws SQLException {
        Row row = row(table).orElseThrow(() -> gone(table));
        NameKind kind = kind(row.text(1));
        String create = create(table);
        List<ForeignKey> keys = kind == NameKind.TABLE ? keys(create, table.schema()) : List.of();
        return new Facts(
                table,
                kind,
                row.text(2),
                row.number(3),
                row.number(4),
                row.number(5),
                create,
                new Recorded(keys, List.of(), triggers(table), grants(table)));
    }

    private static SQLException gone(TableName table) {
        return new SQLException(table + " is gone", "42S02", Failures.NO_SUCH_TABLE);
    }

    String create(TableName table) throws SQLException {
        return session.query("SHOW CREATE TABLE " + table.quoted()).getFirst().text(1);
    }

    List<ForeignKey> keys(TableName table) throws SQLException {
        return keys(create(table), table.schema());
    }

    private static List<ForeignKey> keys(String create, String schema) {
        return CreateTable.parse(create).foreignKeys().stream()
                .map(definition -> ForeignKey.parse(definition, schema))
                .toList();
    }

    /**
     * Tables other than itself that have foreign keys on that one. Keys can name a table that they
     * do not fit (made without {@code foreign_key_checks}): InnoDB has them refer to nothing.
     */
    Set<TableName> children(TableName parent) throws SQLException {
        Set<TableName> children = new LinkedHashSet<>();
        if (!row(parent).filter(Inspector::canBeReferredTo).isPresent()) {
            return children;
        }
        List<Row> rows =
                session.family() == Family.MARIADB
                        ? mariaDbChildren(parent)
                        : session.query(
                                "SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME,"
                                        + " REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME"
                                        + " FROM information_schema.KEY_COLUMN_USAGE"
                                        + " WHERE REFERENCED_TABLE_SCHEMA = ?"
                                        + " AND REFERENCED_TABLE_NAME = ?",
                                parent.schema(),
                                parent.table());
        for (Row row : rows) {
            TableName child = session.canonical(new TableName(row.text(0), row.text(1)));
            TableName referred = session.canonical(new TableName(row.text(2), row.text(3)));
            if (referred.equals(parent) && !child.equals(parent)) {
                children.add(child);
            }
        }
        return children;
    }

    private static boolean canBeReferredTo(Row row) {
        return row.text(2).equalsIgnoreCase("InnoDB") && !row.text(8).contains("partitioned");
    }

    /**
     * MariaDB's information_schema opens every table of every schema for this; InnoDB's own list
     * does not, but has names as in file names.
     */
    private List<Row> mariaDbChildren(TableName parent) throws SQLException {
        return session.query(
                "SELECT "
                        + name("FOR_NAME", 1)
                        + ", "
                        + name("FOR_NAME", -1)
                        + ", "
                        + name("REF_NAME", 1)
                        + ", "
                        + name("REF_NAME", -1)
                        + " FROM information_schema.INNODB_SYS_FOREIGN WHERE REF_NAME = "
                        + FILE_NAME,
                parent.schema(),
                parent.table());
    }

    private static final String FILE_NAME =
            "CONCAT(CAST(CONVERT(? USING filename) AS BINARY), '/',"
                    + " CAST(CONVERT(? USING filename) AS BINARY))";

    private static String name(String column, int part) {
        return "CONVERT(CONVERT(SUBSTRING_INDEX(CAST(%s AS BINARY), '/', %d) USING filename) USING utf8mb4)"
                .formatted(column, part);
    }

    /**
     * What no table that replaces it can have, of a table whose names are plain: InnoDB's numbers
     * of the table and its partitions, which it keeps when it is renamed, and which are new when it
     * is truncated or made again. Else, on MariaDB, when it was made. Else nothing.
     */
    String identity(TableName table) throws SQLException {
        String name = table.schema() + "/" + table.table();
        List<Row> rows =
                session.query(
                        "SELECT TABLE_ID FROM information_schema."
                                + innodbTables()
                                + " WHERE NAME = ? OR LEFT(NAME, ?) = ? ORDER BY TABLE_ID",
                        name,
                        name.length() + 1,
                        name + "#");
        if (!rows.isEmpty()) {
            return INNODB + String.join(",", rows.stream().map(row -> row.text(0)).toList());
        }
        return session.family() == Family.MARIADB ? made(table) : "";
    }

    private String made(TableName table) throws SQLException {
        return row(table).map(row -> MADE + row.text(6)).orElse("");
    }

    /**
     * Whether a table with that identity may stand under that name. Where it is InnoDB's it stands
     * somewhere: only {@link #identity} of a plain name is certain.
     */
    boolean mayBe(String identity, TableName table) throws SQLException {
        if (!identity.startsWith(INNODB)) {
            return made(table).equals(identity);
        }
        String numbers = identity.substring(INNODB.length());
        List<Row> found =
                session.query(
                        "SELECT COUNT(*) FROM information_schema.%s WHERE TABLE_ID IN (%s)"
                                .formatted(innodbTables(), numbers));
        return found.getFirst().number(0) == numbers.split(",").length && exists(table);
    }

    private String innodbTables() {
        return session.family() == Family.MARIADB ? "INNODB_SYS_TABLES" : "INNODB_TABLES";
    }

    /** In the order in which they fire. */
    List<Trigger> triggers(TableName table) throws SQLException {
        List<Trigger> triggers = new ArrayList<>();
        for (Row row :
                session.query(
                        "SELECT TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION,"
                                + " ACTION_STATEMENT, SQL_MODE, CHARACTER_SET_CLIENT,"
                                + " COLLATION_CONNECTION, EVENT_OBJECT_TABLE"
                                + " FROM information_schema.TRIGGERS"
                                + " WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?"
                                + " ORDER BY EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER",
                        table.schema(),
                        table.table())) {
            if (session.canonical(row.text(7)).equals(table.table())) {
                triggers.add(trigger(table.schema(), row));
            }
        }
        return triggers;
    }

    private Trigger trigger(String schema, Row row) throws SQLException {
        String create =
                session.query("SHOW CREATE TRIGGER " + new TableName(schema, row.text(0)).quoted())
                        .getFirst()
                        .text(2);
        return new Trigger(
                row.text(0),
                Trigger.definerOf(create),
                row.text(1),
                row.text(2),
                row.text(3),
                create,
                row.text(4),
                row.text(5),
                row.text(6));
    }

    boolean hasTrigger(String schema, String name) throws SQLException {
        return session
                .query(
                        "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS"
                                + " WHERE TRIGGER_SCHEMA = ? AND TRIGGER_NAME = ?",
                        schema,
                        name)
                .stream()
                .anyMatch(row -> session.canonical(row.text(0)).equals(session.canonical(name)));
    }

    /** None where the account may not read them, which costs no more than them. */
    List<TableGrant> grants(TableName table) throws SQLException {
        try {
            List<TableGrant> grants = new ArrayList<>();
            for (Row row :
                    session.query(
                            "SELECT User, Host, '', Table_priv, Table_name FROM mysql.tables_priv"
                                    + " WHERE Db = ? AND Table_name = ? AND Table_priv <> ''"
                                    + " UNION ALL"
                                    + " SELECT User, Host, Column_name, Column_priv, Table_name"
                                    + " FROM mysql.columns_priv"
                                    + " WHERE Db = ? AND Table_name = ? AND Column_priv <> ''",
                            table.schema(),
                            table.table(),
                            table.schema(),
                            table.table())) {
                if (session.canonical(row.text(4)).equals(table.table())) {
                    grants.add(new TableGrant(row.text(0), row.text(1), row.text(2), row.text(3)));
                }
            }
            return grants;
        } catch (SQLException e) {
            if (e.getErrorCode() != DENIED) {
                throw e;
            }
            log.atDebug().addKeyValue("error", e.getMessage()).log("grants are not recorded");
            return List.of();
        }
    }
}
