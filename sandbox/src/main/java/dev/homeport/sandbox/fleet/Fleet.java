package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * All parts of a sandbox that is up.
 *
 * @param zooKeeper its own; empty where it uses another one
 * @param primaries by cluster: the instance that was opened for writes
 * @param agents by cluster
 */
record Fleet(
        SandboxPlan plan,
        Optional<ZooKeeperServer> zooKeeper,
        Databases databases,
        Map<String, String> primaries,
        Map<String, Daemon> agents,
        Map<String, Daemon> routers) {
    Fleet {
        primaries = Map.copyOf(primaries);
        agents = Map.copyOf(agents);
        routers = Map.copyOf(routers);
    }

    Daemon router(String id) {
        return find(routers, id);
    }

    Daemon agentOf(String cluster) {
        return find(agents, cluster);
    }

    MariaDbServer primaryOf(String cluster) {
        return databases.instance(find(primaries, cluster));
    }

    AdminClient admin() {
        return new AdminClient(router("r1").admin(), plan.adminToken());
    }

    DemoProjects demoProjects() {
        return new DemoProjects(admin(), plan.mysqlPort("r1"), plan.app());
    }

    private static <T> T find(Map<String, T> parts, String id) {
        return Optional.ofNullable(parts.get(id))
                .orElseThrow(() -> new NoSuchElementException("nothing is called " + id));
    }
}
