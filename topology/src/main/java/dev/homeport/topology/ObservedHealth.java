package dev.homeport.topology;

import java.util.Map;

/**
 * The health that holds at this moment. A verdict outlives the agents that reached it; once none of
 * them is registered any more nobody observes the cluster, and what the verdict says of its health
 * is old news. Its primary and epoch go on to hold. Pure.
 */
public final class ObservedHealth {
    private ObservedHealth() {}

    /**
     * The health to show, and to place by.
     *
     * @param agents the agents of the cluster that are registered, see {@link FleetReports#agents}
     */
    public static Health of(Verdict verdict, Map<AgentId, AgentReport> agents) {
        return agents.isEmpty() ? Health.UNKNOWN : verdict.health();
    }
}
