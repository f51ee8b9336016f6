package dev.homeport.topology.zk;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a daemon reaches the ensemble: section {@code zookeeper} of its configuration file.
 *
 * @param connect {@code host:port,host:port/chroot}
 * @param digestFile file with {@code user:password} for digest authentication; without {@code acl}
 *     the znodes that the daemon creates are then open to that identity only
 * @param sessionTimeout after which the ensemble forgets a silent daemon
 * @param connectTimeout for one connection
 * @param security what else keeps others out
 */
public record ZooKeeperConfig(
        String connect,
        Optional<Path> digestFile,
        Duration sessionTimeout,
        Duration connectTimeout,
        Security security) {
    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(6);
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /**
     * What keeps others out besides the digest.
     *
     * @param saslFile file with {@code user:password} for SASL (DIGEST-MD5)
     * @param tls TLS to the ensemble
     * @param acl ACLs by role; empty: one identity has everything
     */
    public record Security(
            Optional<Path> saslFile, Optional<EnsembleTlsConfig> tls, Optional<AclConfig> acl) {
        public static final Security NONE =
                new Security(Optional.empty(), Optional.empty(), Optional.empty());

        public Security {
            requireNonNull(saslFile, "saslFile");
            requireNonNull(tls, "tls");
            requireNonNull(acl, "acl");
        }

        /** The same with these ACLs. */
        public Security with(AclConfig roles) {
            return new Security(saslFile, tls, Optional.of(roles));
        }
    }

    public ZooKeeperConfig {
        requireNonNull(connect, "connect");
        requireNonNull(digestFile, "digestFile");
        requireNonNull(sessionTimeout, "sessionTimeout");
        requireNonNull(connectTimeout, "connectTimeout");
        requireNonNull(security, "security");
    }

    /** With a digest at most. */
    public ZooKeeperConfig(
            String connect,
            Optional<Path> digestFile,
            Duration sessionTimeout,
            Duration connectTimeout) {
        this(connect, digestFile, sessionTimeout, connectTimeout, Security.NONE);
    }

    /** The same with another identity. */
    public ZooKeeperConfig as(Path otherDigestFile) {
        return new ZooKeeperConfig(
                connect,
                Optional.of(otherDigestFile),
                sessionTimeout,
                connectTimeout,
                new Security(Optional.empty(), security.tls(), security.acl()));
    }

    /** The same with more than a digest. */
    public ZooKeeperConfig with(Security other) {
        return new ZooKeeperConfig(connect, digestFile, sessionTimeout, connectTimeout, other);
    }

    /** Reads the section; empty if it has problems, which are then in the fields' problems. */
    public static Optional<ZooKeeperConfig> read(Fields fields) {
        String connect = fields.string("connect");
        Optional<Path> digestFile = fields.optional("digestFile", Path::of);
        Duration session = fields.duration("sessionTimeout", DEFAULT_SESSION_TIMEOUT);
        Duration connectTimeout = fields.duration("connectTimeout", DEFAULT_CONNECT_TIMEOUT);
        fields.problems()
                .require(
                        connect.matches("[^/]+(/[^/]+)+"),
                        fields.pathOf("connect"),
                        "must be host:port/chroot, such as zk1:2181,zk2:2181/homeport, was "
                                + connect);
        fields.problems()
                .require(
                        session.compareTo(Duration.ofSeconds(1)) >= 0,
                        fields.pathOf("sessionTimeout"),
                        "must be at least 1s");
        Security security = readSecurity(fields, digestFile);
        return fields.build(
                () -> new ZooKeeperConfig(connect, digestFile, session, connectTimeout, security));
    }

    private static Security readSecurity(Fields fields, Optional<Path> digestFile) {
        Optional<Path> saslFile = fields.optional("saslFile", Path::of);
        Optional<EnsembleTlsConfig> tls =
                fields.has("tls")
                        ? fields.object("tls").flatMap(EnsembleTlsConfig::read)
                        : Optional.empty();
        Optional<AclConfig> acl =
                fields.has("acl")
                        ? fields.object("acl").flatMap(AclConfig::read)
                        : Optional.empty();
        boolean isSomebody =
                digestFile.isPresent()
                        || saslFile.isPresent()
                        || tls.flatMap(EnsembleTlsConfig::identity).isPresent();
        fields.problems()
                .require(
                        isSomebody || !fields.has("acl"),
                        fields.pathOf("acl"),
                        "needs an identity of this daemon: digestFile, saslFile or tls.identity");
        return new Security(saslFile, tls, acl);
    }
}
