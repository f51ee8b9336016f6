package dev.homeport.sandbox.plan;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.process.FreePorts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;

/**
 * What a sandbox consists of, who listens where and every secret. Kept in {@code state.json}.
 *
 * @param ports by the name of the part that listens
 * @param passwords by user; also the router's token and ZooKeeper's password
 * @param registered addresses of each cluster's instances as they were last written to ZooKeeper: a
 *     definition is written again only where they changed, so that what an operator edited stays
 * @param ensemble the ZooKeeper that runs already and is used, as {@code host:port,host:port};
 *     empty: it has one of its own
 * @param hasRoles whether ZooKeeper's ACLs go by role; what they went by at first stays
 * @param hasDemoProjects they were made once; what an operator did to them since stays
 */
public record SandboxPlan(
        SandboxSize size,
        Map<String, Integer> ports,
        Map<String, String> passwords,
        Map<String, String> registered,
        String ensemble,
        boolean hasRoles,
        boolean hasDemoProjects) {
    private static final Duration PATIENCE_WITH_LAST_RUN = Duration.ofSeconds(3);
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);
    private static final String ADMIN_TOKEN = "admin-token";
    private static final String PEER_TOKEN = "peer-token";
    private static final String AGENT_TOKEN = "agent-token";
    private static final String ZOOKEEPER_USER = "homeport";

    public SandboxPlan {
        ports = Collections.unmodifiableMap(new TreeMap<>(ports));
        passwords = Collections.unmodifiableMap(new TreeMap<>(passwords));
        registered = Collections.unmodifiableMap(new TreeMap<>(registered));
        ensemble = ensemble == null ? "" : ensemble; // as an older version has written it
    }

    /**
     * Plans a run.
     *
     * @param saved the plan of the last one in this directory
     * @throws SandboxException if what is asked for is not possible
     */
    public static SandboxPlan of(SandboxOptions options, Optional<SandboxPlan> saved) {
        Set<Integer> own = Set.copyOf(saved.map(SandboxPlan::ports).orElse(Map.of()).values());
        return of(options, saved, claimPatiently(own), FreePorts::next);
    }

    /** After a run that was killed its parts need a moment to be gone. */
    private static IntPredicate claimPatiently(Set<Integer> own) {
        Instant deadline = Instant.now().plus(PATIENCE_WITH_LAST_RUN);
        return port -> {
            while (!FreePorts.claim(port)) {
                if (!own.contains(port) || Instant.now().isAfter(deadline)) {
                    return false;
                }
                LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
            }
            return true;
        };
    }

    /** Gives the ports back, for others in this JVM. Idempotent. */
    public void releasePorts() {
        ports.values().forEach(FreePorts::release);
    }

    static SandboxPlan of(
            SandboxOptions options,
            Optional<SandboxPlan> saved,
            IntPredicate claim,
            IntSupplier any) {
        SandboxSize size = SandboxSize.of(options, saved.map(SandboxPlan::size));
        boolean hasRoles = saved.map(SandboxPlan::hasRoles).orElse(options.hasRoles());
        if (options.hasRoles() && !hasRoles) {
            throw new SandboxException(
                    "the sandbox in %s has one identity for all in ZooKeeper: take another directory"
                            .formatted(options.data()));
        }
        Map<String, Integer> ports =
                PortPlan.choose(
                        options, size, saved.map(SandboxPlan::ports).orElse(Map.of()), claim, any);
        return new SandboxPlan(
                size,
                ports,
                passwords(saved),
                saved.map(SandboxPlan::registered).orElse(Map.of()),
                options.ensemble().or(() -> saved.map(SandboxPlan::ensemble)).orElse(""),
                hasRoles,
                saved.map(SandboxPlan::hasDemoProjects).orElse(false));
    }

    /** Those of the last run; new ones for what a run of an older version did not have. */
    private static Map<String, String> passwords(Optional<SandboxPlan> saved) {
        Map<String, String> passwords = new TreeMap<>();
        for (String user :
                new String[] {
                    "root",
                    "app",
                    "homeport_provision",
                    "homeport_agent",
                    "homeport_guard",
                    "homeport_replication",
                    ZOOKEEPER_USER,
                    ZooKeeperRole.ROUTERS.user(),
                    ZooKeeperRole.AGENTS.user(),
                    ZooKeeperRole.OPERATORS.user(),
                    ADMIN_TOKEN,
                    PEER_TOKEN,
                    AGENT_TOKEN
                }) {
            passwords.put(user, Account.withRandomPassword(user).password());
        }
        saved.ifPresent(plan -> passwords.putAll(plan.passwords));
        return passwords;
    }

    public Account root() {
        return account("root");
    }

    /** May use every schema of an application, on every cluster. */
    public Account app() {
        return account("app");
    }

    /** May create schemas. */
    public Account provision() {
        return account("homeport_provision");
    }

    /** Keeps what statements would destroy. */
    public Account guard() {
        return account("homeport_guard");
    }

    /** May look at replication. */
    public Account agent() {
        return account("homeport_agent");
    }

    /** May read binlogs. */
    public Account replication() {
        return account("homeport_replication");
    }

    /** Identity in ZooKeeper; without roles that of everybody. */
    public Account zooKeeper(ZooKeeperRole role) {
        return account(hasRoles ? role.user() : ZOOKEEPER_USER);
    }

    /** Bearer token with the role admin. */
    public String adminToken() {
        return account(ADMIN_TOKEN).password();
    }

    /** The secret by which routers know each other. */
    public String peerToken() {
        return account(PEER_TOKEN).password();
    }

    /** Bearer token with the role viewer. */
    public String agentToken() {
        return account(AGENT_TOKEN).password();
    }

    private Account account(String user) {
        return new Account(user, passwords.get(user));
    }

    /** Whether it runs a ZooKeeper of its own. */
    public boolean hasOwnZooKeeper() {
        return ensemble.isEmpty();
    }

    /** {@code host:port}, or several with commas between. */
    public String zooKeeperAddress() {
        return hasOwnZooKeeper() ? "127.0.0.1:" + zooKeeperPort() : ensemble;
    }

    /** Of its own one. */
    public int zooKeeperPort() {
        return ports.get(PortPlan.ZOOKEEPER);
    }

    /** Where applications connect to that router. */
    public int mysqlPort(String router) {
        return ports.get(PortPlan.mysqlOf(router));
    }

    /** Where that router or agent has its HTTP interface. */
    public int adminPort(String daemon) {
        return ports.get(PortPlan.adminOf(daemon));
    }

    public int instancePort(String instance) {
        return ports.get(instance);
    }

    /** The same, with what is registered now. */
    public SandboxPlan withRegistered(Map<String, String> addresses) {
        return new SandboxPlan(
                size, ports, passwords, addresses, ensemble, hasRoles, hasDemoProjects);
    }

    /** The same, with the demo projects made. */
    public SandboxPlan withDemoProjects() {
        return new SandboxPlan(size, ports, passwords, registered, ensemble, hasRoles, true);
    }

    @Override
    public String toString() {
        return "SandboxPlan[" + size + ", " + ports + "]";
    }
}
