package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What a file means for one record.
 *
 * @param standing what is there; empty where there is none yet
 * @param wanted what the file says
 * @param changes field by field; empty where nothing is different
 */
record PlannedRecord(
        RecordName name,
        Optional<FleetRecord> standing,
        ObjectNode wanted,
        List<RecordDiff.Change> changes) {
    PlannedRecord {
        changes = List.copyOf(changes);
    }

    boolean isNew() {
        return standing.isEmpty();
    }

    boolean isChange() {
        return isNew() || !changes.isEmpty();
    }

    /** {@code new}, {@code changed} or {@code untouched}. */
    String word() {
        if (isNew()) {
            return "new";
        }
        return changes.isEmpty() ? "untouched" : "changed";
    }
}
