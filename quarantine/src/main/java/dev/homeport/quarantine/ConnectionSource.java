package dev.homeport.quarantine;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Connections of the quarantine's account to the primary of one cluster. They are closed after use
 * and never handed back changed: what the quarantine sets in a session stays in it, so a pool must
 * not give it to anybody else.
 */
@FunctionalInterface
public interface ConnectionSource {
    /**
     * A new connection, without a default schema.
     *
     * @throws SQLException if there is no primary, or it does not answer in time
     */
    Connection connect() throws SQLException;
}
