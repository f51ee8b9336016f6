package dev.homeport.router.netty;

import static org.awaitility.Awaitility.await;

import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.router.admission.OnDemandAdmission;
import dev.homeport.router.admission.OnDemandLimits;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.router.placement.LoginPlacements;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.UnknownProjects;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.zk.ZnodePaths;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.data.Stat;

/** Routers on a real ZooKeeper that may place projects on one real server, {@code c1}. */
final class PlacingFleet implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final List<String> PROVISION = PlacementPolicy.DEFAULT_PROVISION;

    private static final ClusterId C1 = new ClusterId("c1");
    private static final String PASSWORD = "provision-me-1";

    final Home home;
    private final ZooKeeperServer zookeeper;
    private final ZooKeeperFleet operator;

    PlacingFleet(Family family, Path directory) throws Exception {
        zookeeper = ZooKeeperServer.start(directory.resolve("zk"));
        TestCertificates certificates = TestCertificates.in(directory.resolve("tls"));
        home =
                Home.start(
                        family,
                        directory.resolve("c1-1"),
                        ServerTls.offered(certificates.authority(), certificates.server())
                                .options()
                                .entrySet()
                                .stream()
                                .map(option -> option.getKey() + "=" + option.getValue())
                                .toArray(String[]::new));
        home.server.execute(
                "CREATE USER maker@'%' IDENTIFIED BY '" + PASSWORD + "'",
                "GRANT ALL ON *.* TO maker@'%' WITH GRANT OPTION");
        operator = open();
        awaitParents();
        znode("/clusters/c1", cluster(""));
        znode(
                "/verdicts/c1",
                """
                {"v": 1, "health": "healthy", "primary": "c1-1", "epoch": 1, "reason": "test",
                 "capabilities": "%s"}
                """
                        .formatted(home.capabilities()));
        znode("/intents/c1", "{\"v\": 1, \"intent\": \"active\"}");
        policy(UnknownProjects.PLACE, PROVISION);
    }

    /** Connected, a fleet makes the chroot and what every fleet has in it, this one at the end. */
    private void awaitParents() {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> operator.client().checkExists().forPath(ZnodePaths.ELECTION) != null);
    }

    /**
     * @param link fields of the link to the instances, each after a comma
     */
    private String cluster(String link) {
        return """
        {"v": 1, "family": "%s",
         "instances": [{"id": "c1-1", "host": "127.0.0.1", "port": %d}]%s}
        """
                .formatted(Words.of(home.family), home.server.port(), link);
    }

    /** Connects to the instance otherwise from now on, and waits until that router does. */
    void link(String link, One router) throws Exception {
        znode("/clusters/c1", cluster(link));
        long written = operator.client().checkExists().forPath("/clusters/c1").getMzxid();
        await().atMost(PATIENCE).until(() -> router.router.fleet.current().get().zxid() >= written);
    }

    /** One router with all that places. */
    final class One implements AutoCloseable {
        final ZooKeeperFleet zk;
        final RouterFixture router;
        private final PlacementService service;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        private One(String id, OnDemandLimits limits) throws IOException {
            zk = open();
            await().atMost(PATIENCE).until(() -> isCurrent(zk));
            service =
                    PlacementService.open(
                            new RouterId(id),
                            zk.source(),
                            zk.writer(),
                            new ServiceAccountConfig(
                                    "maker",
                                    Path.of("/unread"),
                                    Duration.ofSeconds(10),
                                    Duration.ofSeconds(60)),
                            new Secret(PASSWORD),
                            any -> AccountLink.DEFAULT,
                            Clock.systemUTC());
            router = RouterFixture.of(zk.source().current().get()).with(home.family).start();
            zk.source().onChange((before, after) -> router.fleet.set(after));
            zk.source().current().ifPresent(router.fleet::set);
            var placements =
                    new LoginPlacements(
                            service::place,
                            new OnDemandAdmission(limits, router.meters, System::nanoTime),
                            threads,
                            router.meters,
                            System::nanoTime);
            router.onDemand =
                    (route, user, from) ->
                            placements
                                    .place(route, user, from)
                                    .thenApplyAsync(this::onceTheRouterSeesIt, threads);
        }

        /** The fixture has its pictures from the real source a moment later than that has them. */
        private <T> T onceTheRouterSeesIt(T answer) {
            long zxid = zk.source().current().get().zxid();
            await().atMost(PATIENCE).until(() -> router.fleet.current().get().zxid() >= zxid);
            return answer;
        }

        MySqlTestClient connect(String project) throws IOException {
            return MySqlTestClient.login(router.port(), login(project));
        }

        double counted(String outcome) {
            return router.meters.counter("router.placements.on.demand", "outcome", outcome).count();
        }

        @Override
        public void close() {
            router.close();
            threads.shutdownNow();
            service.close();
            zk.close();
        }
    }

    One router(String id) throws IOException {
        return router(id, new OnDemandLimits(1000, 1000, 1000));
    }

    One router(String id, OnDemandLimits limits) throws IOException {
        return new One(id, limits);
    }

    static Login login(String project) {
        return Login.as("app+" + project, Home.password()).withSchema(project);
    }

    /** Whether a picture has the cluster, its primary and the policy. */
    private static boolean isCurrent(ZooKeeperFleet zk) {
        return zk.source()
                .current()
                .filter(fleet -> fleet.policy().unknownProjects() == UnknownProjects.PLACE)
                .flatMap(fleet -> fleet.cluster(C1))
                .flatMap(cluster -> cluster.primary())
                .isPresent();
    }

    private ZooKeeperFleet open() throws IOException {
        return ZooKeeperFleet.open(
                new ZooKeeperConfig(
                        zookeeper.connect() + "/homeport",
                        Optional.empty(),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(3)),
                Optional.empty(),
                Clock.systemUTC());
    }

    private void znode(String path, String json) throws Exception {
        operator.client()
                .create()
                .orSetData()
                .creatingParentsIfNeeded()
                .forPath(path, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the policy, and waits until these routers go by it. */
    void policy(UnknownProjects unknown, List<String> provision, One... routers)
            throws TopologyException {
        PlacementPolicy policy = new PlacementPolicy(List.of(), List.of(), provision).with(unknown);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> put(policy));
        for (One one : routers) {
            await().atMost(PATIENCE)
                    .until(() -> one.router.fleet.current().get().policy().equals(policy));
        }
    }

    private boolean put(PlacementPolicy policy) throws TopologyException {
        return operator.writer().putPolicy(policy).value().equals(policy);
    }

    void intent(Intent intent, One router) throws TopologyException {
        operator.writer()
                .changeIntent(
                        C1,
                        found ->
                                new ClusterIntent(
                                        intent,
                                        "a test",
                                        "a test",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()));
        await().atMost(PATIENCE)
                .until(
                        () ->
                                router.router
                                                .fleet
                                                .current()
                                                .flatMap(fleet -> fleet.cluster(C1))
                                                .get()
                                                .intent()
                                                .intent()
                                        == intent);
    }

    void change(String project, UnaryOperator<Placement> change) throws TopologyException {
        operator.writer().changePlacement(new ProjectId(project), change);
    }

    /** What this router routes by. */
    static Optional<Placement> seen(One router, String project) {
        return router.router
                .fleet
                .current()
                .map(FleetSnapshot::placements)
                .get()
                .find(new ProjectId(project));
    }

    Optional<Placement> placement(String project) {
        return operator.source().current().get().placements().find(new ProjectId(project));
    }

    /** The version of the project's bucket in ZooKeeper; -1 where there is none. */
    int version(String project) throws Exception {
        String path = ZnodePaths.bucket(Buckets.of(new ProjectId(project)));
        Stat stat = operator.client().checkExists().forPath(path);
        return stat == null ? -1 : stat.getVersion();
    }

    @Override
    public void close() {
        operator.close();
        home.close();
        zookeeper.close();
    }
}
