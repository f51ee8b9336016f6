package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The tables that the client's statement destroys instead. One that is dropped is a table with one
 * column and a mark in its comment, or a sequence with that mark; one that is truncated is an empty
 * copy, known by what {@link Inspector#identity} says of it.
 */
final class StandIns {
    /** Two tables that are made in different seconds can be told apart. */
    private static final Duration A_SECOND = Duration.ofMillis(1100);

    private final ServiceSession session;
    private final Inspector inspector;

    StandIns(ServiceSession session, Inspector inspector) {
        this.session = session;
        this.inspector = inspector;
    }

    /** Makes one where nobody sees it. */
    void create(Entry entry) throws SQLException {
        session.execute(
                entry.kind() == NameKind.SEQUENCE
                        ? "CREATE SEQUENCE %s ENGINE=InnoDB COMMENT = '%s'"
                                .formatted(entry.standIn().quoted(), Places.mark(entry.id()))
                        : "CREATE TABLE %s (%s INT NOT NULL PRIMARY KEY) ENGINE=%s COMMENT = '%s'"
                                .formatted(
                                        entry.standIn().quoted(),
                                        Places.COLUMN,
                                        engine(entry),
                                        Places.mark(entry.id())));
    }

    /**
     * Where a foreign key names a table that it cannot refer to, InnoDB would try it on the
     * stand-in, and refuse the RENAME (150): it must not be InnoDB's either.
     */
    private static String engine(Entry entry) {
        boolean isInnoDb = entry.table().engine().equalsIgnoreCase("InnoDB");
        boolean isPartitioned =
                CreateTable.parse(entry.create()).options().contains("PARTITION BY");
        return isInnoDb && !isPartitioned ? "InnoDB" : "MyISAM";
    }

    /** Makes an empty copy where nobody sees it, and says what it will be known by. */
    String createCopy(Entry entry, Facts facts) throws SQLException, QuarantineException {
        new Copies(session, inspector).create(entry.standIn(), facts);
        String identity = inspector.identity(entry.standIn());
        if (identity.isEmpty()) {
            throw new QuarantineException(
                    Reason.UNSUPPORTED,
                    "whether a table of engine %s was truncated cannot be seen on this server"
                            .formatted(facts.engine()));
        }
        if (!identity.startsWith("innodb:")) {
            pause();
        }
        return identity;
    }

    private static void pause() throws QuarantineException {
        try {
            Thread.sleep(A_SECOND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QuarantineException(Reason.LOCKED, "interrupted", e);
        }
    }

    /**
     * Makes a trigger of each definer on a stand-in and drops it: what cannot be made again must
     * not be dropped, and the server says which right is missing.
     */
    void rehearse(Entry entry) throws SQLException {
        Set<String> definers = new LinkedHashSet<>();
        entry.recorded().triggers().forEach(trigger -> definers.add(trigger.definer()));
        TableName trigger = new TableName(Places.HOME, "r" + entry.id());
        for (String definer : definers) {
            session.execute(
                    "CREATE DEFINER=%s TRIGGER %s BEFORE INSERT ON %s FOR EACH ROW SET @homeport = 1"
                            .formatted(
                                    definer.replace('"', '`'),
                                    trigger.quoted(),
                                    entry.standIn().quoted()));
            session.execute("DROP TRIGGER " + trigger.quoted());
        }
    }

    /** Whether what stands there may be the stand-in; {@link #is} is certain. */
    boolean mayBe(Entry entry, TableName name) throws SQLException {
        return entry.isCopied() ? inspector.mayBe(entry.identity(), name) : isMarked(entry, name);
    }

    /** Whether what stands in the stand-ins' own place is it. */
    boolean is(Entry entry) throws SQLException {
        if (!entry.isCopied()) {
            return isMarked(entry, entry.standIn());
        }
        return inspector.identity(entry.standIn()).equals(entry.identity());
    }

    private boolean isMarked(Entry entry, TableName name) throws SQLException {
        return inspector.comment(name).equals(Places.mark(entry.id()));
    }

    boolean isEmpty(TableName table) throws SQLException {
        return session.query("SELECT 1 FROM " + table.quoted() + " LIMIT 1").isEmpty();
    }

    void drop(Entry entry) throws SQLException {
        session.execute("DROP TABLE " + entry.standIn().quoted());
    }
}
