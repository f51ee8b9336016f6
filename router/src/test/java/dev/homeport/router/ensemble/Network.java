package dev.homeport.router.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.net.TcpProxy;
import dev.homeport.testkit.zookeeper.MemberSettings;
import dev.homeport.testkit.zookeeper.ZooKeeperEnsemble;
import dev.homeport.testkit.zookeeper.ZooKeeperMember;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * An ensemble of three, with a bad network before each of them, and a chroot for each test. {@code
 * direct} is who is not in the bad network.
 */
final class Network implements AutoCloseable {
    static final ClusterId C1 = new ClusterId("c1");
    static final ClusterId C2 = new ClusterId("c2");

    /** What {@link #answerTo} says when it is. */
    static final String DONE = "done";

    static final Duration PATIENCE = Duration.ofSeconds(40);
    static final Duration SESSION = Duration.ofSeconds(4);
    private static final AtomicInteger CHROOTS = new AtomicInteger();

    /** What somebody asks of ZooKeeper. */
    interface Act {
        void carryOut() throws TopologyException;
    }

    final ZooKeeperEnsemble ensemble;
    private final List<TcpProxy> proxies;
    private final List<ZooKeeperFleet> fleets = new ArrayList<>();
    private String chroot = "";

    Network(Path directory) {
        this(directory, MemberSettings.PLAIN);
    }

    Network(Path directory, MemberSettings settings) {
        ensemble = ZooKeeperEnsemble.start(directory, 3, settings);
        proxies = ensemble.members().stream().map(one -> TcpProxy.to(one.port())).toList();
    }

    /** Everybody works again, and what follows is in a chroot of its own. */
    void renew() {
        proxies.forEach(TcpProxy::heal);
        ensemble.healLinks();
        for (ZooKeeperMember member : ensemble.members()) {
            if (member.isAlive()) {
                member.resume();
            } else {
                member.start();
            }
        }
        ensemble.awaitServing();
        chroot = "/t" + CHROOTS.incrementAndGet() + "/homeport";
    }

    TcpProxy before(ZooKeeperMember member) {
        return proxies.get(ensemble.members().indexOf(member));
    }

    List<TcpProxy> proxies() {
        return proxies;
    }

    /** What stands between clients and all but one member. */
    List<TcpProxy> allBut(ZooKeeperMember member) {
        return proxies.stream().filter(one -> one != before(member)).toList();
    }

    String throughProxies() {
        return proxies.stream()
                        .map(one -> "127.0.0.1:" + one.port())
                        .collect(Collectors.joining(","))
                + chroot;
    }

    ZooKeeperFleet direct() throws IOException {
        return open(ensemble.connect() + chroot, Optional.empty(), Clock.systemUTC());
    }

    /** Somebody who knows of those members only, and reaches them whatever happens. */
    ZooKeeperFleet among(List<ZooKeeperMember> members) throws IOException {
        return open(
                ZooKeeperEnsemble.connect(members) + chroot, Optional.empty(), Clock.systemUTC());
    }

    /** In the bad network, and connected to that member now. */
    ZooKeeperFleet behind(ZooKeeperMember member) throws IOException {
        allBut(member).forEach(TcpProxy::cut);
        ZooKeeperFleet fleet = proxied();
        await().atMost(PATIENCE).until(() -> fleet.source().current().isPresent());
        allBut(member).forEach(TcpProxy::heal);
        return fleet;
    }

    /** Through that proxy, and no other way. */
    ZooKeeperFleet through(TcpProxy proxy) throws IOException {
        return through(proxy, SESSION);
    }

    ZooKeeperFleet through(TcpProxy proxy, Duration session) throws IOException {
        return open(
                config("127.0.0.1:" + proxy.port() + chroot, session),
                Optional.empty(),
                Clock.systemUTC());
    }

    List<ZooKeeperMember> othersThan(ZooKeeperMember member) {
        return ensemble.members().stream().filter(one -> one != member).toList();
    }

    ZooKeeperFleet proxied() throws IOException {
        return proxied(SESSION);
    }

    ZooKeeperFleet proxied(Duration session) throws IOException {
        return open(config(throughProxies(), session), Optional.empty(), Clock.systemUTC());
    }

    ZooKeeperFleet proxied(Path snapshotFile, Clock clock) throws IOException {
        return open(throughProxies(), Optional.of(snapshotFile), clock);
    }

