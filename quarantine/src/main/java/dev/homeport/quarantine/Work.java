package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** A connection, and what is done over it. */
final class Work {
    private static final String PRESENT = "'aside', 'settling', 'held', 'restoring'";

    final ServiceSession session;
    final Inspector inspector;
    final Catalogue catalogue;

    Work(ServiceSession session) {
        this.session = session;
        this.inspector = new Inspector(session);
        this.catalogue = new Catalogue(session);
    }

    Settling settling() {
        return new Settling(session, catalogue, inspector);
    }

    Undrop undrop() {
        return new Undrop(session, catalogue, inspector);
    }

    void lock(Collection<String> schemas, Deadline deadline)
            throws SQLException, QuarantineException {
        for (String schema : schemas) {
            session.lock(Places.schemaLock(schema), deadline);
        }
    }

    void unlock(Collection<String> schemas) throws SQLException {
        for (String schema : schemas) {
            session.unlock(Places.schemaLock(schema));
        }
    }

    /** Tables in such a state that they are shown; {@code %s} in the condition stands for those. */
    List<HeldTable> list(String where, Object... parameters) throws SQLException {
        return catalogue.exists()
                ? catalogue.select(where.formatted(PRESENT), parameters).stream()
                        .map(Entry::table)
                        .toList()
                : List.of();
    }

    /**
     * What is held of that name, of that project, by DROP TABLE. Names are compared without case.
     */
    List<Entry> dropped(ProjectId project, TableName table) throws SQLException {
        return catalogue.exists()
                ? catalogue.select(
                        "state = 'held' AND project = ? AND statement = ? AND LOWER(schema_name) ="
                                + " LOWER(?) AND LOWER(table_name) = LOWER(?) ORDER BY id",
                        project.value(),
                        StatementClass.DROP_TABLE.name(),
                        table.schema(),
                        table.table())
                : List.of();
    }

    /** Exactly, whatever the server's statistics say. */
    boolean hasRows(Entry entry) throws SQLException {
        return entry.kind() == NameKind.TABLE
                && !session.query("SELECT 1 FROM " + entry.kept().quoted() + " LIMIT 1").isEmpty();
    }

    SchemaEntry schema(ProjectId project, String schema) throws SQLException, QuarantineException {
        if (catalogue.exists()) {
            var found = catalogue.schema(project, session.canonical(schema));
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new QuarantineException(
                Reason.NOT_FOUND, "no schema %s of %s is held".formatted(schema, project));
    }

    /**
     * Whether somebody may still finish that: whoever began it lives, or the statement can still
     * come. A router that lost its connection and not its client's must find the stand-ins.
     */
    boolean isAlive(List<Entry> entries) throws SQLException {
        Entry first = entries.getFirst();
        if (session.isHeld(Places.operationLock(first.operation()))) {
            return true;
        }
        ServerRun here = ServerRun.parse(catalogue.server());
        for (Entry entry : entries) {
            if (entry.table().state() == HeldState.ASIDE
                    && ServerRun.parse(entry.server()).isSame(here)
                    && isConnected(entry.table().threadId())) {
                return true;
            }
        }
        return false;
    }

    boolean isConnected(long threadId) throws SQLException {
        return !session.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ?", threadId)
                .isEmpty();
    }
}
