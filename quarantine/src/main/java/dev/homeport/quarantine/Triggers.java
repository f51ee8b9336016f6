package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.List;

/** Takes the recorded triggers of a table off and puts them on, in their order. */
final class Triggers {
    private final ServiceSession session;
    private final Inspector inspector;

    Triggers(ServiceSession session, Inspector inspector) {
        this.session = session;
        this.inspector = inspector;
    }

    /** Those of them that are on that table. */
    void drop(List<Trigger> triggers, TableName table) throws SQLException {
        List<String> present = inspector.triggers(table).stream().map(Trigger::name).toList();
        for (Trigger trigger : triggers) {
            if (present.contains(trigger.name())) {
                session.execute(
                        "DROP TRIGGER " + new TableName(table.schema(), trigger.name()).quoted());
            }
        }
    }

    /** All of them, in their order, unless they are there already. */
    void ensure(List<Trigger> triggers, TableName table) throws SQLException {
        List<String> present = inspector.triggers(table).stream().map(Trigger::name).toList();
        if (triggers.stream().allMatch(trigger -> present.contains(trigger.name()))) {
            return;
        }
        // One alone would fire after those that are there.
        drop(triggers, table);
        Creation creation = new Creation(session);
        for (Trigger trigger : triggers) {
            creation.trigger(trigger, table, true);
        }
    }
}
