/**
 * The agent daemon. {@link dev.homeport.agent.AgentMain} is its composition root: it alone knows
 * all parts, and nobody imports it.
 */
package dev.homeport.agent;
