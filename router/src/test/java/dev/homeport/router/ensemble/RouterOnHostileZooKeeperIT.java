package dev.homeport.router.ensemble;

import static dev.homeport.router.ensemble.Network.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.net.TcpProxy;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.zookeeper.ZooKeeperMember;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.ZnodePaths;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole router in a process of its own, with clients that run statements and log in all the time:
 * they notice nothing of whatever the ensemble does, and the router says how it is.
 */
@Timeout(300)
final class RouterOnHostileZooKeeperIT {
    private static final Account APP = Account.withRandomPassword("app");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private final int port = FreePorts.next();
    private final int admin = FreePorts.next();
    @TempDir Path directory;

    @Test
    void applicationsNoticeNothingOfIt() throws Exception {
        try (var network = new Network(directory.resolve("ensemble"));
                MariaDbServer server =
                        MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("db")))) {
            network.renew();
            server.execute(
                    "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                    "GRANT ALL ON *.* TO app@'%'");
            define(network, server);
            try (ChildProcess router = startRouter(network)) {
                placed();
                awaitStatus("connected");
                try (var applications = Applications.start(port, login())) {
                    losesItsLeader(network);
                    isCutOff(network);
                    isSwallowed(network);
                    isSlow(network);
                    isTorn(network);
                    fillsItsDisk(network);
                    isEmptied(network);
                    isRebuilt(network);
                    applications.assertUndisturbed();
                }
                assertThat(router.isAlive()).isTrue();
            }
        }
    }

    private void losesItsLeader(Network network) throws Exception {
        ZooKeeperMember leader = network.ensemble.awaitLeader();
        leader.kill();
        await().atMost(PATIENCE).until(() -> change("cordon") == 200);
        awaitIntent("cordoned");
        leader.start();
        network.ensemble.awaitServing();
        await().atMost(PATIENCE).until(() -> change("uncordon") == 200);
    }

    private void isCutOff(Network network) throws Exception {
        network.proxies().forEach(TcpProxy::cut);
        awaitStatus("suspended", "lost");
        assertThat(place("too-early")).isEqualTo(503);
        network.proxies().forEach(TcpProxy::heal);
        awaitStatus("connected");
        await().atMost(PATIENCE).until(() -> isPlaced("then-it-is"));
    }

    private void isSwallowed(Network network) throws Exception {
        network.proxies().forEach(TcpProxy::blackHole);
        HttpResponse<String> answer = post("/v1/projects", "{\"id\": \"swallowed\"}");
        assertThat(answer.statusCode()).isEqualTo(503);
        awaitStatus("suspended", "lost");
        network.proxies().forEach(TcpProxy::heal);
        awaitStatus("connected");
        await().atMost(PATIENCE).until(() -> isPlaced("swallowed"));
    }

    private void isSlow(Network network) throws Exception {
        network.proxies().forEach(one -> one.delay(Duration.ofMillis(200)));
        await().atMost(PATIENCE).until(() -> isPlaced("slow"));
        network.proxies().forEach(TcpProxy::heal);
    }

    private void isTorn(Network network) throws Exception {
        ZooKeeperMember leader = network.ensemble.awaitLeader();
        network.ensemble.isolate(leader);
        await().atMost(PATIENCE).until(() -> isPlaced("torn"));
        network.ensemble.members().forEach(network.ensemble::isolate);
        awaitStatus("suspended", "lost");
        assertThat(place("torn-to-pieces")).isEqualTo(503);
        network.ensemble.healLinks();
        network.ensemble.awaitServing();
        awaitStatus("connected");
    }

    private void fillsItsDisk(Network network) throws Exception {
        ZooKeeperMember full = network.ensemble.awaitLeader();
        full.fillDisk();
        await().atMost(PATIENCE).until(() -> isPlaced("full"));
        await().atMost(PATIENCE).until(() -> network.ensemble.awaitLeader() != full);
        full.kill();
        full.start();
        network.ensemble.awaitServing();
        awaitStatus("connected");
    }

    private void isEmptied(Network network) throws Exception {
        CuratorFramework client = network.direct().client();
        for (String child : client.getChildren().forPath("/")) {
            client.delete().deletingChildrenIfNeeded().forPath("/" + child);
        }
        putBack();
    }

    private void isRebuilt(Network network) throws Exception {
        network.ensemble.rebuild();
        putBack();
        await().atMost(PATIENCE).until(() -> isPlaced("as-before"));
        awaitStatus("connected");
    }

    private void putBack() {
        await().atMost(PATIENCE).until(() -> status().toString().contains("all clusters are gone"));
        ChildProcess restore =
                ChildProcess.start(
                        "restore",
                        JavaCommand.withOwnClassPath(
                                "dev.homeport.router.EnsembleMain",
                                List.of("-Xmx128m"),
                                List.of("restore", "--config", config().toString())),
                        directory.resolve("restore.log"));
        await().atMost(PATIENCE).until(() -> !restore.isAlive());
        await().atMost(PATIENCE)
                .until(() -> !status().toString().contains("all clusters are gone"));
    }

    private void define(Network network, MariaDbServer server) throws Exception {
        ZooKeeperFleet fleet = network.direct();
        var definition =
                new ClusterDefinition(
                        Network.C1,
                        Family.MARIADB,
                        List.of(
                                new Instance(
                                        new InstanceId("c1-1"), MariaDbServer.HOST, server.port())),
                        ClusterDefinition.DEFAULT_WEIGHT,
                        Capacity.UNLIMITED,
                        Map.of(),
                        BackendLink.DEFAULT);
        await().atMost(PATIENCE)
                .ignoreException(TopologyException.class)
                .until(() -> fleet.writer().putCluster(definition, OptionalInt.empty()) != null);
        // The cluster can be there before the other parents are; this one is made at the end.
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> fleet.client().checkExists().forPath(ZnodePaths.ELECTION) != null);
        fleet.client()
                .create()
                .forPath(
                        "/verdicts/c1",
                        "{\"v\": 1, \"health\": \"healthy\", \"primary\": \"c1-1\", \"epoch\": 7}"
                                .getBytes(StandardCharsets.UTF_8));
    }

    private Path config() {
        return directory.resolve("router.yaml");
    }

    private ChildProcess startRouter(Network network) {
        Path password = directory.resolve("password");
        PrivateDirectories.write(password, APP.password() + "\n");
        PrivateDirectories.write(
                config(),
                """
                id: r1
                zookeeper: { connect: "%s", sessionTimeout: 4s, connectTimeout: 2s }
                snapshotFile: %s
                listeners: [ { name: main, bind: 127.0.0.1, port: %d, family: mariadb } ]
                routing: { keys: [ { key: user, separator: "+" } ] }
                admin: { bind: 127.0.0.1, port: %d }
                provisioning: { user: app, passwordFile: %s }
                """
                        .formatted(
                                network.throughProxies(),
                                directory.resolve("fleet.snapshot"),
                                port,
                                admin,
                                password));
        ChildProcess router =
                ChildProcess.start(
                        "router",
                        JavaCommand.withOwnClassPath(
                                "dev.homeport.router.RouterMain",
                                List.of("-Xmx256m"),
                                List.of("--config", config().toString())),
                        directory.resolve("router.log"));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> get("/health/ready") == 200);
        return router;
    }

    private void placed() throws Exception {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                post("/v1/projects", "{\"id\": \"p1\"}").statusCode() == 201
                                        || get("/v1/projects/p1") == 200);
        await().atMost(PATIENCE)
                .until(() -> JSON.readTree(body("/v1/projects/p1")).path("available").asBoolean());
    }

    private static Login login() {
        return Login.as("app+p1", APP.password()).withSchema("p1");
    }

    private int change(String verb) throws Exception {
        return post("/v1/clusters/c1/" + verb, "{\"reason\": \"a test\"}").statusCode();
    }

    /** Now, or by an attempt before whose answer was lost. */
    private boolean isPlaced(String project) throws Exception {
        return List.of(200, 201).contains(place(project));
    }

    private int place(String project) throws Exception {
        return post("/v1/projects", "{\"id\": \"%s\"}".formatted(project)).statusCode();
    }

    private void awaitIntent(String intent) {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                JSON.readTree(body("/v1/clusters/c1"))
                                        .path("intent")
                                        .asText()
                                        .equals(intent));
    }

    private void awaitStatus(String... states) {
        await().atMost(PATIENCE)
                .until(() -> List.of(states).contains(status().at("/map/connection").asText()));
    }

    private JsonNode status() throws Exception {
        return JSON.readTree(body("/v1/status"));
    }

    private int get(String path) throws Exception {
        return HTTP.send(request(path).GET().build(), BodyHandlers.discarding()).statusCode();
    }

    private String body(String path) throws Exception {
        return HTTP.send(request(path).GET().build(), BodyHandlers.ofString()).body();
    }

    private HttpResponse<String> post(String path, String body)
            throws IOException, InterruptedException {
        return HTTP.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
                .timeout(Duration.ofSeconds(20));
    }
}
