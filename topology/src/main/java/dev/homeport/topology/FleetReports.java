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

    /** How what is said here stands to ZooKeeper. */
    Agreement agreement();

    /** Why it cannot be read while there is a connection; empty when it can. */
    Optional<String> problem();

    /** Adds a listener; called on the watcher's thread after each change, must not block. */
    void onChange(Runnable listener);
}
