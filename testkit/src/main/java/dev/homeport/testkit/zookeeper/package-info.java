/**
 * A real standalone ZooKeeper as a child process. Start with {@link
 * dev.homeport.testkit.zookeeper.ZooKeeperServer}.
 */
package dev.homeport.testkit.zookeeper;
