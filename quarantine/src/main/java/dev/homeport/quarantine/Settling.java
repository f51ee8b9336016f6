package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees what became of tables that were set aside, from nothing but what stands where, and does what
 * is left to do. It can stop anywhere and start again:
 *
 * <ul>
 *   <li>nothing in quarantine: the table never left, or is back;
 *   <li>in quarantine, and the stand-in under its name, or in its own place with nothing under the
 *       name (MariaDB died within a RENAME): the statement has not run; it goes back;
 *   <li>in quarantine otherwise: it is held. What is under its name then was truncated, or made
 *       since, and is nobody's to touch.
 * </ul>
 */
final class Settling {
    private static final Logger log = LoggerFactory.getLogger(Settling.class);

    private final ServiceSession session;
    private final Catalogue catalogue;
    private final Inspector inspector;
    private final StandIns standIns;
    private final Rescue rescue;
    private final Triggers triggers;
    private final ForeignKeys keys;

    Settling(ServiceSession session, Catalogue catalogue, Inspector inspector) {
        this.session = session;
        this.catalogue = catalogue;
        this.inspector = inspector;
        this.standIns = new StandIns(session, inspector);
        this.rescue = new Rescue(session, catalogue, standIns);
        this.triggers = new Triggers(session, inspector);
        this.keys = new ForeignKeys(session, inspector);
    }

    /** All tables of one statement, under the locks of their schemas. */
    List<Fate> settle(List<Entry> entries) throws SQLException {
        List<Fate> fates = new ArrayList<>();
        List<Entry> held = new ArrayList<>();
        for (Entry entry : entries) {
            boolean isHeld = isHeld(entry);
            fates.add(new Fate(entry.id(), entry.live(), isHeld));
            if (isHeld) {
                held.add(entry);
            } else {
                catalogue.state(entry, HeldState.RETURNED);
            }
        }
        // Only now: a key between two of them needs both where they will stay.
        for (Entry entry : held) {
            hold(entry);
        }
        return fates;
    }

    private boolean isHeld(Entry entry) throws SQLException {
        if (!inspector.exists(entry.kept())) {
            stayed(entry);
            return false;
        }
        if (!inspector.exists(entry.live())) {
            if (!inspector.exists(entry.standIn())) {
                return true;
            }
            session.execute(Rescue.renames(List.of(entry.kept(), entry.live())));
            stayed(entry);
            return false;
        }
        return !standIns.mayBe(entry, entry.live()) || !isPutBack(entry);
    }

    /** The table is where it belongs; its triggers, keys and stand-in need not be. */
    private void stayed(Entry entry) throws SQLException {
        if (entry.kind() == NameKind.TABLE
                && inspector.kind(entry.live()) == NameKind.TABLE
                && isUnchanged(entry)) {
            triggers.ensure(entry.recorded().triggers(), entry.live());
            keys.ensure(entry.live(), entry.recorded().keys());
            new IndexNames(session, inspector).restore(entry.live(), entry.create());
        }
        if (inspector.exists(entry.standIn())) {
            rescue.remove(entry, entry.live());
        }
    }

    /** What hung on a table is not hung on another that has its name now. */
    private boolean isUnchanged(Entry entry) throws SQLException {
        return CreateTable.parse(inspector.create(entry.live()))
                .bare()
                .isLike(CreateTable.parse(entry.create()).bare());
    }

    /** Puts it back unless what stands there turns out to be somebody else's. */
    private boolean isPutBack(Entry entry) throws SQLException {
        if (entry.isCopied()) {
            // A table with triggers moves to no other schema; keys could meet their own names.
            triggers.drop(entry.recorded().triggers(), entry.live());
            keys.dropAll(entry.live());
        }
        TableName live = entry.live();
        session.execute(Rescue.renames(List.of(live, entry.standIn(), entry.kept(), live)));
        if (!standIns.is(entry)) {
            session.execute(Rescue.renames(List.of(live, entry.kept(), entry.standIn(), live)));
            return false;
        }
        stayed(entry);
        return true;
    }

    private void hold(Entry entry) throws SQLException {
        if (inspector.exists(entry.standIn()) && rescue.isOurs(entry)) {
            standIns.drop(entry);
        }
        if (entry.kind() == NameKind.TABLE) {
            // ON DELETE CASCADE would empty it, and RESTRICT would keep others from deleting.
            keys.dropAll(entry.kept());
        }
        repoint(entry);
        catalogue.state(entry, HeldState.HELD);
    }

    /** Keys of others that followed it refer to its old name again. */
    private void repoint(Entry entry) throws SQLException {
        Recorded recorded = entry.recorded();
        List<ChildKey> children = new ArrayList<>(recorded.childKeys());
        for (int i = 0; i < children.size(); i++) {
            ChildKey child = children.get(i);
            if (inspector.kind(child.child()) != NameKind.TABLE) {
                continue;
            }
            Optional<ForeignKey> now =
                    inspector.keys(child.child()).stream()
                            .filter(key -> key.name().equals(child.key().name()))
                            .findFirst();
            boolean follows =
                    now.filter(key -> session.canonical(key.parent()).equals(entry.kept()))
                            .isPresent();
            if (follows) {
                children.set(i, child.off());
                catalogue.keys(entry, recorded.withChildKeys(children));
                keys.drop(child.child(), List.of(child.key().name()));
            }
            boolean isOffStill = child.isOff() && now.isEmpty();
            if (follows || isOffStill) {
                refer(entry, child);
            }
        }
    }

    private void refer(Entry entry, ChildKey child) throws SQLException {
        try {
            keys.add(child.child(), child.key(), entry.live());
        } catch (SQLException e) {
            if (Failures.isTransient(e)) {
                throw e;
            }
            // Something else has the name now, and the key does not fit it.
            catalogue.note(
                    entry, "key %s of %s is off".formatted(child.key().name(), child.child()));
            log.atWarn()
                    .addKeyValue("id", entry.id())
                    .addKeyValue("error", e.getErrorCode())
                    .log("a foreign key does not fit any more");
        }
    }
}
