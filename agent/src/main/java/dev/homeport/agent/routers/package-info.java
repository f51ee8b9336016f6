/**
 * What the agent asks the routers of the fleet, over their REST interface: who executed a statement
 * ({@link dev.homeport.agent.routers.RouterAttribution}), and how often clients are told that a
 * table does not exist ({@link dev.homeport.agent.routers.MissingTablePoll}).
 */
package dev.homeport.agent.routers;
