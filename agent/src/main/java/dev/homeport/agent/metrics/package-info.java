/** The agent's meters, all registered in {@link dev.homeport.agent.metrics.AgentMeters}. */
package dev.homeport.agent.metrics;
