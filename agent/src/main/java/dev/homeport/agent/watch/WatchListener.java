package dev.homeport.agent.watch;

import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.topology.IncidentId;
import java.time.Duration;

/** Is told what the watch does, on its threads; must not block. */
public interface WatchListener {
    /** A statement of the binary log was looked at. */
    void onStatement(StatementOutcome outcome);

    /** Something hinted at a loss. */
    void onHint(Hint.Kind kind);

    /** An incident was opened or has become more. */
    void onIncident(LossFinding finding, IncidentSink.Outcome outcome);

    /** An operator has closed an incident. */
    void onClosed(IncidentId incident);

    /** An inventory was taken. */
    void onInventory(Duration took, long tables);

    /** An event of the binary log could not be read. */
    void onUnreadable();

    /** What became of a statement of the binary log. */
    enum StatementOutcome {
        /** Something is gone that nobody announced. */
        DESTROYED,
        /** What it named is in quarantine. */
        QUARANTINED,
        /** Announced, or approved by an operator. */
        ANNOUNCED,
        /** Let pass by a router's rules. */
        ALLOWED,
        /** Destroys nothing that was there. */
        NOTHING,
        /** Cannot be read. */
        OPAQUE
    }
}
