package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooKeeper;

/**
 * The whole tree of a fleet, for the two things that people do to all of it: bring its ACLs to what
 * the configuration says, and put back what an ensemble has lost. For one thread; every method
 * waits.
 */
public final class FleetTree implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final int SESSION_MILLIS = 30_000;

    private final ZooKeeper zk;
    private final EnsembleClient ensemble;

    private FleetTree(ZooKeeper zk, EnsembleClient ensemble) {
        this.zk = zk;
        this.ensemble = ensemble;
    }

    /**
     * What became of a snapshot's records.
     *
     * @param created were missing
     * @param kept stand there already, as they are or otherwise
     */
    public record Restored(int created, int kept) {}

    /**
     * Connects, and makes the chroot and its parents where they are missing.
     *
     * @throws IOException if a file cannot be read, or the ensemble not be reached
     */
    public static FleetTree open(ZooKeeperConfig config) throws IOException {
        EnsembleClient ensemble = EnsembleClient.of(config);
        var connected = new CountDownLatch(1);
        var zk =
                new ZooKeeper(
                        config.connect(),
                        SESSION_MILLIS,
                        event -> {
                            if (event.getState() == KeeperState.SyncConnected) {
                                connected.countDown();
                            }
                        },
                        ensemble.settings());
        var tree = new FleetTree(zk, ensemble);
        try {
            ensemble.authorize(zk);
            if (!connected.await(CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "no connection to "
                                + config.connect()
                                + " within "
                                + CONNECT.toSeconds()
                                + " s");
            }
            new FleetParents(config, ensemble).ensureIn(zk);
            return tree;
        } catch (IOException e) {
            tree.close();
            throw e;
        } catch (Exception e) {
            tree.close();
            throw new IOException("cannot prepare " + config.connect() + ": " + e, e);
        }
    }

    /**
     * Gives every znode the ACL that the configuration says. Takes effect znode by znode;
     * idempotent.
     *
     * @return how many there are
     * @throws IOException if one of them may not be changed by this identity
     */
    public int applyAcls() throws IOException {
        int changed = 0;
        String at = "/";
        try {
            // The chroot at last: until then whoever could do everything still can.
            for (String path : ZKUtil.listSubTreeBFS(zk, "/").reversed()) {
                at = path;
                changed += setAcl(path) ? 1 : 0;
            }
            return changed;
        } catch (KeeperException | InterruptedException e) {
            throw failure("the ACL of " + at + " cannot be set", e);
        }
    }

    private boolean setAcl(String path) throws KeeperException, InterruptedException {
        try {
            zk.setACL(path, ensemble.acl().getAclForPath(path), -1);
            return true;
        } catch (KeeperException.NoNodeException e) {
            // An ephemeral one that has gone since.
            return false;
        }
    }

    /**
     * Puts back what stands in a router's snapshot file and not in ZooKeeper. What stands there is
     * left as it is: it is newer. Idempotent.
     *
     * @throws IOException if the file cannot be used, or ZooKeeper refuses a record
     */
    public Restored restore(Path snapshotFile) throws IOException {
        FleetSnapshot fleet =
                new SnapshotFile(snapshotFile)
                        .read()
                        .orElseThrow(() -> new IOException("there is no file " + snapshotFile));
        int created = 0;
        int kept = 0;
        for (var record : records(fleet).entrySet()) {
            if (create(record.getKey(), record.getValue())) {
                created++;
            } else {
                kept++;
            }
        }
        return new Restored(created, kept);
    }

    private boolean create(String path, byte[] content) throws IOException {
        try {
            zk.create(path, content, ensemble.acl().getAclForPath(path), CreateMode.PERSISTENT);
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return false;
        } catch (KeeperException | InterruptedException e) {
            throw failure(ZnodePaths.shown(path) + " cannot be made", e);
        }
    }

    private static IOException failure(String what, Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new IOException(what + ": " + e.getMessage(), e);
    }

    /** In an order in which none names what is not there yet. */
    private static Map<String, byte[]> records(FleetSnapshot fleet) {
        Map<String, byte[]> records = new LinkedHashMap<>();
        for (ClusterSnapshot one : fleet.clusters().values()) {
            records.put(
                    ZnodePaths.cluster(one.id()),
                    ClusterDefinitionCodec.znode(one.id()).write(one.definition()));
        }
        for (ClusterSnapshot one : fleet.clusters().values()) {
            if (!one.intent().equals(ClusterIntent.ACTIVE)) {
                records.put(
                        ZnodePaths.intent(one.id()), ClusterIntentCodec.ZNODE.write(one.intent()));
            }
            if (!one.verdict().equals(Verdict.NONE)) {
                records.put(ZnodePaths.verdict(one.id()), VerdictCodec.ZNODE.write(one.verdict()));
            }
        }
        if (!fleet.policy().equals(PlacementPolicy.DEFAULT)) {
            records.put(ZnodePaths.POLICY, PlacementPolicyCodec.ZNODE.write(fleet.policy()));
        }
        if (!fleet.guard().policy().equals(GuardPolicy.DEFAULT)) {
            records.put(ZnodePaths.GUARD, GuardPolicyCodec.ZNODE.write(fleet.guard().policy()));
        }
        putRest(fleet, records);
        return records;
    }

    private static void putRest(FleetSnapshot fleet, Map<String, byte[]> records) {
        fleet.incidents()
                .forEach(
                        one ->
                                records.put(
                                        ZnodePaths.incident(one.id()),
                                        IncidentCodec.znode(one.id()).write(one)));
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            if (!fleet.placements().bucket(bucket).isEmpty()) {
                records.put(
                        ZnodePaths.bucket(bucket),
                        PlacementBucketCodec.znode(bucket)
                                .write(fleet.placements().bucket(bucket)));
            }
        }
    }

    @Override
    public void close() {
        try {
            zk.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
