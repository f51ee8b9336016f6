package dev.homeport.agent.watch;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.topology.Family;
import dev.homeport.topology.TopologyException;
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
     */
    record Progress(GtidPosition resume, GtidPosition judged) {
        public Progress {
            requireNonNull(resume, "resume");
            requireNonNull(judged, "judged");
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
