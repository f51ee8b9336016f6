package dev.homeport.router.admin;

import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.guard.DestructiveAct;
import dev.homeport.router.guard.FleetGuard;
import dev.homeport.router.guard.GuardMeters;
import dev.homeport.router.guard.RecentStatements;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableGlob;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TopologyException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An admin server over a fleet in memory that has one of everything, by the names that the examples
 * of the OpenAPI document use. No database server answers.
 */
final class AdminFixture implements AutoCloseable {
    static final RouterId SELF = new RouterId("r1");
    static final Clock CLOCK = Clock.fixed(FakeFleet.NOW, ZoneOffset.UTC);

    /** The id of its approval, its announcement and its incident. */
    static final String RECORD = "20260131t120000.000-002a";

    private static final Queue<CompletableFuture<?>> CLOSING = new ConcurrentLinkedQueue<>();

    final FakeFleet fleet = fleet();
    final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RecentStatements recent = new RecentStatements();
    private final PlacementService placement;
    private final JdbcQuarantine quarantine =
            new JdbcQuarantine(
                    () -> {
                        throw new SQLTransientConnectionException("no server in this test");
                    });
    final AdminServer server;

    private AdminFixture(AdminConfig config) throws Exception {
        placement = PlacementService.withoutProvisioning(SELF, fleet, fleet, CLOCK);
        recordStatement();
        server = AdminServer.start(config, SELF, parts(), CLOCK);
    }

    /** On loopback, with the tokens of {@link TestTokens}. */
    static AdminFixture start(Path directory) throws Exception {
        return start(config(Optional.of(TestTokens.write(directory.resolve("tokens.yaml")))));
    }

    static AdminFixture start(AdminConfig config) throws Exception {
        return new AdminFixture(config);
    }

    static AdminConfig config(Optional<Path> tokens) {
        return new AdminConfig(
                InetAddress.getLoopbackAddress(),
                0,
                tokens,
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** With a tokens file and the secret of routers in that directory. */
    static AdminConfig config(Path directory, String peerSecret) throws IOException {
        Path secret = directory.resolve("peer");
        PrivateDirectories.write(secret, peerSecret + "\n");
        return new AdminConfig(
                InetAddress.getLoopbackAddress(),
                0,
                Optional.of(TestTokens.write(directory.resolve("tokens"))),
                false,
                Optional.of(secret),
                Optional.empty());
    }

    HttpCaller as(String token) {
        return new HttpCaller(server.url(), token);
    }

    List<Endpoint> endpoints() {
        return EndpointTable.of(SELF, parts(), Map::of, new EventFeed(), CLOCK);
    }

    /** Soon: it takes two seconds, which nobody has to wait for before {@link #awaitClosed}. */
    @Override
    public void close() {
        CLOSING.add(
                CompletableFuture.runAsync(
                        () -> {
                            server.close();
                            placement.close();
                            quarantine.close();
                        }));
    }

    static void awaitClosed() {
        CLOSING.forEach(CompletableFuture::join);
        CLOSING.clear();
    }

    private static FakeFleet fleet() {
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.HEALTHY)
                        .with("c3", Health.NO_PRIMARY)
                        .with("c4", Health.HEALTHY)
                        .withProject("p42", "c1", ProjectState.SERVING)
                        .withProject("p43", "c1", ProjectState.OFFLINE)
                        .withProject("p44", "c3", ProjectState.DELETED)
                        .withRouter(FakeFleet.report("r1", 2, 1))
                        .withRouter(FakeFleet.report("r2", 2, 1))
                        .withRejected(
                                new RejectedEdit(
                                        "/clusters/c9",
                                        "wieght",
                                        "unknown field",
                                        Optional.of("weight"),
                                        FakeFleet.NOW))
                        .with(guard())
                        .with(Incidents.dataLoss(RECORD, "c1", IncidentLimit.CONTAIN, "p43"));
        intend(fleet, "c2", Intent.CORDONED);
        intend(fleet, "c3", Intent.OFFLINE);
        return fleet;
    }

    private static void intend(FakeFleet fleet, String cluster, Intent intent) {
        try {
            fleet.changeIntent(
                    new ClusterId(cluster),
                    found ->
                            new ClusterIntent(
                                    intent,
                                    "works",
                                    "ops",
                                    Optional.of(FakeFleet.NOW),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty()));
        } catch (TopologyException e) {
            throw new AssertionError(e);
        }
    }

    private static GuardState guard() {
        Approval approval =
                new Approval(
                        new ApprovalId(RECORD),
                        new ProjectId("p42"),
                        Set.of(StatementClass.DROP_TABLE),
                        List.of(TableGlob.parse("*")),
                        1,
                        FakeFleet.NOW.plusSeconds(600),
                        "ops",
                        "works");
        Announcement announcement =
                new Announcement(
                        new AnnouncementId(RECORD),
                        new ProjectId("p42"),
                        Optional.of("7"),
                        FakeFleet.NOW.plusSeconds(600),
                        "ops",
                        "works");
        return new GuardState(GuardPolicy.DEFAULT, List.of(approval), List.of(announcement));
    }

    private void recordStatement() {
        FleetGuard guard =
                new FleetGuard(
                        fleet,
                        new NothingShared(),
                        instance -> quarantine,
                        Runnable::run,
                        recent,
                        new GuardMeters(meters),
                        CLOCK);
        guard.judge(act()).join();
    }

    private static DestructiveAct act() {
        return new DestructiveAct(
                new ProjectId("p42"),
                new ClusterId("c1"),
                instance(),
                "app",
                "10.0.0.7:51234",
                57,
                StatementClass.TRUNCATE,
                List.of(new TableName("shop", "orders")),
                "",
                true);
    }

    private static Instance instance() {
        return new Instance(new InstanceId("c1-1"), "127.0.0.1", 3306);
    }

    private AdminParts parts() {
        return new AdminParts(
                fleet,
                fleet,
                fleet,
                fleet,
                fleet,
                placement,
                Optional.of(new GuardParts(one -> quarantine, recent, (project, table) -> {})),
                new SessionParts(
                        () -> Map.of(new ClusterId("c1"), new SessionCounts(3, 1)),
                        id ->
                                (id & 0x3f_ffff) == 42 // whatever the router's number
                                        ? Optional.of(
                                                new ConnectionView(
                                                        new ProjectId("p42"),
                                                        "app",
                                                        instance(),
                                                        -1))
                                        : Optional.empty(),
                        (cluster, instance, threadIds) ->
                                threadIds.contains(57L) ? Map.of(57L, thread()) : Map.of(),
                        cluster -> Map.of(new ProjectId("p42"), 57)),
                (user, schema, attributes, serverName, listener) -> {
                    if (listener.isPresent()) {
                        throw new IllegalArgumentException("there is no listener of that name");
                    }
                    return explanation(user);
                },
                meters,
                Optional::empty);
    }

    private static ThreadView thread() {
        return new ThreadView(new ProjectId("p42"), "app", "10.0.0.7:51234", FakeFleet.NOW, true);
    }

    private static RouteExplanation explanation(String user) {
        return new RouteExplanation(
                List.of(new RouteExplanation.KeyTried("user", true, user + " names p42")),
                Optional.of(new ProjectId("p42")),
                Optional.of("app"),
                Optional.of(new ClusterId("c1")),
                Optional.empty(),
                Optional.of(Availability.CLUSTER_OFFLINE),
                Optional.of(ClientError.of(ErrorKind.CLUSTER_OFFLINE, "works")));
    }
}
