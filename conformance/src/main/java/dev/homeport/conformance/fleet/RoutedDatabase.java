package dev.homeport.conformance.fleet;

import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.matrix.Legs;
import dev.homeport.conformance.matrix.ServerKind;
import dev.homeport.conformance.program.Endpoint;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A server and the router before it. */
record RoutedDatabase(TestDatabase database, RouterProcess router) implements AutoCloseable {
    /** Starts both; the router has to be waited for. */
    static RoutedDatabase launch(
            ServerKind kind,
            Path directory,
            String zooKeeper,
            TestCertificates certificates,
            Verbosity verbosity)
            throws IOException {
        ServerTls tls = ServerTls.offered(certificates.authority(), certificates.server());
        TestDatabase database = TestDatabase.start(kind, directory.resolve(kind.id()), tls);
        try {
            return new RoutedDatabase(
                    database,
                    launchRouter(database, directory, zooKeeper, certificates, verbosity));
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static RouterProcess launchRouter(
            TestDatabase database,
            Path directory,
            String zooKeeper,
            TestCertificates certificates,
            Verbosity verbosity)
            throws IOException {
        ServerKind kind = database.kind();
        Set<Door> doors = new LinkedHashSet<>();
        for (Legs legs : Legs.values()) {
            doors.add(new Door(kind, legs.backend()));
        }
        String connect = zooKeeper + "/" + kind.id();
        try (Registration registration = Registration.connect(connect, database, certificates)) {
            registration.register(doors);
        }
        return RouterProcess.launch(
                directory.resolve(kind.id() + "-router"),
                connect,
                doors,
                database.greeting(),
                certificates.server("router", List.of("localhost")),
                database.guardPasswordFile(),
                verbosity);
    }

    /** The server or its router, with an empty schema. */
    Endpoint endpoint(Cell cell, int port, Path authority) {
        database.reset();
        return new Endpoint(
                TestDatabase.HOST,
                port,
                database.user(cell.plugin()),
                database.passwordFile(cell.plugin()),
                TestDatabase.SCHEMA,
                cell.legs().isClientTls() ? Optional.of(authority) : Optional.empty());
    }

    @Override
    public void close() {
        router.close();
        database.close();
    }
}
