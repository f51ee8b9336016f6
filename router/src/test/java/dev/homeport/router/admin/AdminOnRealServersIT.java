package dev.homeport.router.admin;

import static java.util.concurrent.CompletableFuture.runAsync;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two admin servers on one real ZooKeeper; both clusters are one real MariaDB. */
final class AdminOnRealServersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String REASON = "{\"reason\": \"works\"}";

    @TempDir private static Path directory;
    private static ZooKeeperServer zookeeper;
    private static MariaDbServer mariadb;
    private static One first;
    private static One second;

    /** What a router has for its interface. */
    private record One(ZooKeeperFleet fleet, PlacementService placement, AdminServer server)
            implements AutoCloseable {
        HttpCaller http() {
            return new HttpCaller(server.url(), "");
        }

        @Override
        public void close() {
            server.close();
            placement.close();
            fleet.close();
        }
    }

    @BeforeAll
    static void startAll() throws Exception {
        zookeeper = ZooKeeperServer.start(directory.resolve("zk"));
        mariadb = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("db")));
        first = open("r1");
        second = open("r2");
        await().atMost(PATIENCE).until(() -> isConnected(first) && isConnected(second));
        // One server for both, under two names: an address belongs to one cluster.
        for (Map.Entry<String, String> host :
                Map.of("c1", "127.0.0.1", "c2", "localhost").entrySet()) {
            String cluster = host.getKey();
            Reply reply =
                    first.http()
                            .put(
                                    "/v1/clusters/" + cluster,
                                    """
                                    {"family": "mariadb", "instances":
                                      [{"id": "%s-1", "host": "%s", "port": %d}]}
                                    """
                                            .formatted(cluster, host.getValue(), mariadb.port()));
            assertThat(reply.status()).isEqualTo(201);
            publishVerdict(cluster);
        }
        for (One one : List.of(first, second)) {
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    one.http()
                                            .get("/v1/clusters")
                                            .json()
                                            .path("clusters")
                                            .findValuesAsText("primary")
                                            .equals(List.of("c1-1", "c2-1")));
        }
    }

    @AfterAll
    static void stopAll() {
        CompletableFuture.allOf(runAsync(first::close), runAsync(second::close)).join();
        mariadb.close();
        zookeeper.close();
    }

    @Test
    void aProjectIsPlacedProvisionedAndKnownToBothRouters() {
        // When
        Reply placed = first.http().post("/v1/projects", "{\"id\": \"p42\", \"cluster\": \"c2\"}");

        // Then
        assertThat(placed.status()).isEqualTo(201);
        OpenApiDocument document = OpenApiDocument.load();
        assertThat(document.wrong(document.operation("POST", "/v1/projects"), placed)).isEmpty();
        assertThat(placed.json().path("cluster").asText()).isEqualTo("c2");
        assertThat(placed.json().path("state").asText()).isEqualTo("serving");
        assertThat(placed.json().path("available").asBoolean()).isTrue();
        assertThat(mariadb.query("SHOW DATABASES LIKE 'p42'")).hasSize(1);
        // The router that was asked knows it at once, the other one soon.
        assertThat(first.http().get("/v1/projects/p42").status()).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> second.http().get("/v1/projects/p42").status() == 200);

        // And the other router gives the same answer
        assertThat(second.http().post("/v1/projects", "{\"id\": \"P42\"}").status()).isEqualTo(200);
        Reply elsewhere =
                second.http().post("/v1/projects", "{\"id\": \"p42\", \"cluster\": \"c1\"}");
        assertThat(elsewhere.status()).isEqualTo(409);
        assertThat(elsewhere.errorCode()).isEqualTo("already_placed");
        assertThat(second.http().delete("/v1/clusters/c2").status()).isEqualTo(409);

        // And the audit has the one who placed it, and nobody who only asked again
        JsonNode audit = second.http().get("/v1/audit?target=p42").json().path("entries");
        assertThat(audit).hasSize(1);
        assertThat(audit.at("/0/router").asText()).isEqualTo("r1");
        assertThat(audit.at("/0/changes/cluster").asText()).isEqualTo("c2");
        assertThat(audit.at("/0/changes/state").asText()).isEqualTo("serving");
    }

    @Test
    void manyAtOnceOnBothRoutersWithACordonInTheMiddle() throws Exception {
        // Given
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<CompletableFuture<Reply>> calls = new ArrayList<>();

            // When
            for (int i = 0; i < 100; i++) {
                HttpCaller caller = i % 2 == 0 ? first.http() : second.http();
                String body = "{\"id\": \"crowd-%d\"}".formatted(i % 20);
                calls.add(supplyAsync(() -> caller.post("/v1/projects", body), threads));
            }
            Reply cordon = first.http().post("/v1/clusters/c1/cordon", REASON);
            Set<String> before = onFirstCluster();
            List<CompletableFuture<Reply>> late = new ArrayList<>();
            for (int i = 20; i < 30; i++) {
                String body = "{\"id\": \"crowd-%d\"}".formatted(i);
                late.add(supplyAsync(() -> second.http().post("/v1/projects", body), threads));
            }

            // Then
            assertThat(cordon.status()).isEqualTo(200);
            assertThat(cordon.json().path("applied").asBoolean()).isTrue();
            for (CompletableFuture<Reply> call : calls) {
                Reply reply = call.get(120, TimeUnit.SECONDS);
                assertThat(reply.status()).as(reply.raw().body()).isIn(200, 201);
            }
            // Those asked for after the acknowledgement, of either router, are elsewhere.
            for (CompletableFuture<Reply> call : late) {
                assertThat(call.get(120, TimeUnit.SECONDS).json().path("cluster").asText())
                        .isEqualTo("c2");
            }
            assertThat(onFirstCluster()).isEqualTo(before);
        } finally {
            first.http().post("/v1/clusters/c1/uncordon", REASON);
        }
    }

    @Test
    void anIncidentRefusesAProjectOnBothRoutersUntilItIsClosed() throws Exception {
        // Given
        first.http().post("/v1/projects", "{\"id\": \"hurt\", \"cluster\": \"c1\"}");

        // When
        first.fleet()
                .client()
                .create()
                .forPath(
                        "/incidents/i1",
                        """
                        {"v": 1, "kind": "data-loss", "cluster": "c1", "limit": "contain",
                         "scope": {"projects": ["hurt"]}, "opened": "2026-01-31T12:00:00Z"}
                        """
                                .getBytes(StandardCharsets.UTF_8));

        // Then
        for (One one : List.of(first, second)) {
            await().atMost(PATIENCE)
                    .until(() -> limitedBy(one, "hurt").equals("project-data-loss"));
        }
        Reply placed =
                second.http().post("/v1/projects", "{\"id\": \"late\", \"cluster\": \"c1\"}");
        assertThat(placed.status()).isEqualTo(409);
        assertThat(placed.raw().body()).contains("it has an open incident of data loss");

        // When
        Reply closed = second.http().post("/v1/incidents/i1/close", REASON);

        // Then
        assertThat(closed.status()).isEqualTo(200);
        assertThat(closed.json().path("applied").asBoolean()).isTrue();
        await().atMost(PATIENCE).until(() -> limitedBy(first, "hurt").isEmpty());
        assertThat(first.http().get("/v1/incidents?state=closed").json().path("incidents"))
                .hasSize(1);
    }

    private static String limitedBy(One one, String project) {
        return one.http().get("/v1/projects/" + project).json().path("limitedBy").asText("");
    }

    @Test
    void guardApprovalsAndTombstonesReachTheOtherRouter() {
        // Given
        first.http().post("/v1/projects", "{\"id\": \"ending\", \"cluster\": \"c2\"}");

        // When
        Reply guard = first.http().put("/v1/guard", "{\"observe\": true}");
        Reply approval =
                first.http()
                        .post(
                                "/v1/approvals",
                                """
                                {"project": "ending", "classes": ["drop-table"],
                                 "tables": ["*"], "reason": "works"}
                                """);
        Reply deleted = first.http().delete("/v1/projects/ending?reason=moved");

        // Then
        assertThat(guard.status()).isEqualTo(200);
        assertThat(approval.status()).isEqualTo(201);
        assertThat(deleted.json().path("state").asText()).isEqualTo("deleted");
        await().atMost(PATIENCE).until(() -> limitedBy(second, "ending").equals("project-deleted"));
        assertThat(second.http().get("/v1/guard").json().path("observe").asBoolean()).isTrue();
        assertThat(second.http().get("/v1/approvals").json().at("/approvals/0/id"))
                .isEqualTo(approval.json().path("id"));
        assertThat(second.http().post("/v1/projects", "{\"id\": \"ending\"}").status())
                .isEqualTo(409);
        second.http().put("/v1/guard", "{}");
    }

    @Test
    void anIntentOfOneRouterReachesTheOther() {
        // When
        Reply offline =
                first.http()
                        .post("/v1/clusters/c1/offline", "{\"reason\": \"disk\", \"now\": true}");

        // Then
        assertThat(offline.status()).isEqualTo(200);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            JsonNode seen = second.http().get("/v1/clusters/c1").json();
                            assertThat(seen.path("intent").asText()).isEqualTo("offline");
                            assertThat(seen.path("reason").asText()).isEqualTo("disk");
                            assertThat(seen.path("acceptsProjects").asBoolean()).isFalse();
                        });
        assertThat(second.http().post("/v1/clusters/c1/cordon", REASON).status()).isEqualTo(409);

        // When
        Reply online = second.http().post("/v1/clusters/c1/online", REASON);

        // Then
        assertThat(online.json().path("intent").asText()).isEqualTo("active");
    }

    @Test
    void aBadEditIsNamedAndChangesNothing() throws Exception {
        // Given
        String path = "/placement-policy";
        first.http().put("/v1/placement-policy", "{\"preferred\": [\"c1\", \"c2\"]}");
        byte[] good = second.fleet.client().getData().forPath(path);

        // When
        second.fleet
                .client()
                .setData()
                .forPath(
                        path,
                        "{\"v\": 1, \"prefered\": [\"c2\"]}".getBytes(StandardCharsets.UTF_8));

        // Then
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            JsonNode status = first.http().get("/v1/status").json();
                            JsonNode rejected = status.at("/rejected/0");
                            assertThat(rejected.path("znode").asText())
                                    .isEqualTo("placement-policy");
                            assertThat(rejected.path("suggestion").asText()).isEqualTo("preferred");
                        });
        assertThat(first.http().get("/v1/placement-policy").json().path("preferred")).hasSize(2);

        // And mended, nothing is left of it
        second.fleet.client().setData().forPath(path, good);
        await().atMost(PATIENCE)
                .until(() -> first.http().get("/v1/status").json().path("rejected").isEmpty());
    }

    private static Set<String> onFirstCluster() {
        return new HashSet<>(
                first.http()
                        .get("/v1/projects?cluster=c1&limit=1000")
                        .json()
                        .findValuesAsText("id"));
    }

    private static boolean isConnected(One one) {
        return one.fleet.source().status().connection() == Connection.CONNECTED;
    }

    private static void publishVerdict(String cluster) throws Exception {
        first.fleet
                .client()
                .create()
                .orSetData()
                .creatingParentsIfNeeded()
                .forPath(
                        "/verdicts/" + cluster,
                        """
                        {"v": 1, "health": "healthy", "primary": "%s-1", "epoch": 1,
                         "reason": "the test says so"}
                        """
                                .formatted(cluster)
                                .getBytes(StandardCharsets.UTF_8));
    }

    private static One open(String router) throws Exception {
        RouterId id = new RouterId(router);
        ZooKeeperFleet fleet =
                ZooKeeperFleet.open(
                        new ZooKeeperConfig(
                                zookeeper.connect() + "/homeport",
                                Optional.empty(),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(3)),
                        Optional.empty(),
                        Clock.systemUTC());
        PlacementService placement =
                PlacementService.open(
                        id,
                        fleet.source(),
                        fleet.writer(),
                        new ServiceAccountConfig(
                                mariadb.root().user(),
                                Path.of("/unread"),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(60)),
                        new Secret(mariadb.root().password()),
                        any -> AccountLink.DEFAULT,
                        Clock.systemUTC());
        AdminParts parts =
                new AdminParts(
                        fleet.source(),
                        fleet.writer(),
                        fleet.reports(),
                        fleet.incidents(),
                        fleet.audit(),
                        placement,
                        Optional.empty(),
                        new SessionParts(
                                Map::of,
                                connection -> Optional.empty(),
                                (cluster, instance, threadIds) -> Map.of(),
                                cluster -> Map.of()),
                        (user, schema, attributes, serverName, listener) -> {
                            throw new IllegalArgumentException("no listener in this test");
                        },
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        Optional::empty);
        AdminConfig config =
                new AdminConfig(
                        InetAddress.getLoopbackAddress(),
                        0,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty());
        return new One(fleet, placement, AdminServer.start(config, id, parts, Clock.systemUTC()));
    }
}
