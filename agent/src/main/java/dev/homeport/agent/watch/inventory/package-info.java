/**
 * Which tables a cluster has and about how many rows, without opening one. Start with {@link
 * dev.homeport.agent.watch.inventory.KnownTables}.
 */
package dev.homeport.agent.watch.inventory;
