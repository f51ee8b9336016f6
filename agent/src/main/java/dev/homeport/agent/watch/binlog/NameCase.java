package dev.homeport.agent.watch.binlog;

import dev.homeport.agent.watch.binlog.RowChanges.Move;
import dev.homeport.topology.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a server tells names apart that differ in case only ({@code lower_case_table_names}).
 * Where it does not, a binary log spells them as clients did, while the server's statistics have
 * them in lower case: so have all names then that the watch compares.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.4/en/identifier-case-sensitivity.html">MySQL</a>
 */
public enum NameCase {
    /** 0: names that differ in case are different. */
    TELLS_APART,
    /**
     * 1: kept in lower case. And 2: kept as written, and compared in lower case; InnoDB, whose
     * statistics the inventory reads, keeps them in lower case then, too.
     */
    FOLDS;

    /**
     * @param lowerCaseTableNames the server's variable
     */
    static NameCase of(String lowerCaseTableNames) {
        return lowerCaseTableNames.equals("1") || lowerCaseTableNames.equals("2")
                ? FOLDS
                : TELLS_APART;
    }

    /** The changes, with names as they are compared. */
    public RowChanges fold(RowChanges changes) {
        if (this == TELLS_APART) {
            return changes;
        }
        Map<TableName, Long> deleted = new HashMap<>();
        changes.deleted().forEach((table, rows) -> deleted.merge(fold(table), rows, Long::sum));
        Map<Move, Long> moved = new HashMap<>();
        changes.moved()
                .forEach(
                        (move, rows) ->
                                moved.merge(
                                        new Move(fold(move.from()), fold(move.to())),
                                        rows,
                                        Long::sum));
        return new RowChanges(deleted, moved, changes.before(), changes.at());
    }

    /** The statement, with names as they are compared. */
    public BinlogTransaction fold(BinlogTransaction statement) {
        return this == TELLS_APART
                ? statement
                : new BinlogTransaction(
                        fold(statement.ddl()),
                        statement.gtid(),
                        statement.before(),
                        statement.at(),
                        statement.threadId());
    }

    private Ddl fold(Ddl ddl) {
        return switch (ddl) {
            case Ddl.DropTables drop -> new Ddl.DropTables(fold(drop.tables()), drop.ifExists());
            case Ddl.DropSchema drop -> new Ddl.DropSchema(fold(drop.schema()));
            case Ddl.EmptyTable empty -> new Ddl.EmptyTable(fold(empty.table()));
            case Ddl.CreateTable create ->
                    new Ddl.CreateTable(fold(create.table()), create.orReplace());
            case Ddl.RenameTables rename ->
                    new Ddl.RenameTables(
                            rename.renamings().stream()
                                    .map(one -> new Ddl.Renaming(fold(one.from()), fold(one.to())))
                                    .toList());
            case Ddl.DropPartitions drop ->
                    new Ddl.DropPartitions(fold(drop.table()), drop.partitions());
            case Ddl.DropColumns drop -> new Ddl.DropColumns(fold(drop.table()));
            case Ddl.ChangeStorage change -> new Ddl.ChangeStorage(fold(change.table()));
            case Ddl.Opaque opaque -> opaque;
            case Ddl.Other other -> other;
        };
    }

    private static List<TableName> fold(List<TableName> tables) {
        return tables.stream().map(NameCase::fold).toList();
    }

    private static TableName fold(TableName table) {
        return new TableName(fold(table.schema()), fold(table.table()));
    }

    /** Letter by letter, as servers do: no letter becomes two. */
    private static String fold(String name) {
        return name.codePoints()
                .map(Character::toLowerCase)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
