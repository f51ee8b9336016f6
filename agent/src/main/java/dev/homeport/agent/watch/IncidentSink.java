package dev.homeport.agent.watch;

import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.TopologyException;
import java.util.Set;

/**
 * Where incidents go. Called on the watch's thread of the leading agent; may block for a few
 * seconds. Whether the agent still leads is for the sink to check in the write.
 */
public interface IncidentSink {
    /**
     * Opens an incident, or brings the one of that id to what the finding says. Idempotent; one
     * that was closed stays closed. An agent that took over has read again what the log tells of an
     * incident, but not what only hinted at it: lines of evidence that stand there are to stay.
     *
     * @throws TopologyException if it could not be written, or may not have been: it is tried again
     */
    Outcome put(LossFinding finding) throws TopologyException;

    /**
     * Those of them that an operator has closed. One that is not there counts as closed.
     *
     * @throws TopologyException if nobody can say
     */
    Set<IncidentId> closedAmong(Set<IncidentId> ids) throws TopologyException;

    /** What came of it. */
    enum Outcome {
        OPENED,
        AMENDED,
        /** It says that already. */
        UNCHANGED,
        /** An operator has closed it; nothing was written. */
        CLOSED
    }
}
