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
 * @param digestFile file with {@code user:password} for digest authentication; the znodes that the
 *     daemon creates are then open to that identity only
 * @param sessionTimeout after which the ensemble forgets a silent daemon
 * @param connectTimeout for one connection
 */
public record ZooKeeperConfig(
        String connect,
        Optional<Path> digestFile,
        Duration sessionTimeout,
        Duration connectTimeout) {
    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(6);
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);

    public ZooKeeperConfig {
        requireNonNull(connect, "connect");
        requireNonNull(digestFile, "digestFile");
        requireNonNull(sessionTimeout, "sessionTimeout");
        requireNonNull(connectTimeout, "connectTimeout");
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
        return fields.build(
                () -> new ZooKeeperConfig(connect, digestFile, session, connectTimeout));
    }
}
