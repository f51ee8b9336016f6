/**
 * A real ZooKeeper as a child process, alone or as an ensemble of several. Start with {@link
 * dev.homeport.testkit.zookeeper.ZooKeeperServer} or {@link
 * dev.homeport.testkit.zookeeper.ZooKeeperEnsemble}.
 */
package dev.homeport.testkit.zookeeper;
