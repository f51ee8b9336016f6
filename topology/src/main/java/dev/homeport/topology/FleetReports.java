package dev.homeport.topology;

import java.util.Map;
import java.util.Optional;

/** What routers and agents say of themselves, as far as they are registered at this moment. */
public interface FleetReports {
    /** Routers that are registered, sorted by id. */
    Map<RouterId, RouterReport> routers();

    /** Agents that are registered, by cluster, sorted by id. */
    Map<ClusterId, Map<AgentId, AgentReport>> agents();

    /** The same; empty until ZooKeeper was read for the first time: then nobody knows. */
    Optional<Map<ClusterId, Map<AgentId, AgentReport>>> knownAgents();

    /**
     * Whether what is said here is what ZooKeeper said in the connection of this moment. While it
     * is not, it is the last that was known, from before a connection was lost.
     */
    boolean isAgreeing();

    /**
     * How often it came to agree. What is found after this has risen may have happened at any
     * moment since it rose last.
     */
    long agreements();

    /** Adds a listener; called on the watcher's thread after each change, must not block. */
    void onChange(Runnable listener);
}
