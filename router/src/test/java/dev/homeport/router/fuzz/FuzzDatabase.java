package dev.homeport.router.fuzz;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;

import dev.homeport.testkit.fleet.Fleets;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.TlsMode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A real server with room for many connections: cluster {@code c1} with the projects {@code p1} and
 * {@code p2}, and the user {@code app} for both.
 */
final class FuzzDatabase implements AutoCloseable {
    /** Speaks TLS with whoever says that he can. */
    private static final BackendLink LINK_TO_HOSTILE =
            new BackendLink(TlsMode.PREFERRED, Optional.empty(), false, Compression.OFF);

    private final MariaDbServer server;
    private final Account app = Account.withRandomPassword("app");

    private FuzzDatabase(MariaDbServer server) {
        this.server = server;
    }

    static FuzzDatabase start(Path directory) {
        var database =
                new FuzzDatabase(
                        MariaDbServer.startPrimary(
                                MariaDbSettings.in(directory)
                                        .withOption("local_infile", "ON")
                                        .withOption("max_connections", "2000")
                                        .withOption("max_connect_errors", "4294967295")
                                        .withOption("innodb_flush_log_at_trx_commit", "0")
                                        .withOption("skip_log_bin", "")));
        database.server.execute(
                "CREATE DATABASE p1",
                "CREATE DATABASE p2",
                "CREATE TABLE p1.numbers (n INT PRIMARY KEY)",
                "INSERT INTO p1.numbers SELECT seq FROM p1.seq_1_to_1000",
                "CREATE TABLE p2.counters (id INT PRIMARY KEY, n BIGINT NOT NULL)",
                "CREATE USER app@'%' IDENTIFIED BY '" + database.app.password() + "'",
                "GRANT ALL ON p1.* TO app@'%'",
                "GRANT ALL ON p2.* TO app@'%'");
        return database;
    }

    Account app() {
        return app;
    }

    MariaDbServer server() {
        return server;
    }

    /**
     * The fleet, with clusters {@code h0}, {@code h1}, ... of hostile instances and projects of the
     * same names beside the real one.
     */
    Fleets fleet(int hostile, IntUnaryOperator portOfHostile) {
        Fleets fleet =
                aFleet().with(aCluster("c1").withPrimary("c1-1", server.port()))
                        .withProject("p1", "c1")
                        .withProject("p2", "c1");
        for (int i = 0; i < hostile; i++) {
            String id = "h" + i;
            fleet.with(
                            aCluster(id)
                                    .withPrimary(id + "-1", portOfHostile.applyAsInt(i))
                                    .with(LINK_TO_HOSTILE))
                    .withProject(id, id);
        }
        return fleet;
    }

    @Override
    public void close() {
        server.close();
    }
}
