package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxDirectory;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.sandbox.plan.ZooKeeperRole;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts all parts in the order in which they need each other: ZooKeeper and the databases; the
 * clusters' records; routers, which take seconds to come up; meanwhile accounts and replication;
 * then the agents, so that they never see a cluster that is half set up. Used once, by one thread.
 */
final class StartUp {
    private static final String ROUTER_MAIN = "dev.homeport.router.RouterMain";
    private static final String AGENT_MAIN = "dev.homeport.agent.AgentMain";
    private static final List<String> ROUTER_JVM = List.of("-Xmx512m");
    private static final List<String> AGENT_JVM =
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final DaemonPrograms programs = DaemonPrograms.find();
    private final SandboxDirectory directory;
    private final ConfigFiles files;
    private final Parts parts;
    private final Progress progress;
    private final Map<String, String> primaries = new LinkedHashMap<>();
    private final Map<String, Daemon> agents = new LinkedHashMap<>();
    private final Map<String, Daemon> routers = new LinkedHashMap<>();
    private SandboxPlan plan;

    StartUp(SandboxPlan plan, SandboxDirectory directory, Parts parts, Progress progress) {
        this.plan = plan;
        this.directory = directory;
        this.files = new ConfigFiles(plan, directory);
        this.parts = parts;
        this.progress = progress;
    }

    /** Runs it; returns when everything is ready. */
    Fleet run() {
        remember(plan);
        files.writeSecrets();
        MariaDbInstallation installation = MariaDbInstallation.find();
        Optional<ZooKeeperServer> zooKeeper = launchZooKeeper();
        Databases databases = launchDatabases(installation);
        zooKeeper.ifPresent(ZooKeeperServer::awaitReady);
        setUp(databases);
        launchAgents();
        progress.tell(
                "%s and %s"
                        .formatted(
                                Screen.count(agents.size(), "agent"),
                                Screen.count(routers.size(), "router")));
        agents.values().forEach(Daemon::awaitReady);
        routers.values().forEach(Daemon::awaitReady);
        Fleet fleet = new Fleet(plan, zooKeeper, databases, primaries, agents, routers);
        createProjects(fleet);
        return fleet;
    }

    private Optional<ZooKeeperServer> launchZooKeeper() {
        if (!plan.hasOwnZooKeeper()) {
            progress.tell(
                    "ZooKeeper at " + plan.zooKeeperAddress() + ", which is not the sandbox's");
            return Optional.empty();
        }
        progress.tell("ZooKeeper on port " + plan.zooKeeperPort());
        return Optional.of(
                parts.launch(
                        Parts.Kind.ZOOKEEPER,
                        () ->
                                ZooKeeperServer.launch(
                                        directory.of("zookeeper"), plan.zooKeeperPort()),
                        ZooKeeperServer::process));
    }

    private Databases launchDatabases(MariaDbInstallation installation) {
        long count = plan.size().allInstanceIds().count();
        progress.tell(
                "%s of MariaDB %s"
                        .formatted(Screen.count((int) count, "instance"), installation.version()));
        Databases databases = new Databases(plan, directory, parts);
        databases.launch(installation);
        return databases;
    }

    private void setUp(Databases databases) {
        try (Registration registration =
                // As a router would: what operators say goes through one.
                Registration.connect(plan, files.zooKeeper(ZooKeeperRole.ROUTERS))) {
            remember(plan.withRegistered(registration.register()));
            launchRouters();
            databases.awaitReady();
            for (String cluster : plan.size().clusterIds()) {
                Optional<String> last = registration.lastPrimary(cluster);
                String primary = new ClusterSetUp(plan).setUp(databases.of(cluster), last).name();
                primaries.put(cluster, primary);
                progress.tell("cluster %s: primary %s".formatted(cluster, primary));
            }
        }
    }

    private void launchRouters() {
        for (String id : plan.size().routerIds()) {
            Path config = files.writeRouter(id);
            List<String> command = programs.command("router", ROUTER_MAIN, ROUTER_JVM, config);
            routers.put(id, launch(Parts.Kind.ROUTER, id, command, config));
        }
    }

    private void launchAgents() {
        for (String cluster : plan.size().clusterIds()) {
            String id = plan.size().agentId(cluster);
            Path config = files.writeAgent(id, cluster);
            List<String> command = programs.command("agent", AGENT_MAIN, AGENT_JVM, config);
            agents.put(cluster, launch(Parts.Kind.AGENT, id, command, config));
        }
    }

    private Daemon launch(Parts.Kind kind, String id, List<String> command, Path config) {
        URI admin = URI.create("http://127.0.0.1:" + plan.adminPort(id));
        Path log = config.resolveSibling(id + ".log");
        return parts.launch(kind, () -> Daemon.launch(id, command, log, admin), Daemon::process);
    }

    private void createProjects(Fleet fleet) {
        if (!plan.hasDemoProjects()) {
            progress.tell("demo projects");
            fleet.demoProjects().awaitHealthy(plan.size().clusterIds());
            fleet.demoProjects().create(plan.size().clusterIds());
            remember(plan.withDemoProjects());
        }
    }

    private void remember(SandboxPlan newPlan) {
        plan = newPlan;
        directory.write(plan);
    }
}
