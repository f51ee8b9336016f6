package dev.homeport.topology;

import java.util.List;
import java.util.Optional;

/**
 * All incidents that are kept, closed ones among them, as they stand in ZooKeeper. Blocking: never
 * call it on an event loop. The open ones are in the {@link FleetSnapshot}, too.
 */
public interface IncidentLog {
    /**
     * By id, so from the oldest to the newest. One that cannot be read is left out.
     *
     * @throws TopologyException {@code UNAVAILABLE} if ZooKeeper is away
     */
    List<Incident> all() throws TopologyException;

    /**
     * One of them; empty where there is none, or it cannot be read.
     *
     * @throws TopologyException {@code UNAVAILABLE} if ZooKeeper is away
     */
    Optional<Incident> find(IncidentId id) throws TopologyException;
}
