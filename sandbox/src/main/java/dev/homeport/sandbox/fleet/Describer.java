package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.description.SandboxDescription.Address;
import dev.homeport.sandbox.description.SandboxDescription.Admin;
import dev.homeport.sandbox.description.SandboxDescription.Agent;
import dev.homeport.sandbox.description.SandboxDescription.Cluster;
import dev.homeport.sandbox.description.SandboxDescription.Command;
import dev.homeport.sandbox.description.SandboxDescription.Instance;
import dev.homeport.sandbox.description.SandboxDescription.Login;
import dev.homeport.sandbox.description.SandboxDescription.Project;
import dev.homeport.sandbox.description.SandboxDescription.Router;
import dev.homeport.sandbox.description.SandboxDescription.Url;
import dev.homeport.sandbox.description.SandboxDescription.ZooKeeper;
import dev.homeport.sandbox.plan.SandboxDirectory;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.sandbox.plan.ZooKeeperRole;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import java.util.List;
import java.util.Optional;

/** Describes a sandbox of which everything is ready. */
final class Describer {
    private static final String HOST = "127.0.0.1";

    private final Fleet fleet;
    private final SandboxPlan plan;
    private final SandboxDirectory directory;

    Describer(Fleet fleet, SandboxDirectory directory) {
        this.fleet = fleet;
        this.plan = fleet.plan();
        this.directory = directory;
    }

    SandboxDescription describe() {
        return new SandboxDescription(
                directory.path().toString(),
                ProcessHandle.current().pid(),
                plan.size().routerIds().stream().map(this::router).toList(),
                plan.size().clusterIds().stream().map(this::agent).toList(),
                zooKeeper(),
                login(plan.app()),
                plan.size().clusterIds().stream().map(this::cluster).toList(),
                fleet.demoProjects().homes().stream()
                        .map(home -> new Project(home.project(), home.cluster(), home.project()))
                        .toList());
    }

    private Router router(String id) {
        Daemon daemon = fleet.router(id);
        return new Router(
                id,
                new Address(HOST, plan.mysqlPort(id)),
                new Admin(daemon.admin().toString(), plan.adminToken()),
                daemon.pid(),
                log(daemon.process()),
                command(daemon.process()));
    }

    private Agent agent(String cluster) {
        Daemon daemon = fleet.agentOf(cluster);
        return new Agent(
                cluster,
                daemon.id(),
                new Url(daemon.admin().toString()),
                daemon.pid(),
                log(daemon.process()),
                command(daemon.process()));
    }

    private ZooKeeper zooKeeper() {
        ConfigFiles files = new ConfigFiles(plan, directory);
        Optional<ChildProcess> process = fleet.zooKeeper().map(ZooKeeperServer::process);
        return new ZooKeeper(
                files.zooKeeperConnect(),
                files.zooKeeperDigest(ZooKeeperRole.OPERATORS),
                process.map(ChildProcess::pid).orElse(0L),
                process.map(Describer::log).orElse(""),
                process.map(Describer::command).orElse(new Command(List.of())));
    }

    private Cluster cluster(String id) {
        String primary = fleet.primaryOf(id).name();
        return new Cluster(
                id,
                login(plan.root()),
                plan.size().instanceIds(id).stream()
                        .map(instance -> instance(instance, instance.equals(primary)))
                        .toList());
    }

    private Instance instance(String id, boolean isPrimary) {
        MariaDbServer server = fleet.databases().instance(id);
        return new Instance(
                id,
                HOST,
                server.port(),
                server.pid(),
                isPrimary ? "primary" : "replica",
                log(server.process()),
                server.generalLog().toString(),
                command(server.process()));
    }

    private static Login login(Account account) {
        return new Login(account.user(), account.password());
    }

    private static String log(ChildProcess process) {
        return process.log().toString();
    }

    private static Command command(ChildProcess process) {
        return new Command(process.command());
    }
}
