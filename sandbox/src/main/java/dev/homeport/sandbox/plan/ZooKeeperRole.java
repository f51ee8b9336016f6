package dev.homeport.sandbox.plan;

import dev.homeport.topology.Words;

/** Who somebody is to ZooKeeper, where its ACLs go by role. */
public enum ZooKeeperRole {
    ROUTERS,
    AGENTS,
    OPERATORS;

    /** The name that it has there, and that its password is kept by. */
    String user() {
        return "zookeeper_" + Words.of(this);
    }
}
