package dev.homeport.router.netty;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.AdminParts;
import dev.homeport.router.admin.AdminServer;
import dev.homeport.router.admin.ConnectionView;
import dev.homeport.router.admin.SessionParts;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.netty.RouterFixture.Serving;
import dev.homeport.router.peer.PeerAccess;
import dev.homeport.router.peer.PeerDirectory;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.fields.Secret;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two routers of one fleet in this process: the data path and the REST interface of each are real,
 * and so is what they ask each other. The first has number 1, the second number 2.
 */
final class TwoRouters implements AutoCloseable {
    static final Secret PEER_TOKEN = new Secret("the-secret-of-all-routers");

    /** Never too short, however busy the machine is. */
    static final Duration DEADLINE = Duration.ofSeconds(20);

    final RouterFixture one;
    final RouterFixture two;
    private final FakeFleet registered = FakeFleet.empty();
    private final PeerDirectory ofOne;
    private final PeerDirectory ofTwo;
    private final PlacementService placement;
    private final AdminServer adminOfOne;
    private final AdminServer adminOfTwo;

    private TwoRouters(Database database, Path directory) throws Exception {
        placement =
                PlacementService.withoutProvisioning(
                        new RouterId("r1"), registered, registered, Clock.systemUTC());
        ofOne =
                new PeerDirectory(
                        new RouterId("r1"),
                        registered,
                        PeerAccess.with(Optional.of(PEER_TOKEN)),
                        DEADLINE);
        ofTwo =
                new PeerDirectory(
                        new RouterId("r2"),
                        registered,
                        PeerAccess.with(Optional.of(PEER_TOKEN)),
                        DEADLINE);
        one = router(database, 1, ofOne);
        two = router(database, 2, ofTwo);
        Path file = Files.writeString(directory.resolve("peer-token"), PEER_TOKEN.value() + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        adminOfOne = admin("r1", one, file);
        adminOfTwo = admin("r2", two, file);
        register("r1", adminOfOne.url(), 1);
        register("r2", adminOfTwo.url(), 2);
    }

    static TwoRouters start(Database database, Path directory) throws Exception {
        return new TwoRouters(database, directory);
    }

    private static RouterFixture router(Database database, int number, PeerDirectory others) {
        return RouterFixture.of(database.fleet().build())
                .with(Serving.DEFAULT.withNumber(number, others))
                .start();
    }

    /** What the fleet believes of a router. */
    void register(String id, String adminUrl, int... numbers) {
        registered.withRouter(
                new RouterReport(
                        new RouterId(id),
                        "127.0.0.1:7306",
                        adminUrl,
                        "test",
                        FakeFleet.NOW,
                        java.util.Arrays.stream(numbers).mapToObj(RouterNumber::new).toList(),
                        1,
                        List.of(),
                        Map.of()));
    }

    /** Who is registered, for a router of a test's own. */
    FakeFleet registered() {
        return registered;
    }

    private AdminServer admin(String id, RouterFixture router, Path peerTokenFile)
            throws Exception {
        var parts =
                new AdminParts(
                        registered,
                        registered,
                        registered,
                        registered,
                        registered,
                        placement,
                        Optional.empty(),
                        new SessionParts(
                                router.sessions::counts,
                                connection -> view(router, connection),
                                (cluster, instance, threadIds) -> Map.of(),
                                cluster -> Map.of()),
                        (user, schema, attributes, serverName, listener) -> {
                            throw new IllegalArgumentException("no listener in this test");
                        },
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        Optional::empty);
        return AdminServer.start(
                new AdminConfig(
                        InetAddress.getLoopbackAddress(),
                        0,
                        Optional.empty(),
                        false,
                        Optional.of(peerTokenFile),
                        Optional.empty()),
                new RouterId(id),
                parts,
                Clock.systemUTC());
    }

    private static Optional<ConnectionView> view(RouterFixture router, int connection) {
        return router.sessions
                .target(connection)
                .map(
                        target ->
                                new ConnectionView(
                                        target.project(),
                                        target.user(),
                                        target.instance(),
                                        target.backendConnectionId()));
    }

    @Override
    public void close() {
        adminOfOne.close();
        adminOfTwo.close();
        one.close();
        two.close();
        ofOne.close();
        ofTwo.close();
        placement.close();
    }
}
