package dev.homeport.conformance.fleet;

import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.matrix.ServerKind;
import dev.homeport.conformance.program.Endpoint;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All servers, each with a router of its own: routers offer what all servers of a fleet have, and
 * here each is to offer what its server has. For one thread.
 */
public final class ConformanceFleet implements AutoCloseable {
    private final Map<ServerKind, RoutedDatabase> parts = new EnumMap<>(ServerKind.class);
    private final ZooKeeperServer zooKeeper;
    private final TestCertificates certificates;

    private ConformanceFleet(ZooKeeperServer zooKeeper, TestCertificates certificates) {
        this.zooKeeper = zooKeeper;
        this.certificates = certificates;
    }

    /** Why cells with that server cannot be tried on this machine; empty where they can. */
    public static Optional<String> missing(ServerKind server) {
        return TestDatabase.missing(server);
    }

    /** Starts those servers and their routers, and waits until all are ready. */
    public static ConformanceFleet start(
            Path directory, Set<ServerKind> servers, Verbosity verbosity) throws IOException {
        ConformanceFleet fleet =
                new ConformanceFleet(
                        ZooKeeperServer.start(directory.resolve("zookeeper")),
                        TestCertificates.in(directory.resolve("tls")));
        try {
            for (ServerKind kind : servers) {
                fleet.parts.put(
                        kind,
                        RoutedDatabase.launch(
                                kind,
                                directory,
                                fleet.zooKeeper.connect(),
                                fleet.certificates,
                                verbosity));
            }
            fleet.parts.values().forEach(part -> part.router().awaitReady());
            return fleet;
        } catch (IOException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /** Straight to the instance, on an empty schema. */
    public Endpoint direct(Cell cell) {
        RoutedDatabase part = parts.get(cell.server());
        return part.endpoint(cell, part.database().port(), certificates.authority());
    }

    /** Through the router, on an empty schema. */
    public Endpoint routed(Cell cell) {
        RoutedDatabase part = parts.get(cell.server());
        return part.endpoint(cell, part.router().port(Door.of(cell)), certificates.authority());
    }

    /** The server of that kind and its router. */
    RoutedDatabase part(ServerKind server) {
        return parts.get(server);
    }

    TestCertificates certificates() {
        return certificates;
    }

    /** The version of a server, for the report. */
    public String version(ServerKind server) {
        return parts.get(server).database().version();
    }

    /** What the routers logged that they should not have, and those that are gone. */
    public List<String> routerComplaints() {
        return parts.values().stream()
                .flatMap(part -> part.router().complaints().stream())
                .toList();
    }

    @Override
    public void close() {
        parts.values().forEach(RoutedDatabase::close);
        zooKeeper.close();
    }
}
