package dev.homeport.sandbox.plan;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What {@code homeport up} was asked for. What is empty is as it was the last time in this
 * directory; the first time it is the default, and ports are chosen free.
 *
 * @param data where everything lives
 * @param clusters 1 to 20
 * @param replicas per cluster, 0 to 5
 * @param routers 1 to 10
 * @param mysqlPort of the first router
 * @param adminPort of the first router
 * @param ensemble {@code host:port,host:port} of a ZooKeeper that runs already, to be used instead
 *     of one of its own; without a chroot
 * @param hasRoles whether routers, agents and operators have identities of their own in ZooKeeper,
 *     by which its ACLs go; else all of them are one
 */
public record SandboxOptions(
        Path data,
        OptionalInt clusters,
        OptionalInt replicas,
        OptionalInt routers,
        OptionalInt mysqlPort,
        OptionalInt adminPort,
        OptionalInt zkPort,
        Optional<String> ensemble,
        boolean hasRoles) {
    private static final Pattern ENSEMBLE =
            Pattern.compile("[^\\s,/:]+:\\d{1,5}(,[^\\s,/:]+:\\d{1,5})*");

    /**
     * @throws IllegalArgumentException if a number is out of range
     */
    public SandboxOptions {
        requireNonNull(data, "data");
        data = data.toAbsolutePath().normalize();
        requireWithin("--clusters", clusters, 1, 20);
        requireWithin("--replicas", replicas, 0, 5);
        requireWithin("--routers", routers, 1, 10);
        requireWithin("--mysql-port", mysqlPort, 1, 65535);
        requireWithin("--admin-port", adminPort, 1, 65535);
        requireWithin("--zk-port", zkPort, 1, 65535);
        if (ensemble.isPresent() && !ENSEMBLE.matcher(ensemble.get()).matches()) {
            throw new IllegalArgumentException(
                    "--zookeeper must be HOST:PORT or several with commas between, was \""
                            + ensemble.get()
                            + "\"");
        }
        if (ensemble.isPresent() && zkPort.isPresent()) {
            throw new IllegalArgumentException(
                    "--zookeeper names a ZooKeeper that runs already: --zk-port is for one of its own");
        }
    }

    /** Defaults in that directory. */
    public static SandboxOptions in(Path data) {
        OptionalInt none = OptionalInt.empty();
        return new SandboxOptions(
                data, none, none, none, none, none, none, Optional.empty(), false);
    }

    /** With that many of each. */
    public SandboxOptions sized(int newClusters, int newReplicas, int newRouters) {
        return new SandboxOptions(
                data,
                OptionalInt.of(newClusters),
                OptionalInt.of(newReplicas),
                OptionalInt.of(newRouters),
                mysqlPort,
                adminPort,
                zkPort,
                ensemble,
                hasRoles);
    }

    /** With a ZooKeeper that runs already. */
    public SandboxOptions on(String newEnsemble) {
        return new SandboxOptions(
                data,
                clusters,
                replicas,
                routers,
                mysqlPort,
                adminPort,
                zkPort,
                Optional.of(newEnsemble),
                hasRoles);
    }

    /** With ACLs by role. */
    public SandboxOptions withRoles() {
        return new SandboxOptions(
                data, clusters, replicas, routers, mysqlPort, adminPort, zkPort, ensemble, true);
    }

    private static void requireWithin(String option, OptionalInt value, int min, int max) {
        if (value.isPresent() && (value.getAsInt() < min || value.getAsInt() > max)) {
            throw new IllegalArgumentException(
                    "%s must be %d to %d, was %d".formatted(option, min, max, value.getAsInt()));
        }
    }
}
