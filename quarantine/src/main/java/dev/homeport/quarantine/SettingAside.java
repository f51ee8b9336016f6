package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts stand-ins where tables are. In steps, each of which {@link Settling} can take back or go on
 * from: write down; make stand-ins out of sight; drop the triggers; one RENAME; copies get the keys
 * and triggers of what they stand for.
 */
final class SettingAside {
    /** How often the same table can be held where names of constraints stay with it. */
    private static final int MOST_QUARANTINES = 200;

    private final ServiceSession session;
    private final Catalogue catalogue;
    private final Inspector inspector;
    private final StandIns standIns;
    private final Triggers triggers;
    private final ForeignKeys keys;
    private final Steps steps;

    SettingAside(ServiceSession session, Catalogue catalogue, Inspector inspector, Steps steps) {
        this.session = session;
        this.catalogue = catalogue;
        this.inspector = inspector;
        this.standIns = new StandIns(session, inspector);
        this.triggers = new Triggers(session, inspector);
        this.keys = new ForeignKeys(session, inspector);
        this.steps = steps;
    }

    /** Which of the tables the statement would really destroy, in its order. */
    List<TableName> targets(Intention intention) throws SQLException, QuarantineException {
        return switch (intention) {
            case Intention.DropTables drop ->
                    dropped(present(drop.tables()), drop.foreignKeyChecks());
            case Intention.Replace replace ->
                    dropped(present(List.of(replace.table())), replace.foreignKeyChecks());
            case Intention.Truncate truncate -> truncated(truncate);
            case Intention.DropDatabase drop -> droppedWithSchema(drop);
        };
    }

    private List<TableName> present(List<TableName> names)
            throws SQLException, QuarantineException {
        Set<TableName> present = new LinkedHashSet<>();
        for (TableName name : names) {
            TableName table = session.canonical(name);
            NameKind kind = inspector.kind(table);
            if (kind == NameKind.TABLE || kind == NameKind.SEQUENCE) {
                if (Places.isOffLimits(table.schema())) {
                    throw new QuarantineException(
                            Reason.UNSUPPORTED, table + " is not a table of applications");
                }
                present.add(table);
            }
        }
        return List.copyOf(present);
    }

    private List<TableName> dropped(List<TableName> tables, boolean foreignKeyChecks)
            throws SQLException {
        return foreignKeyChecks
                ? Refusals.dropped(session.family(), tables, children(tables))
                : tables;
    }

    private List<TableName> truncated(Intention.Truncate truncate)
            throws SQLException, QuarantineException {
        List<TableName> tables = new ArrayList<>(present(List.of(truncate.table())));
        // The server refuses these; and a statement on one table that is refused destroys nothing.
        for (TableName table : List.copyOf(tables)) {
            boolean isReferenced =
                    truncate.foreignKeyChecks() && !inspector.children(table).isEmpty();
            if (isReferenced
                    || inspector.kind(table) == NameKind.SEQUENCE
                    || inspector.isSystemVersioned(table)) {
                tables.remove(table);
            }
        }
        return tables;
    }

    private List<TableName> droppedWithSchema(Intention.DropDatabase drop)
            throws SQLException, QuarantineException {
        String schema = session.canonical(drop.schema());
        if (Places.isOffLimits(schema)) {
            throw new QuarantineException(
                    Reason.UNSUPPORTED, schema + " is not a schema of applications");
        }
        List<TableName> tables = inspector.tablesOf(schema);
        return drop.foreignKeyChecks()
                ? Refusals.droppedWithSchema(session.family(), tables, children(tables))
                : tables;
    }

    private Map<TableName, Set<TableName>> children(List<TableName> tables) throws SQLException {
        Map<TableName, Set<TableName>> children = new HashMap<>();
        for (TableName table : tables) {
            children.put(table, inspector.children(table));
        }
        return children;
    }

    /** Everything about each of them that must be written down before it moves. */
    List<Facts> facts(List<TableName> tables) throws SQLException {
        List<Facts> facts = new ArrayList<>();
        for (TableName table : tables) {
            Facts own = inspector.facts(table);
            facts.add(
                    new Facts(
                            own.table(),
                            own.kind(),
                            own.engine(),
                            own.rows(),
                            own.bytes(),
                            own.nextNumber(),
                            own.create(),
                            own.recorded().withChildKeys(childKeys(table))));
        }
        return facts;
    }

