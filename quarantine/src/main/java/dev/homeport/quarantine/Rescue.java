package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes stand-ins, and keeps what others have written into them meanwhile. */
final class Rescue {
    private static final Logger log = LoggerFactory.getLogger(Rescue.class);

    private final ServiceSession session;
    private final Catalogue catalogue;
    private final StandIns standIns;

    Rescue(ServiceSession session, Catalogue catalogue, StandIns standIns) {
        this.session = session;
        this.catalogue = catalogue;
        this.standIns = standIns;
    }

    /**
     * Drops the stand-in, which is back in its own place. Its rows go into the table that is under
     * its name again; where they do not fit in, they are held like a table that was dropped.
     *
     * @param table where its rows belong
     */
    void remove(Entry entry, TableName table) throws SQLException {
        if (entry.kind() == NameKind.SEQUENCE || standIns.isEmpty(entry.standIn())) {
            standIns.drop(entry);
        } else if (entry.isCopied() && isMerged(entry, table)) {
            standIns.drop(entry);
        } else {
            keep(entry);
        }
    }

    private boolean isMerged(Entry entry, TableName table) throws SQLException {
        String columns =
                session
                        .query(
                                "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE"
                                        + " TABLE_SCHEMA = ? AND TABLE_NAME = ? AND"
                                        + " COALESCE(GENERATION_EXPRESSION, '') = ''"
                                        + " ORDER BY ORDINAL_POSITION",
                                entry.standIn().schema(),
                                entry.standIn().table())
                        .stream()
                        .map(row -> TableName.quoted(row.text(0)))
                        .collect(Collectors.joining(", "));
        try {
            session.begin();
            session.execute(
                    "INSERT INTO %s (%s) SELECT %s FROM %s"
                            .formatted(table.quoted(), columns, columns, entry.standIn().quoted()));
            session.commit();
            return true;
        } catch (SQLException e) {
            session.rollback();
            log.atWarn()
                    .addKeyValue("id", entry.id())
                    .addKeyValue("error", e.getErrorCode())
                    .log("rows that were written meanwhile do not fit in");
            return false;
        }
    }

    private void keep(Entry entry) throws SQLException {
        Entry rows =
                catalogue.insertLike(
                        entry,
                        "rows that others wrote while %d was set aside".formatted(entry.id()));
        session.execute(
                "RENAME TABLE %s TO %s".formatted(entry.standIn().quoted(), rows.kept().quoted()));
        catalogue.state(rows, HeldState.HELD);
    }

    /** Whether nothing but an empty stand-in is in that place. */
    boolean isOurs(Entry entry) throws SQLException {
        return standIns.is(entry)
                && (entry.kind() == NameKind.SEQUENCE || standIns.isEmpty(entry.standIn()));
    }

    static String renames(List<TableName> names) {
        StringBuilder sql = new StringBuilder("RENAME TABLE ");
        for (int i = 0; i < names.size(); i += 2) {
            sql.append(i == 0 ? "" : ", ")
                    .append(names.get(i).quoted())
                    .append(" TO ")
                    .append(names.get(i + 1).quoted());
        }
        return sql.toString();
    }
}