    private ZooKeeperFleet open(String connect, Optional<Path> file, Clock clock)
            throws IOException {
        return open(config(connect, SESSION), file, clock);
    }

    private ZooKeeperFleet open(ZooKeeperConfig config, Optional<Path> file, Clock clock)
            throws IOException {
        ZooKeeperFleet fleet = ZooKeeperFleet.open(config, file, clock);
        fleets.add(fleet);
        return fleet;
    }

    private static ZooKeeperConfig config(String connect, Duration session) {
        return new ZooKeeperConfig(connect, Optional.empty(), session, Duration.ofSeconds(2));
    }

    ZooKeeperConfig config() {
        return config(ensemble.connect() + chroot, SESSION);
    }

    /** Two clusters of one instance each, with a primary. */
    ZooKeeperFleet withClusters() throws Exception {
        return withClusters(direct());
    }

    /** The same, made by that one, which is returned. */
    static ZooKeeperFleet withClusters(ZooKeeperFleet fleet) throws Exception {
        for (ClusterId id : List.of(C1, C2)) {
            await().atMost(PATIENCE)
                    .ignoreException(TopologyException.class)
                    .until(
                            () ->
                                    fleet.writer().putCluster(cluster(id), OptionalInt.empty())
                                            != null);
        }
        return seeingBoth(fleet);
    }

    /** The same fleet, once it has a picture with both clusters. */
    static ZooKeeperFleet seeingBoth(ZooKeeperFleet fleet) {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                fleet.source()
                                        .current()
                                        .filter(one -> one.clusters().size() == 2)
                                        .isPresent());
        return fleet;
    }

    static ClusterDefinition cluster(ClusterId id) {
        return new ClusterDefinition(
                id,
                Family.MARIADB,
                List.of(new Instance(new InstanceId(id + "-1"), "db-" + id, 3306)),
                ClusterDefinition.DEFAULT_WEIGHT,
                Capacity.UNLIMITED,
                Map.of(),
                BackendLink.DEFAULT);
    }

    static ClusterIntent intent(Intent intent) {
        return new ClusterIntent(
                intent,
                "a test",
                "mia",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static Intent intentOf(ZooKeeperFleet fleet, ClusterId id) {
        return picture(fleet).cluster(id).orElseThrow().intent().intent();
    }

    /** Whether the picture says so; it need not have the cluster yet. */
    static boolean hasIntent(ZooKeeperFleet fleet, ClusterId id, Intent intent) {
        return fleet.source()
                .current()
                .flatMap(one -> one.cluster(id))
                .filter(one -> one.intent().intent() == intent)
                .isPresent();
    }

    static FleetSnapshot picture(ZooKeeperFleet fleet) {
        return fleet.source()
                .current()
                .orElseThrow(() -> new AssertionError("there is no picture"));
    }

    private static Optional<Map<ClusterId, ClusterSnapshot>> clusters(ZooKeeperFleet fleet) {
        return fleet.source().current().map(FleetSnapshot::clusters);
    }

    static Map<ProjectId, Placement> placements(ZooKeeperFleet fleet) {
        Map<ProjectId, Placement> all = new TreeMap<>();
        fleet.source().current().ifPresent(one -> one.placements().forEach(all::put));
        return all;
    }

    /** {@link #DONE}, or why it was not or whether it was is not known. */
    static String answerTo(Act act) {
        try {
            act.carryOut();
            return DONE;
        } catch (TopologyException e) {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.UNAVAILABLE);
            return e.getMessage();
        }
    }

    /** The picture is what a client sees that knows nothing from before. */
    void awaitAgreement(ZooKeeperFleet fleet) throws IOException {
        ZooKeeperFleet fresh = direct();
        await().atMost(PATIENCE).until(() -> fresh.source().current().isPresent());
        await().atMost(PATIENCE)
                .until(
                        () ->
                                placements(fleet).equals(placements(fresh))
                                        && clusters(fleet).equals(clusters(fresh)));
    }

    void closeFleets() {
        proxies.forEach(TcpProxy::heal);
        fleets.forEach(ZooKeeperFleet::close);
        fleets.clear();
    }

    @Override
    public void close() {
        closeFleets();
        proxies.forEach(TcpProxy::close);
        ensemble.close();
    }
}