    private List<ChildKey> childKeys(TableName parent) throws SQLException {
        List<ChildKey> keysOfOthers = new ArrayList<>();
        for (TableName child : inspector.children(parent)) {
            for (ForeignKey key : inspector.keys(child)) {
                if (session.canonical(key.parent()).equals(parent)) {
                    keysOfOthers.add(new ChildKey(child, key, false));
                }
            }
        }
        return keysOfOthers;
    }

    /**
     * Sets them aside; they are as they were, or anything in between, if it fails.
     *
     * @param copies whether the statement leaves what it empties
     */
    void setAside(List<Entry> prepared, List<Facts> facts, boolean copies, Deadline deadline)
            throws SQLException, QuarantineException {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < prepared.size(); i++) {
            entries.add(standIn(prepared.get(i), facts.get(i), copies, deadline));
        }
        steps.after(Step.STAND_INS);
        for (Entry entry : entries) {
            standIns.rehearse(entry);
        }
        for (Entry entry : entries) {
            session.patience(deadline);
            triggers.drop(entry.recorded().triggers(), entry.live());
            keys.drop(entry.live(), fragile(entry).stream().map(ForeignKey::name).toList());
            steps.after(Step.TRIGGERS);
        }
        rename(entries, deadline);
        steps.after(Step.RENAME);
        reinforce(entries, deadline);
        if (copies) {
            for (Entry entry : entries) {
                complete(entry, deadline);
            }
            steps.after(Step.COPIES);
        }
    }

    private Entry standIn(Entry entry, Facts facts, boolean copies, Deadline deadline)
            throws SQLException, QuarantineException {
        deadline.check("the stand-in of " + entry.live());
        session.patience(deadline);
        if (!copies) {
            standIns.create(entry);
            return entry;
        }
        String identity = standIns.createCopy(entry, facts);
        catalogue.standIn(entry, identity);
        return catalogue.find(entry.id()).orElseThrow();
    }

    private void rename(List<Entry> entries, Deadline deadline)
            throws SQLException, QuarantineException {
        for (int number = 1; ; number++) {
            String quarantine = Places.quarantine(number);
            catalogue.ensureSchema(inspector, quarantine);
            List<TableName> names = new ArrayList<>();
            for (Entry entry : entries) {
                TableName kept = Places.kept(quarantine, entry.id());
                if (number > 1) {
                    catalogue.kept(entry, kept);
                }
                names.addAll(List.of(entry.live(), kept, entry.standIn(), entry.live()));
            }
            deadline.check("moving " + entries.getFirst().live());
            session.patience(deadline);
            try {
                session.execute(Rescue.renames(names));
                return;
            } catch (SQLException e) {
                if (!Failures.isNameTaken(e) || number == MOST_QUARANTINES) {
                    throw e;
                }
            }
        }
    }

    private static List<ForeignKey> fragile(Entry entry) {
        String table = entry.live().table();
        return entry.recorded().keys().stream().filter(key -> key.isFragile(table)).toList();
    }

    /**
     * Keys that must not be renamed with their table are on again before the statement runs: they
     * may be why the server refuses to drop their parent.
     */
    private void reinforce(List<Entry> moved, Deadline deadline) throws SQLException {
        for (Entry before : moved) {
            if (fragile(before).isEmpty()) {
                continue;
            }
            session.patience(deadline);
            Entry entry = catalogue.find(before.id()).orElseThrow();
            for (ForeignKey key : fragile(entry)) {
                keys.add(
                        entry.kept(),
                        key.movedWith(entry.live().table(), entry.kept().table()),
                        nowOf(key.parent(), moved));
            }
        }
    }

    /** Where a parent is by now that was set aside with its child, or is its own. */
    private TableName nowOf(TableName parent, List<Entry> moved) throws SQLException {
        TableName name = session.canonical(parent);
        for (Entry entry : moved) {
            if (entry.live().equals(name)) {
                return catalogue.find(entry.id()).orElseThrow().kept();
            }
        }
        return name;
    }

    private void complete(Entry entry, Deadline deadline) throws SQLException {
        session.patience(deadline);
        for (ForeignKey key : entry.recorded().keys()) {
            keys.add(entry.live(), key, key.parent());
        }
        triggers.ensure(entry.recorded().triggers(), entry.live());
    }

    /** DROP DATABASE takes along what is no table. */
    long recordSchema(Deed deed, String schema) throws SQLException {
        SchemaReader reader = new SchemaReader(session);
        return catalogue.prepareSchema(deed, schema, reader.create(schema), reader.objects(schema));
    }
}
