package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A record as it stands in the fleet.
 *
 * @param body as it would be put
 * @param etag names this state of it
 */
record FleetRecord(RecordName name, ObjectNode body, String etag) {}
