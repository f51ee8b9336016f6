package dev.homeport.quarantine;

import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.sql.SQLException;

/** Runs a CREATE that takes more from its session than its text says. */
final class Creation {
    private static final String PLAIN_MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION";

    private final ServiceSession session;

    Creation(ServiceSession session) {
        this.session = session;
    }

    /** Makes the trigger on that table; its own statement is kept where the name is the same. */
    void trigger(Trigger trigger, TableName table, boolean isSameName) throws SQLException {
        run(
                table.schema(),
                isSameName ? trigger.create() : trigger.createOn(table),
                trigger.sqlMode(),
                trigger.charset(),
                trigger.collation(),
                "");
    }

    /**
     * @param sqlMode, and the others: empty for the session's own
     */
    void run(
            String schema,
            String create,
            String sqlMode,
            String charset,
            String collation,
            String timeZone)
            throws SQLException {
        try {
            session.update("SET SESSION sql_mode = ?", sqlMode);
            if (!timeZone.isEmpty()) {
                session.update("SET SESSION time_zone = ?", timeZone);
            }
            // The driver sends UTF-8, so nothing else may be said; the text means the same in it.
            if (charset.startsWith("utf8")) {
                session.update("SET character_set_client = ?", charset);
            }
            if (!collation.isEmpty()) {
                session.update("SET collation_connection = ?", collation);
            }
            session.executeIn(schema, create);
        } finally {
            session.execute("SET NAMES utf8mb4");
            session.execute("SET SESSION time_zone = '+00:00'");
            session.execute(
                    "SET SESSION sql_mode = '"
                            + PLAIN_MODE
                            + (session.family() == Family.MARIADB ? ",NO_AUTO_CREATE_USER'" : "'"));
        }
    }
}
