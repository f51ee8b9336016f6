/**
 * The fleet's records as znodes: paths, JSON form, watching and conditional writing over Curator.
 * Start with {@link dev.homeport.topology.zk.ZooKeeperFleet}.
 */
package dev.homeport.topology.zk;
