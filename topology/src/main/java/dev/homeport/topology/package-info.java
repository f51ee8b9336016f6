/**
 * What every part of Homeport agrees on: the records of a fleet and the pure rules over them. No
 * Netty, no JDBC, no ZooKeeper. Start with {@link dev.homeport.topology.FleetSnapshot}, then {@link
 * dev.homeport.topology.Availability} and {@link dev.homeport.topology.PlacementChoice}.
 */
package dev.homeport.topology;
