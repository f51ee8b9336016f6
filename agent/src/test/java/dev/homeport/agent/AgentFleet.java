package dev.homeport.agent;

import static org.awaitility.Awaitility.await;

import dev.homeport.agent.config.AdminConfig;
import dev.homeport.agent.config.AgentConfig;
import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.agent.config.QuarantineConfig;
import dev.homeport.agent.config.RoutersConfig;
import dev.homeport.agent.config.WatchConfig;
import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** A ZooKeeper, cluster {@code c1} of a primary and a replica, and agents for it. */
final class AgentFleet implements AutoCloseable {
    static final String DIGEST_SECRET = "some-digest-of-the-tests";
    static final ClusterId C1 = new ClusterId("c1");
    static final InstanceId DB1 = new InstanceId("db1");
    static final InstanceId DB2 = new InstanceId("db2");
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Account account = Account.withRandomPassword("homeport_agent");
    final ZooKeeperServer zookeeper;
    final MariaDbServer primary;
    final MariaDbServer replica;
    final ZooKeeperConfig zookeeperConfig;
    final ZooKeeperFleet view;

    private final Path digestFile;
    private final List<AgentMain> agents = new ArrayList<>();

    AgentFleet(Path directory) throws IOException, TopologyException {
        digestFile = secretFile(directory.resolve("digest"), "homeport:" + DIGEST_SECRET);
        zookeeper = ZooKeeperServer.start(directory.resolve("zookeeper"));
        primary = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("db1")));
        replica = MariaDbServer.start(directory.resolve("db2"));
        replica.replicateFrom(primary);
        primary.execute(
                "CREATE USER %s IDENTIFIED BY '%s'".formatted(account.user(), account.password()),
                "GRANT REPLICA MONITOR, BINLOG MONITOR, BINLOG ADMIN,"
                        + " REPLICATION SLAVE ON *.* TO "
                        + account.user(),
                "GRANT SELECT ON mysql.innodb_table_stats TO " + account.user(),
                "CREATE DATABASE homeport",
                "CREATE TABLE homeport.epoch"
                        + " (cluster VARCHAR(63) PRIMARY KEY, epoch BIGINT UNSIGNED NOT NULL)",
                "GRANT SELECT, INSERT, UPDATE ON homeport.epoch TO " + account.user());
        replica.awaitCaughtUpWith(primary);
        zookeeperConfig =
                new ZooKeeperConfig(
                        zookeeper.connect() + "/homeport",
                        Optional.of(digestFile),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(3));
        view = ZooKeeperFleet.open(zookeeperConfig, Optional.empty(), Clock.systemUTC());
        define(instance(DB1, primary), instance(DB2, replica));
    }

    static Instance instance(InstanceId id, MariaDbServer server) {
        return new Instance(id, MariaDbServer.HOST, server.port());
    }

    static Path secretFile(Path file, String line) throws IOException {
        Files.writeString(file, line + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    void define(Instance... instances) {
        define(BackendLink.DEFAULT, instances);
    }

    void define(BackendLink link, Instance... instances) {
        var definition =
                new ClusterDefinition(
                        C1,
                        Family.MARIADB,
                        List.of(instances),
                        ClusterDefinition.DEFAULT_WEIGHT,
                        Capacity.UNLIMITED,
                        Map.of(),
                        link);
        await().atMost(PATIENCE)
                .ignoreException(TopologyException.class)
                .until(() -> view.writer().putCluster(definition, OptionalInt.empty()) != null);
    }

    AgentMain startAgent(String id) throws IOException {
        return startAgent(id, account.password());
    }

    AgentMain startAgent(String id, String password) throws IOException {
        return start(config(id, password, Optional.empty()), Clock.systemUTC());
    }

    /** One that looks after the quarantine, on a machine whose clock is that. */
    AgentMain startAgent(String id, QuarantineConfig quarantine, Clock clock) throws IOException {
        return start(config(id, account.password(), Optional.of(quarantine)), clock);
    }

    private AgentMain start(AgentConfig config, Clock clock) throws IOException {
        AgentMain agent = AgentMain.start(config, clock);
        agents.add(agent);
        return agent;
    }

    /** One that leads, and reads the binary log. */
    AgentMain startWatchingAgent(String id) throws IOException {
        AgentMain agent = startAgent(id);
        await().atMost(PATIENCE)
                .until(() -> metrics(agent).contains("agent_watch_silence_seconds 0."));
        return agent;
    }

    /** Its metrics as Prometheus gets them. */
    String metrics(AgentMain agent) throws IOException, InterruptedException {
        return metrics(agent.url());
    }

    /** Those of the agent whose HTTP interface is there. */
    String metrics(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/metrics")).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** Fast probes, so that tests do not wait. */
    private AgentConfig config(String id, String password, Optional<QuarantineConfig> quarantine) {
        return new AgentConfig(
                new AgentId(id),
                C1,
                zookeeperConfig,
                TlsFiles.NONE,
                new ProbeConfig(
                        account.user(),
                        new Secret(password),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(2),
                        3,
                        Duration.ofSeconds(10)),
                new WatchConfig(
                        true,
                        Duration.ofSeconds(60),
                        digestFile.resolveSibling("inventory-" + id),
                        WatchConfig.Ownership.DEFAULT,
                        WatchConfig.Limits.DEFAULT,
                        Optional.empty(),
                        Optional.empty()),
                RoutersConfig.DEFAULT,
                new AdminConfig("127.0.0.1", FreePorts.next()),
                quarantine);
    }

    /** The verdict as routers see it. */
    Verdict verdict() {
        return view.source()
                .current()
                .flatMap(fleet -> fleet.cluster(C1))
                .map(cluster -> cluster.verdict())
                .orElse(Verdict.NONE);
    }

    Verdict awaitVerdict(Predicate<Verdict> condition) {
        return await().atMost(PATIENCE).until(this::verdict, condition);
    }

    Verdict awaitHealth(Health health) {
        return awaitVerdict(verdict -> verdict.health() == health);
    }

    Map<AgentId, AgentReport> reports() {
        return view.reports().agents().getOrDefault(C1, Map.of());
    }

    @Override
    public void close() {
        agents.forEach(AgentMain::close);
        view.close();
        replica.close();
        primary.close();
        zookeeper.close();
    }
}
