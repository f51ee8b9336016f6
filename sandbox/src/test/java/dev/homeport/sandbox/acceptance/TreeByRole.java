package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.testkit.zookeeper.AclPage;
import dev.homeport.testkit.zookeeper.AclPage.Right;
import dev.homeport.testkit.zookeeper.AclPage.Rights;
import dev.homeport.topology.zk.AclConfig;
import dev.homeport.topology.zk.AclConfig.Identity;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperConfig.Security;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.ACL;

/**
 * The znodes of a fleet whose ACLs go by role, with a connection as each role. One file with {@code
 * user:password} for each. For one thread.
 */
final class TreeByRole implements AutoCloseable {
    private static final int CONNECT_SECONDS = 30;

    private final AclConfig acl;
    private final ZooKeeperFleet routers;
    private final ZooKeeperFleet agents;
    private final ZooKeeperFleet operators;

    TreeByRole(String connect, Path routersFile, Path agentsFile, Path operatorsFile)
            throws IOException {
        this.acl =
                new AclConfig(
                        List.of(AclConfig.identityOf(routersFile)),
                        List.of(AclConfig.identityOf(agentsFile)),
                        List.of(AclConfig.identityOf(operatorsFile)));
        this.routers = open(connect, routersFile);
        this.agents = open(connect, agentsFile);
        this.operators = open(connect, operatorsFile);
    }

    private ZooKeeperFleet open(String connect, Path digestFile) throws IOException {
        ZooKeeperConfig config =
                new ZooKeeperConfig(
                        connect,
                        Optional.of(digestFile),
                        ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT,
                        ZooKeeperConfig.DEFAULT_CONNECT_TIMEOUT,
                        Security.NONE.with(acl));
        return ZooKeeperFleet.open(config, Optional.empty(), Clock.systemUTC());
    }

    CuratorFramework asRouter() throws InterruptedException {
        return connected(routers);
    }

    CuratorFramework asAgent() throws InterruptedException {
        return connected(agents);
    }

    CuratorFramework asOperator() throws InterruptedException {
        return connected(operators);
    }

    private static CuratorFramework connected(ZooKeeperFleet fleet) throws InterruptedException {
        CuratorFramework client = fleet.client();
        assertThat(client.blockUntilConnected(CONNECT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    /**
     * Holds the ACL of every znode to what docs/zookeeper.md says of its kind.
     *
     * @return how many there are
     */
    int assertAsOnThePage() throws Exception {
        Map<String, Rights> page = AclPage.read();
        Map<String, String> found = new TreeMap<>();
        Map<String, String> expected = new TreeMap<>();
        collect("/", found);
        for (String path : found.keySet()) {
            String kind = kindOf(path);
            assertThat(page).as(path).containsKey(kind);
            expected.put(path, expected(page.get(kind)));
        }
        assertThat(found).isEqualTo(expected);
        return found.size();
    }

    private static String kindOf(String path) {
        int second = path.indexOf('/', 1);
        return second < 0 ? path : path.substring(0, second);
    }

    /** Those that go meanwhile, as ephemeral ones do, are left out. */
    private void collect(String path, Map<String, String> found) throws Exception {
        CuratorFramework client = asOperator();
        try {
            found.put(path, text(client.getACL().forPath(path)));
            for (String child : client.getChildren().forPath(path)) {
                collect((path.equals("/") ? "" : path) + "/" + child, found);
            }
        } catch (KeeperException.NoNodeException e) {
            found.remove(path);
        }
    }

    private String expected(Rights rights) {
        TreeSet<String> all = new TreeSet<>();
        acl.routers().forEach(one -> all.add(text(one, Right.bits(rights.routers()))));
        acl.agents().forEach(one -> all.add(text(one, Right.bits(rights.agents()))));
        acl.operators().forEach(one -> all.add(text(one, Right.bits(rights.operators()))));
        return all.toString();
    }

    private static String text(List<ACL> acl) {
        TreeSet<String> all = new TreeSet<>();
        for (ACL one : acl) {
            Identity identity = new Identity(one.getId().getScheme(), one.getId().getId());
            all.add(text(identity, one.getPerms()));
        }
        return all.toString();
    }

    private static String text(Identity identity, int permissions) {
        return identity + " may " + Integer.toBinaryString(permissions);
    }

    @Override
    public void close() {
        routers.close();
        agents.close();
        operators.close();
    }
}
