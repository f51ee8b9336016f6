package dev.homeport.router.admin;

import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.IncidentLog;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** An admin server with tokens and what it stands on; provisions nothing. */
record TestAdmin(
        AdminServer server, PlacementService placement, Runnable below, TestAdmin.Meters meters)
        implements AutoCloseable {
    private static final Map<ClusterId, SessionCounts> OWN_SESSIONS =
            Map.of(new ClusterId("c1"), new SessionCounts(3, 1));

    /** What it counts. */
    record Meters(PrometheusMeterRegistry registry) {
        double value(String name) {
            return registry.get(name).meter().measure().iterator().next().getValue();
        }
    }

    /** What the server reads and writes. */
    private record Fleet(
            FleetSource source,
            FleetWriter writer,
            FleetReports reports,
            IncidentLog incidents,
            AuditLog audit) {}

    /** On a fleet in memory, with three sessions on cluster c1. */
    static TestAdmin on(FakeFleet fleet, Path directory, Clock clock) throws Exception {
        RouterId id = new RouterId("r1");
        return start(
                id,
                new Fleet(fleet, fleet, fleet, fleet, fleet),
                PlacementService.withoutProvisioning(id, fleet, fleet, clock),
                () -> {},
                directory,
                clock);
    }

    /** Likewise, with an account for provisioning, which reaches no instance of such a fleet. */
    static TestAdmin provisioning(FakeFleet fleet, Path directory, Clock clock) throws Exception {
        RouterId id = new RouterId("r1");
        PlacementService placement =
                PlacementService.open(
                        id,
                        fleet,
                        fleet,
                        new ServiceAccountConfig(
                                "maker",
                                Path.of("/unread"),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5)),
                        new Secret("unused"),
                        any -> AccountLink.DEFAULT,
                        clock);
        return start(
                id,
                new Fleet(fleet, fleet, fleet, fleet, fleet),
                placement,
                () -> {},
                directory,
                clock);
    }

    /** On a real ensemble. */
    static TestAdmin onZooKeeper(String router, String connect, Path directory) throws Exception {
        ZooKeeperFleet fleet = open(connect);
        RouterId id = new RouterId(router);
        Clock clock = Clock.systemUTC();
        return start(
                id,
                new Fleet(
                        fleet.source(),
                        fleet.writer(),
                        fleet.reports(),
                        fleet.incidents(),
                        fleet.audit()),
                PlacementService.withoutProvisioning(id, fleet.source(), fleet.writer(), clock),
                fleet::close,
                directory,
                clock);
    }

    /** A connection to the ensemble, also for what people do by hand. */
    static ZooKeeperFleet open(String connect) throws IOException {
        return ZooKeeperFleet.open(
                new ZooKeeperConfig(
                        connect + "/homeport",
                        Optional.empty(),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(3)),
                Optional.empty(),
                Clock.systemUTC());
    }

    private static TestAdmin start(
            RouterId id,
            Fleet fleet,
            PlacementService placement,
            Runnable below,
            Path directory,
            Clock clock)
            throws Exception {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        AdminParts parts =
                new AdminParts(
                        fleet.source,
                        fleet.writer,
                        fleet.reports,
                        fleet.incidents,
                        fleet.audit,
                        placement,
                        Optional.empty(),
                        new SessionParts(
                                () -> OWN_SESSIONS,
                                connection -> Optional.empty(),
                                (cluster, instance, threadIds) -> Map.of(),
                                cluster -> Map.of()),
                        (user, schema, attributes, serverName, listener) -> {
                            throw new IllegalArgumentException("no listener in this test");
                        },
                        meters,
                        Optional::empty);
        AdminConfig config =
                new AdminConfig(
                        InetAddress.getLoopbackAddress(),
                        0,
                        Optional.of(TestTokens.write(directory.resolve("tokens-" + id))),
                        false,
                        Optional.empty(),
                        Optional.empty());
        return new TestAdmin(
                AdminServer.start(config, id, parts, clock), placement, below, new Meters(meters));
    }

    HttpCaller as(String role) {
        return new HttpCaller(server.url(), role);
    }

    @Override
    public void close() {
        server.close();
        placement.close();
        below.run();
    }
}
