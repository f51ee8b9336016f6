package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.Incident;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
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
     * @param kept stand there already, as in the snapshot
     * @param different stand there already, with another content or one that may not be read; as
     *     people write znodes
     */
    public record Restored(int created, int kept, List<String> different) {
        public Restored {
            different = List.copyOf(different);
        }
    }

    /**
     * What the snapshot has for one znode.
     *
     * @param isImplied whether an absent znode says the same
     */
    private record Filed<T>(String path, Codec<T> codec, T value, boolean isImplied) {
        boolean isIn(byte[] znode) {
            return codec.read(znode, new Problems()).filter(value::equals).isPresent();
        }
    }

    private enum Fate {
        CREATED,
        KEPT,
        DIFFERENT,
        NOT_NEEDED
    }

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
            for (String path : znodes().reversed()) {
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
            return false;
        }
    }

    /**
     * Parents before their children. What goes while it is listed is passed over: an ephemeral
     * znode, an audit entry that made room.
     */
    private List<String> znodes() throws KeeperException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("/"));
        for (int i = 0; i < all.size(); i++) {
            String parent = all.get(i).equals("/") ? "" : all.get(i);
            for (String child : children(all.get(i))) {
                all.add(parent + "/" + child);
            }
        }
        return all;
    }

    private List<String> children(String path) throws KeeperException, InterruptedException {
        try {
            return zk.getChildren(path, false);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    /**
     * Puts back what stands in a router's snapshot file and not in ZooKeeper. What stands there is
     * left as it is: it is newer. Clusters come last: as long as there is none nobody places a
     * project, and so nobody makes a bucket or an intent that would stand in the way. Idempotent.
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
        List<String> different = new ArrayList<>();
        for (Filed<?> one : records(fleet)) {
            switch (restore(one)) {
                case CREATED -> created++;
                case KEPT -> kept++;
                case DIFFERENT -> different.add(ZnodePaths.shown(one.path));
                case NOT_NEEDED -> {}
            }
        }
        return new Restored(created, kept, different);
    }

    private <T> Fate restore(Filed<T> filed) throws IOException {
        try {
            return !filed.isImplied && create(filed) ? Fate.CREATED : compare(filed);
        } catch (KeeperException | InterruptedException e) {
            throw failure(ZnodePaths.shown(filed.path) + " cannot be made", e);
        }
    }

    private <T> boolean create(Filed<T> filed) throws KeeperException, InterruptedException {
        try {
            zk.create(
                    filed.path,
                    filed.codec.write(filed.value),
                    ensemble.acl().getAclForPath(filed.path),
                    CreateMode.PERSISTENT);
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return false;
        }
    }

    private Fate compare(Filed<?> filed) throws KeeperException, InterruptedException {
        try {
            byte[] znode = zk.getData(filed.path, false, null);
            return znode != null && filed.isIn(znode) ? Fate.KEPT : Fate.DIFFERENT;
        } catch (KeeperException.NoAuthException e) {
            return Fate.DIFFERENT;
        } catch (KeeperException.NoNodeException e) {
            if (filed.isImplied) {
                return Fate.NOT_NEEDED;
            }
            // Somebody has removed it since it stood in the way: who runs this again finds out.
            throw e;
        }
    }

    private static IOException failure(String what, Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new IOException(what + ": " + e.getMessage(), e);
    }

    /** Clusters at the end, see {@link #restore(Path)}. */
    private static List<Filed<?>> records(FleetSnapshot fleet) {
        List<Filed<?>> records = new ArrayList<>();
        for (ClusterSnapshot one : fleet.clusters().values()) {
            ClusterId id = one.id();
            records.add(
                    filed(
                            ZnodePaths.intent(id),
                            ClusterIntentCodec.ZNODE,
                            one.intent(),
                            ClusterIntent.ACTIVE));
            records.add(
                    filed(ZnodePaths.verdict(id), VerdictCodec.ZNODE, one.verdict(), Verdict.NONE));
        }
        records.add(
                filed(
                        ZnodePaths.POLICY,
                        PlacementPolicyCodec.ZNODE,
                        fleet.policy(),
                        PlacementPolicy.DEFAULT));
        records.add(
                filed(
                        ZnodePaths.GUARD,
                        GuardPolicyCodec.ZNODE,
                        fleet.guard().policy(),
                        GuardPolicy.DEFAULT));
        for (Incident one : fleet.incidents()) {
            records.add(filed(ZnodePaths.incident(one.id()), IncidentCodec.znode(one.id()), one));
        }
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            PackedBucket placements = fleet.placements().bucket(bucket);
            if (!placements.isEmpty()) {
                records.add(
                        filed(
                                ZnodePaths.bucket(bucket),
                                PlacementBucketCodec.znode(bucket),
                                placements));
            }
        }
        for (ClusterSnapshot one : fleet.clusters().values()) {
            records.add(
                    filed(
                            ZnodePaths.cluster(one.id()),
                            ClusterDefinitionCodec.znode(one.id()),
                            one.definition()));
        }
        return records;
    }

    private static <T> Filed<T> filed(String path, Codec<T> codec, T value) {
        return new Filed<>(path, codec, value, false);
    }

    private static <T> Filed<T> filed(String path, Codec<T> codec, T value, T implied) {
        return new Filed<>(path, codec, value, value.equals(implied));
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
