package dev.homeport.sandbox.acceptance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.description.SandboxDescription.Router;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.sandbox.fleet.Daemon;
import dev.homeport.sandbox.fleet.Sandbox;
import dev.homeport.sandbox.plan.SandboxOptions;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A sandbox of two clusters that a test class shares, and the ways into it. Thread-safe. */
final class RunningFleet implements AutoCloseable {
    private static final int UNAVAILABLE = 503;
    private static final int MOST_TRIES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Sandbox sandbox;
    private final SandboxDescription description;
    private final Path directory;
    private final Map<String, AdminClient> admins = new ConcurrentHashMap<>();

    private RunningFleet(Sandbox sandbox, Path directory) {
        this.sandbox = sandbox;
        this.description = sandbox.description();
        this.directory = directory;
    }

    /** Starts two clusters and that many routers. */
    static RunningFleet start(Path directory, int replicas, int routers) {
        return start(directory, options -> options.sized(2, replicas, routers));
    }

    /** Starts what is asked for. */
    static RunningFleet start(Path directory, UnaryOperator<SandboxOptions> size) {
        SandboxOptions options = size.apply(SandboxOptions.in(directory.resolve("sandbox")));
        return new RunningFleet(Sandbox.start(options), directory);
    }

    List<String> routers() {
        return description.routers().stream().map(Router::id).toList();
    }

    Daemon router(String id) {
        return sandbox.router(id);
    }

    Daemon agentOf(String cluster) {
        return sandbox.agentOf(cluster);
    }

    ZooKeeperServer zooKeeperServer() {
        return sandbox.zooKeeper();
    }

    MariaDbServer primaryOf(String cluster) {
        return sandbox.primaryOf(cluster);
    }

    /** All instances of a cluster. */
    List<MariaDbServer> instancesOf(String cluster) {
        return description.cluster(cluster).instances().stream()
                .map(instance -> sandbox.instance(instance.id()))
                .toList();
    }

    /** A router's REST interface. */
    AdminClient admin(String router) {
        return admins.computeIfAbsent(
                router,
                id -> {
                    SandboxDescription.Admin admin = description.router(id).admin();
                    return new AdminClient(URI.create(admin.url()), admin.token());
                });
    }

    String url(String router) {
        return description.router(router).admin().url();
    }

    String token(String router) {
        return description.router(router).admin().token();
    }

    /** Body of an answer that must be a good one. */
    JsonNode get(String router, String path) {
        return good(path, admin(router).get(path));
    }

    /** Asks for a change of a cluster with nothing but a reason. */
    JsonNode change(String router, String cluster, String verb) {
        String path = "/v1/clusters/" + cluster + "/" + verb;
        ObjectNode body = AdminClient.object().put("reason", "acceptance test");
        return good(path, admin(router).post(path, body));
    }

    /** Asks for a home; any answer. */
    Answer place(String router, String project) {
        return admin(router).post("/v1/projects", AdminClient.object().put("id", project));
    }

    /** Places a project on a cluster; asks again after a 503, as the interface invites to. */
    void placeOn(String cluster, String project) {
        ObjectNode body = AdminClient.object().put("id", project).put("cluster", cluster);
        Answer answer = admin(routers().getFirst()).post("/v1/projects", body);
        for (int tries = 1; answer.status() == UNAVAILABLE && tries < MOST_TRIES; tries++) {
            answer = admin(routers().getFirst()).post("/v1/projects", body);
        }
        good(project, answer);
    }

    private static JsonNode good(String what, Answer answer) {
        if (!answer.isOk()) {
            throw new AssertionError(what + ": " + answer.status() + " " + answer.body());
        }
        return answer.body();
    }

    /** Waits until each router shows that value. */
    void awaitEveryRouter(String path, String field, String value) {
        for (String router : routers()) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> get(router, path).path(field).asText().equals(value));
        }
    }

    /** What a router tells Prometheus. */
    String metrics(String router) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url(router) + "/metrics"))
                        .header("Authorization", "Bearer " + token(router))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** Every password and token of the fleet. */
    List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        secrets.add(description.app().password());
        secrets.add(description.zookeeper().digest().split(":", 2)[1]);
        description.routers().forEach(router -> secrets.add(router.admin().token()));
        description.clusters().forEach(cluster -> secrets.add(cluster.root().password()));
        return secrets.stream().distinct().toList();
    }

    int port(String router) {
        return description.router(router).mysql().port();
    }

    String appPassword() {
        return description.app().password();
    }

    /** A login that names its project in the user. */
    Login login(String project) {
        return Login.as("app+" + project, appPassword()).withSchema(project);
    }

    /** Logs in to a project through a router. */
    MySqlTestClient connect(String router, String project) throws IOException {
        return MySqlTestClient.login(port(router), login(project));
    }

    /** Logs in with MariaDB's driver. */
    Connection jdbc(String router, String project) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "app+" + project);
        properties.setProperty("password", appPassword());
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + port(router) + "/" + project, properties);
    }

    /**
     * A connection to ZooKeeper like a daemon's, with the sandbox's digest. Not for ACLs by role.
     */
    ZooKeeperFleet zooKeeper() {
        Path digest = directory.resolve("test-digest");
        PrivateDirectories.write(digest, description.zookeeper().digest() + "\n");
        ZooKeeperConfig config =
                new ZooKeeperConfig(
                        description.zookeeper().connect(),
                        Optional.of(digest),
                        ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT,
                        ZooKeeperConfig.DEFAULT_CONNECT_TIMEOUT);
        try {
            return ZooKeeperFleet.open(config, Optional.empty(), Clock.systemUTC());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where ZooKeeper is, with the chroot. */
    String zooKeeperConnect() {
        return description.zookeeper().connect();
    }

    /** Where the sandbox keeps everything. */
    Path data() {
        return Path.of(description.data());
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
