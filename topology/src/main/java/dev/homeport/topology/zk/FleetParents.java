package dev.homeport.topology.zk;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the chroot and the parents that every fleet has, as far as they are missing. */
final class FleetParents {
    private static final Logger log = LoggerFactory.getLogger(FleetParents.class);

    private final ZooKeeperConfig config;
    private final Optional<byte[]> digest;
    private final List<ACL> acl;

    FleetParents(ZooKeeperConfig config, Optional<byte[]> digest, List<ACL> acl) {
        this.config = config;
        this.digest = digest;
        this.acl = acl;
    }

    /** Blocking. What cannot be made is logged; the next connection tries again. */
    void ensure(CuratorFramework client) {
        try {
            ZooKeeper zk = client.getZookeeperClient().getZooKeeper();
            if (zk.exists("/", false) == null) {
                ensureChroot();
            }
            for (String path : ZnodePaths.PARENTS) {
                create(zk, path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KeeperException.NoAuthException e) {
            log.atError()
                    .addKeyValue("znode", e.getPath())
                    .log(
                            "ZooKeeper refuses to let this daemon write: the ACL does not admit"
                                    + " the identity in digestFile");
        } catch (Exception e) {
            log.atWarn()
                    .addKeyValue("error", e.toString())
                    .log("the znodes that every fleet has could not be made");
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
                        new ZKClientConfig());
        try {
            digest.ifPresent(bytes -> zk.addAuthInfo("digest", bytes));
            if (!connected.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KeeperException.ConnectionLossException();
            }
            var path = new StringBuilder();
            for (String part : config.connect().substring(slash + 1).split("/")) {
                create(zk, path.append('/').append(part).toString());
            }
        } finally {
            zk.close();
        }
    }

    private void create(ZooKeeper zk, String path) throws KeeperException, InterruptedException {
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
