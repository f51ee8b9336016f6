package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A record as it stands in the fleet.
 *
 * @param body as it would be put
 * @param etag names this state of it
 */
record FleetRecord(RecordName name, ObjectNode body, String etag) {
    /** The state of a record that is not there: it has the defaults. */
    static final String ABSENT = "\"-1\"";

    boolean isAbsent() {
        return etag.equals(ABSENT);
    }
}
