/**
 * The agent's configuration file, one record per section. Start with {@link
 * dev.homeport.agent.config.AgentConfig}.
 */
package dev.homeport.agent.config;
