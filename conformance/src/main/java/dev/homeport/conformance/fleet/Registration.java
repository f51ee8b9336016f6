package dev.homeport.conformance.fleet;

import dev.homeport.testkit.process.ServerException;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.Versioned;
import dev.homeport.topology.zk.ZnodePaths;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Writes the records of clusters and projects, and the verdicts that agents would write. */
final class Registration implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ZooKeeperFleet fleet;
    private final TestDatabase database;
    private final Path authority;

    private Registration(ZooKeeperFleet fleet, TestDatabase database, Path authority) {
        this.fleet = fleet;
        this.database = database;
        this.authority = authority;
    }

    /** Connects to a chroot that is empty. */
    static Registration connect(
            String zooKeeper, TestDatabase database, TestCertificates certificates)
            throws IOException {
        ZooKeeperConfig config =
                new ZooKeeperConfig(
                        zooKeeper,
                        Optional.empty(),
                        ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT,
                        ZooKeeperConfig.DEFAULT_CONNECT_TIMEOUT);
        return new Registration(
                ZooKeeperFleet.open(config, Optional.empty(), Clock.systemUTC()),
                database,
                certificates.authority());
    }

    /** A cluster and a project for each door. */
    void register(Set<Door> doors) {
        for (Door door : doors) {
            ClusterDefinition cluster = cluster(door);
            retry(() -> fleet.writer().putCluster(cluster, OptionalInt.empty()));
        }
        List<ClusterId> clusters = doors.stream().map(Door::cluster).toList();
        retry(
                () ->
                        fleet.writer()
                                .putPolicy(
                                        new PlacementPolicy(
                                                clusters,
                                                List.of(),
                                                PlacementPolicy.DEFAULT_PROVISION)));
        doors.forEach(this::place);
    }

    private ClusterDefinition cluster(Door door) {
        Instance instance =
                new Instance(new InstanceId(door.name() + "-1"), door.host(), database.port());
        return new ClusterDefinition(
                door.cluster(),
                door.server().family(),
                List.of(instance),
                ClusterDefinition.DEFAULT_WEIGHT,
                Capacity.UNLIMITED,
                Map.of(),
                new BackendLink(
                        door.backend(), Optional.of(read(authority)), false, Compression.OFF));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ServerException("cannot read " + file, e);
        }
    }

    private void place(Door door) {
        Verdict verdict =
                new Verdict(
                        Health.HEALTHY,
                        Optional.of(new InstanceId(door.name() + "-1")),
                        List.of(),
                        1,
                        "as the test wants it",
                        List.of(),
                        Optional.of(Instant.now()),
                        Optional.of(database.capabilities()));
        // Any znode that stays will do for the leader's.
        retry(
                () ->
                        fleet.verdicts()
                                .publish(
                                        door.cluster(),
                                        verdict,
                                        Versioned.ABSENT,
                                        ZnodePaths.ELECTION));
        retry(() -> fleet.writer().place(door.project(), Optional.of(door.cluster())));
        retry(
                () ->
                        fleet.writer()
                                .changePlacement(
                                        door.project(),
                                        placement ->
                                                placement.in(
                                                        ProjectState.SERVING,
                                                        Instant.now(),
                                                        "for the test")));
    }

    /** Something that ZooKeeper may refuse. */
    @FunctionalInterface
    private interface Call {
        Object run() throws TopologyException;
    }

    /** Until the connection stands, ZooKeeper is away. */
    private static void retry(Call call) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                call.run();
                return;
            } catch (TopologyException e) {
                if (e.reason() != TopologyException.Reason.UNAVAILABLE
                        || Instant.now().isAfter(deadline)) {
                    throw new ServerException("cannot register: " + e.getMessage(), e);
                }
            }
        }
    }

    @Override
    public void close() {
        fleet.close();
    }
}
