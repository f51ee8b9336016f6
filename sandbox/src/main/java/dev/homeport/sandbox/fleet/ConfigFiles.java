package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxDirectory;
import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.sandbox.plan.ZooKeeperRole;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.AclConfig;
import dev.homeport.topology.zk.AclConfig.Identity;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperConfig.Security;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The configuration files of routers and agents, and the secrets they name. All of mode 0600. */
final class ConfigFiles {
    private static final String CHROOT = "/homeport";

    private final SandboxPlan plan;
    private final SandboxDirectory directory;

    ConfigFiles(SandboxPlan plan, SandboxDirectory directory) {
        this.plan = plan;
        this.directory = directory;
    }

    /** {@code host:port/chroot}. */
    String zooKeeperConnect() {
        return plan.zooKeeperAddress() + CHROOT;
    }

    /** {@code user:password}. */
    String zooKeeperDigest(ZooKeeperRole role) {
        return plan.zooKeeper(role).user() + ":" + plan.zooKeeper(role).password();
    }

    private Path zooKeeperDigestFile(ZooKeeperRole role) {
        return directory.secret(
                plan.hasRoles() ? "zookeeper-digest-" + Words.of(role) : "zookeeper-digest");
    }

    /** How somebody of that role connects; the secrets must have been written. */
    ZooKeeperConfig zooKeeper(ZooKeeperRole role) {
        ZooKeeperConfig config =
                new ZooKeeperConfig(
                        zooKeeperConnect(),
                        Optional.of(zooKeeperDigestFile(role)),
                        ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT,
                        ZooKeeperConfig.DEFAULT_CONNECT_TIMEOUT);
        return plan.hasRoles() ? config.with(Security.NONE.with(acl())) : config;
    }

    private AclConfig acl() {
        return new AclConfig(
                List.of(identity(ZooKeeperRole.ROUTERS)),
                List.of(identity(ZooKeeperRole.AGENTS)),
                List.of(identity(ZooKeeperRole.OPERATORS)));
    }

    private Identity identity(ZooKeeperRole role) {
        try {
            return AclConfig.identityOf(zooKeeperDigestFile(role));
        } catch (IOException e) {
            throw new SandboxException("cannot read a secret: " + e.getMessage(), e);
        }
    }

    /** Writes what the files of all daemons name. */
    void writeSecrets() {
        for (ZooKeeperRole role : ZooKeeperRole.values()) {
            Path file = zooKeeperDigestFile(role);
            PrivateDirectories.create(file.getParent());
            PrivateDirectories.write(file, zooKeeperDigest(role) + "\n");
        }
        writePassword(plan.provision());
        writePassword(plan.guard());
        writePassword(plan.agent());
        PrivateDirectories.write(tokensFile(), tokens());
        PrivateDirectories.write(peerTokenFile(), plan.peerToken() + "\n");
        PrivateDirectories.write(agentTokenFile(), plan.agentToken() + "\n");
        PrivateDirectories.write(directory.clientOptions(), clientOptions());
    }

    private void writePassword(Account account) {
        PrivateDirectories.write(passwordFile(account), account.password() + "\n");
    }

    private Path passwordFile(Account account) {
        return directory.secret(account.user());
    }

    private Path tokensFile() {
        return directory.secret("tokens.yaml");
    }

    private Path peerTokenFile() {
        return directory.secret("peer-token");
    }

    private Path agentTokenFile() {
        return directory.secret("agent-token");
    }

    /** Writes a router's file. */
    Path writeRouter(String id) {
        Path folder = PrivateDirectories.create(directory.of(id));
        Path file = folder.resolve("router.yaml");
        PrivateDirectories.write(
                file,
                """
                id: %s
                %s
                snapshotFile: %s
                listeners:
                  - { name: main, bind: 127.0.0.1, port: %d }
                routing:
                  keys:
                    - { key: user, separator: "+" }
                    - { key: attribute, name: project, pattern: "(?<project>.+)" }
                    - { key: attribute, name: _server_host, pattern: "(?<project>.+)\\\\.db\\\\.(localhost|example\\\\.com)" }
                    - { key: schema, pattern: "(?<project>.+)" }
                admin: { bind: 127.0.0.1, port: %d, tokensFile: %s, peerTokenFile: %s }
                provisioning: { user: %s, passwordFile: %s }
                guard: { user: %s, passwordFile: %s }
                shutdown: { deadline: 5s }
                """
                        .formatted(
                                id,
                                zooKeeperSection(ZooKeeperRole.ROUTERS),
                                quoted(folder.resolve("fleet.snapshot")),
                                plan.mysqlPort(id),
                                plan.adminPort(id),
                                quoted(tokensFile()),
                                quoted(peerTokenFile()),
                                plan.provision().user(),
                                quoted(passwordFile(plan.provision())),
                                plan.guard().user(),
                                quoted(passwordFile(plan.guard()))));
        return file;
    }

    /** Writes the file of a cluster's agent. */
    Path writeAgent(String id, String cluster) {
        Path folder = PrivateDirectories.create(directory.of(id));
        Path file = folder.resolve("agent.yaml");
        PrivateDirectories.write(
                file,
                """
                id: %s
                cluster: %s
                %s
                probe: { user: %s, passwordFile: %s }
                quarantine: { user: %s, passwordFile: %s }
                watch: { inventoryFile: %s }
                routers: { tokenFile: %s }
                admin: { bind: 127.0.0.1, port: %d }
                """
                        .formatted(
                                id,
                                cluster,
                                zooKeeperSection(ZooKeeperRole.AGENTS),
                                plan.agent().user(),
                                quoted(passwordFile(plan.agent())),
                                plan.guard().user(),
                                quoted(passwordFile(plan.guard())),
                                quoted(folder.resolve("inventory.gz")),
                                quoted(agentTokenFile()),
                                plan.adminPort(id)));
        return file;
    }

    private String zooKeeperSection(ZooKeeperRole role) {
        return "zookeeper: { connect: \"%s\", digestFile: %s%s }"
                .formatted(
                        zooKeeperConnect(),
                        quoted(zooKeeperDigestFile(role)),
                        plan.hasRoles() ? ", acl: " + aclSection(acl()) : "");
    }

    private static String aclSection(AclConfig acl) {
        return "{ routers: [\"%s\"], agents: [\"%s\"], operators: [\"%s\"] }"
                .formatted(
                        acl.routers().getFirst(),
                        acl.agents().getFirst(),
                        acl.operators().getFirst());
    }

    private String tokens() {
        return """
        tokens:
          - { name: sandbox, role: admin, sha256: "%s" }
          - { name: agents, role: viewer, sha256: "%s" }
        """
                .formatted(sha256(plan.adminToken()), sha256(plan.agentToken()));
    }

    private String clientOptions() {
        return """
        [client]
        host = 127.0.0.1
        port = %d
        user = %s
        password = %s
        # The router greets without TLS, which newer clients insist on.
        loose-skip-ssl
        """
                .formatted(plan.mysqlPort("r1"), plan.app().user(), plan.app().password());
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As YAML reads it between double quotes. */
    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
