package dev.homeport.agent.watch;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.topology.Family;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.TopologyException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps how far the watch has come, for the agent that leads next. Blocking, for a few seconds at
 * most.
 *
 * @see ZnodeWatchStore
 */
public interface WatchStore {
    /**
     * How far.
     *
     * @param resume where to begin to read, so that what is still needed comes again: the events of
     *     the window, and the stand-ins of tables that are on their way to the quarantine
     * @param judged everything up to there was judged, and what had to be told is in an incident
     * @param closed the last incidents that operators closed, in that order: whoever reads from
     *     there again must put what came later into others, as it was done then
     */
    record Progress(GtidPosition resume, GtidPosition judged, List<Closed> closed) {
        public Progress {
            requireNonNull(resume, "resume");
            requireNonNull(judged, "judged");
            closed = List.copyOf(closed);
        }
    }

    /**
     * An incident that was closed.
     *
     * @param at what lies behind that position did not go into it
     */
    record Closed(IncidentId id, GtidPosition at) {
        public Closed {
            requireNonNull(id, "id");
            requireNonNull(at, "at");
        }
    }

    /** Empty where there is none, or one of the other family. */
    Optional<Progress> read(Family family) throws TopologyException;

    /**
     * Replaces it, if this agent still leads.
     *
     * @throws TopologyException if it could not be written, or may not have been
     */
    void write(Progress progress) throws TopologyException;
}
