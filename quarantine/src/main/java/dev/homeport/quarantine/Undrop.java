package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.quarantine.SchemaObjects.SchemaObject;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Brings held tables back: a rename first, so that the rows are there at once, then what hung on
 * the table, as far as it still fits. Whatever does not is reported and keeps nobody from the rows.
 */
final class Undrop {
    private final ServiceSession session;
    private final Catalogue catalogue;
    private final Inspector inspector;
    private final ForeignKeys keys;
    private final Grants grants;

    Undrop(ServiceSession session, Catalogue catalogue, Inspector inspector) {
        this.session = session;
        this.catalogue = catalogue;
        this.inspector = inspector;
        this.keys = new ForeignKeys(session, inspector);
        this.grants = new Grants(session, inspector);
    }

    /** Under the locks of both schemas; the entry was read under them. */
    UndropReport bringBack(Entry entry, TableName target, List<Long> others)
            throws SQLException, QuarantineException {
        if (!inspector.exists(entry.kept())) {
            throw new QuarantineException(
                    Reason.NOT_FOUND, "%s is not in quarantine any more".formatted(entry.live()));
        }
        if (inspector.exists(target)) {
            throw new QuarantineException(Reason.OCCUPIED, target + " exists");
        }
        Findings findings = new Findings();
        ensureSchema(entry, target.schema(), findings);
        catalogue.restoring(entry, target);
        try {
            rename(entry, target, findings);
        } catch (SQLException e) {
            catalogue.state(entry, HeldState.HELD);
            throw e;
        }
        complete(entry, target, findings);
        return findings.report(entry.id(), target, others);
    }

    /** Goes on where somebody died; the table may not have moved yet. */
    void resume(Entry entry) throws SQLException {
        if (inspector.exists(entry.kept())) {
            catalogue.state(entry, HeldState.HELD);
        } else {
            complete(entry, entry.target(), new Findings());
        }
    }

    private void ensureSchema(Entry entry, String schema, Findings findings) throws SQLException {
        if (inspector.hasSchema(schema)) {
            return;
        }
        Optional<SchemaEntry> recorded =
                entry.schemaId() == 0 ? Optional.empty() : catalogue.schema(entry.schemaId());
        if (recorded.isPresent() && recorded.get().schema().equals(schema)) {
            session.execute(recorded.get().create());
        } else {
            session.execute("CREATE DATABASE " + TableName.quoted(schema));
        }
        findings.back("schema " + schema);
    }

    private void rename(Entry entry, TableName target, Findings findings) throws SQLException {
        try {
            session.execute(Rescue.renames(List.of(entry.kept(), target)));
        } catch (SQLException e) {
            if (!Failures.isNameTaken(e) || session.family() != Family.MYSQL) {
                throw e;
            }
            unnameChecks(entry, findings);
            session.execute(Rescue.renames(List.of(entry.kept(), target)));
        }
    }

    /** Another table has checks of those names now. */
    private void unnameChecks(Entry entry, Findings findings) throws SQLException {
        for (String check : CreateTable.parse(inspector.create(entry.kept())).checks()) {
            int end = CreateTable.endOfQuoted(check, check.indexOf('`'));
            String name = check.substring(check.indexOf('`'), end);
            session.execute(
                    "ALTER TABLE %s DROP CHECK %s, ADD %s"
                            .formatted(entry.kept().quoted(), name, check.substring(end).strip()));
            findings.missing("the name of check " + name + ", which is taken");
        }
    }

    private void complete(Entry entry, TableName target, Findings findings) throws SQLException {
        for (Trigger trigger : entry.recorded().triggers()) {
            triggerBack(entry, trigger, target, findings);
        }
        for (ForeignKey key : entry.recorded().keys()) {
            keyBack(entry, key, target, findings);
        }
        if (entry.kind() == NameKind.TABLE) {
            new IndexNames(session, inspector).restore(target, entry.create());
        }
        grantsBack(entry, target, findings);
        catalogue.state(entry, HeldState.RESTORED);
    }

    private void triggerBack(Entry entry, Trigger trigger, TableName target, Findings findings)
            throws SQLException {
        String what = "trigger " + trigger.name();
        if (inspector.hasTrigger(target.schema(), trigger.name())) {
            boolean isThere =
                    inspector.triggers(target).stream()
                            .anyMatch(other -> other.name().equals(trigger.name()));
            findings.add(isThere, what, "its name is taken");
            return;
        }
        findings.attempt(
                what,
                () -> new Creation(session).trigger(trigger, target, target.equals(entry.live())));
    }

    private void keyBack(Entry entry, ForeignKey key, TableName target, Findings findings)
            throws SQLException {
        boolean isSelf = session.canonical(key.parent()).equals(entry.live());
        TableName parent = isSelf ? target : key.parent();
        String what = "foreign key %s on %s".formatted(key.name(), parent);
        if (inspector.keys(target).stream().anyMatch(other -> other.name().equals(key.name()))) {
            findings.back(what);
            return;
        }
        try {
            keys.add(target, key, parent);
        } catch (SQLException e) {
            if (!Failures.isNameTaken(e)) {
                findings.failed(what, e);
                return;
            }
            findings.attempt(
                    what + ", under another name", () -> keys.addUnnamed(target, key, parent));
        }
        if (!inspector.exists(session.canonical(parent))) {
            findings.back(what + ", which is gone: rows are not checked until it is back");
            return;
        }
        findings.back(what);
        try {
            if (new Orphans(session).has(target, key, parent)) {
                findings.missing(what + ": there are rows whose parent is gone");
            }
        } catch (SQLException e) {
            if (Failures.isConnectionGone(e)) {
                throw e;
            }
            findings.missing(what + ": whether all rows have a parent was not found out");
        }
    }

    private void grantsBack(Entry entry, TableName target, Findings findings) throws SQLException {
        if (!target.equals(entry.live())) {
            if (!entry.recorded().grants().isEmpty()) {
                findings.missing("grants, which are those of " + entry.live());
            }
            return;
        }
        for (TableGrant grant : grants.missing(entry.recorded().grants(), target)) {
            findings.attempt(
                    "grant %s to %s@%s".formatted(grant.privileges(), grant.user(), grant.host()),
                    () -> grants.give(grant, target));
        }
    }

    /** The schema itself, with its character set and collation. */
    void schemaBack(SchemaEntry schema, Findings findings) throws SQLException {
        if (!inspector.hasSchema(schema.schema())) {
            session.execute(schema.create());
            findings.back("schema " + schema.schema());
        }
    }

    /** What a schema had beside tables. Views may need each other: tried until nothing moves. */
    void objectsBack(SchemaEntry schema, Findings findings) throws SQLException {
        List<SchemaObject> left = new ArrayList<>(schema.objects().objects());
        int before;
        do {
            before = left.size();
            left.removeIf(object -> isBack(schema.schema(), object, findings));
        } while (!left.isEmpty() && left.size() < before);
        for (SchemaObject object : left) {
            findings.attempt(word(object), () -> create(schema.schema(), object));
        }
    }

    private boolean isBack(String schema, SchemaObject object, Findings findings) {
        try {
            create(schema, object);
            findings.back(word(object));
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void create(String schema, SchemaObject object) throws SQLException {
        new Creation(session)
                .run(
                        schema,
                        object.create(),
                        object.sqlMode(),
                        object.charset(),
                        object.collation(),
                        object.timeZone());
    }

    private static String word(SchemaObject object) {
        return object.kind().toLowerCase(Locale.ROOT) + " " + object.name();
    }
}
