package dev.homeport.topology.zk;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the chroot and the parents that every fleet has, as far as they are missing. */
final class FleetParents {
    private static final Logger log = LoggerFactory.getLogger(FleetParents.class);

    private final ZooKeeperConfig config;
    private final EnsembleClient ensemble;

    FleetParents(ZooKeeperConfig config, EnsembleClient ensemble) {
        this.config = config;
        this.ensemble = ensemble;
    }

    /** The same for a tree that may have been emptied; costs one question where it was not. */
    void ensureWhileConnected(CuratorFramework client) {
        try {
            if (client.getZookeeperClient().isConnected() && !areThere(client)) {
                ensure(client);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.atDebug().addKeyValue("error", e.toString()).log("parents not looked up");
        }
    }

    private static boolean areThere(CuratorFramework client) throws Exception {
        try {
            ZooKeeper zk = client.getZookeeperClient().getZooKeeper();
            return zk.getChildren("/", false)
                    .containsAll(ZnodePaths.PARENTS.stream().map(ZnodePaths::shown).toList());
        } catch (KeeperException.NoNodeException e) {
            return false;
        }
    }

    /** Blocking. What cannot be made is logged; the next connection tries again. */
    void ensure(CuratorFramework client) {
        try {
            ensureIn(client.getZookeeperClient().getZooKeeper());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KeeperException.NoAuthException e) {
            log.atError()
                    .addKeyValue("znode", e.getPath())
                    .log(
                            "ZooKeeper refuses to let this daemon write: the ACL does not admit"
                                    + " the identity of this daemon");
        } catch (Exception e) {
            log.atWarn()
                    .addKeyValue("error", e.toString())
                    .log("the znodes that every fleet has could not be made");
        }
    }

    void ensureIn(ZooKeeper zk) throws Exception {
        if (zk.exists("/", false) == null) {
            ensureChroot();
        }
        for (String path : ZnodePaths.PARENTS) {
            create(zk, path, ensemble.acl().getAclForPath(path));
        }
    }

    /** Needs a connection without chroot: inside one that does not exist nothing can be made. */
    private void ensureChroot() throws Exception {
        int slash = config.connect().indexOf('/');
        var connected = new CountDownLatch(1);
        Duration limit = config.connectTimeout();
        ZooKeeper zk =
                new ZooKeeper(
                        config.connect().substring(0, slash),
                        Math.toIntExact(config.sessionTimeout().toMillis()),
                        event -> connected.countDown(),
                        ensemble.settings());
        try {
            ensemble.authorize(zk);
            if (!connected.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KeeperException.ConnectionLossException();
            }
            var path = new StringBuilder();
            for (String part : config.connect().substring(slash + 1).split("/")) {
                // Whoever makes it has to make the next part in it.
                create(
                        zk,
                        path.append('/').append(part).toString(),
                        ensemble.acl().getAclForPath("/"));
            }
        } finally {
            zk.close();
        }
    }

    private static void create(ZooKeeper zk, String path, List<ACL> acl)
            throws KeeperException, InterruptedException {
        if (zk.exists(path, false) != null) {
            return;
        }
        try {
            zk.create(path, new byte[0], acl, CreateMode.PERSISTENT);
            log.atInfo().addKeyValue("znode", path).log("made");
        } catch (KeeperException.NodeExistsException e) {
            // Another daemon was faster.
            log.atDebug().addKeyValue("znode", path).log("made by another daemon");
        }
    }
}
