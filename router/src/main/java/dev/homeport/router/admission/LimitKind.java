package dev.homeport.router.admission;

import java.util.Optional;

/** What is counted: places first, then how fast they are taken. */
public enum LimitKind {
    CONNECTIONS("limits.maxConnections", ""),
    ADDRESS("limits.maxConnectionsPerAddress", "address"),
    PROJECT("limits.maxConnectionsPerProject", "project"),
    USER("limits.maxConnectionsPerUser", "user"),
    CONNECTS_OF_ADDRESS("limits.connectsPerSecondPerAddress", "address"),
    LOGINS_OF_PROJECT("limits.loginsPerSecondPerProject", "project"),
    PLACEMENTS("placement.onDemand.perSecond", ""),
    PLACEMENTS_OF_ADDRESS("placement.onDemand.perAddressPerMinute", "address"),
    PLACEMENTS_OF_USER("placement.onDemand.perUserPerMinute", "user");

    private final String setting;
    private final String owner;

    LimitKind(String setting, String owner) {
        this.setting = setting;
        this.owner = owner;
    }

    /** The key of the router's file that says how much there is. */
    public String setting() {
        return setting;
    }

    /** Who has a limit of their own; empty where there is one for all together. */
    public Optional<String> owner() {
        return Optional.of(owner).filter(word -> !word.isEmpty());
    }
}
