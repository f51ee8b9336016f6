package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Takes foreign keys off and puts them on. The rows are not checked. */
final class ForeignKeys {
    private final ServiceSession session;
    private final Inspector inspector;

    ForeignKeys(ServiceSession session, Inspector inspector) {
        this.session = session;
        this.inspector = inspector;
    }

    void dropAll(TableName table) throws SQLException {
        drop(table, inspector.keys(table).stream().map(ForeignKey::name).toList());
    }

    void drop(TableName table, List<String> names) throws SQLException {
        if (!names.isEmpty()) {
            session.execute(
                    "ALTER TABLE %s %s"
                            .formatted(
                                    table.quoted(),
                                    names.stream()
                                            .map(name -> "DROP FOREIGN KEY " + quoted(name))
                                            .collect(Collectors.joining(", "))));
        }
    }

    void add(TableName table, ForeignKey key, TableName parent) throws SQLException {
        keepingIndexes(table, "ADD " + key.clause(parent));
    }

    /** Puts on those that are not there. */
    void ensure(TableName table, List<ForeignKey> wanted) throws SQLException {
        List<String> present = inspector.keys(table).stream().map(ForeignKey::name).toList();
        for (ForeignKey key : wanted) {
            if (!present.contains(key.name())) {
                add(table, key, key.parent());
            }
        }
    }

    /** Under a name that the server makes up. */
    void addUnnamed(TableName table, ForeignKey key, TableName parent) throws SQLException {
        keepingIndexes(table, "ADD " + key.unnamedClause(parent));
    }

    private void keepingIndexes(TableName table, String change) throws SQLException {
        String before = inspector.create(table);
        session.execute("ALTER TABLE %s %s".formatted(table.quoted(), change));
        new IndexNames(session, inspector).restore(table, before);
    }

    private static String quoted(String name) {
        return TableName.quoted(name);
    }
}
