package dev.homeport.agent.purge;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.ZnodePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * In the znode {@code watch/<cluster>/purge}: what is switched off has to be found by whoever leads
 * when the incident is closed. Whatever is written is checked in its own transaction: that the
 * caller leads, and that nobody else wrote since it read. Blocking, for a few seconds at most.
 */
final class HoldStore {
    private static final String PARENT = ZnodePaths.WATCH;

    /** The version of a znode that is not there. */
    private static final int ABSENT = -1;

    private final CuratorFramework client;
    private final String parent;
    private final String path;

    /**
     * What stands there.
     *
     * @param version of the znode; {@link #ABSENT} where there is none
     */
    record Held(HoldRecord record, int version) {
        Held {
            requireNonNull(record, "record");
        }
    }

    HoldStore(CuratorFramework client, ClusterId cluster) {
        this.client = client;
        this.parent = PARENT + "/" + cluster;
        this.path = parent + "/purge";
    }

    Held read() throws TopologyException {
        try {
            var stat = new Stat();
            byte[] bytes = client.getData().storingStatIn(stat).forPath(path);
            return new Held(HoldRecord.parse(bytes), stat.getVersion());
        } catch (KeeperException.NoNodeException e) {
            return new Held(HoldRecord.NONE, ABSENT);
        } catch (IOException e) {
            throw new TopologyException(Reason.INVALID, path + " is no JSON: " + e.getMessage(), e);
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /**
     * Replaces what was read.
     *
     * @param leaderZnode full path of the znode that the caller leads by
     * @return as it stands there now
     * @throws TopologyException {@code CONFLICT} if the caller no longer leads or somebody else
     *     wrote meanwhile; {@code UNAVAILABLE} if ZooKeeper is away, and then whether it was
     *     written is not known
     */
    Held write(Held before, HoldRecord record, String leaderZnode) throws TopologyException {
        try {
            List<CuratorOp> ops = new ArrayList<>();
            ops.add(client.transactionOp().check().forPath(leaderZnode));
            int version = ABSENT;
            if (before.version() == ABSENT) {
                if (record.isEmpty()) {
                    return before;
                }
                for (String above : List.of(PARENT, parent)) {
                    if (client.checkExists().forPath(above) == null) {
                        ops.add(client.transactionOp().create().forPath(above, new byte[0]));
                    }
                }
                ops.add(client.transactionOp().create().forPath(path, record.bytes()));
                version = 0;
            } else if (record.isEmpty()) {
                ops.add(
                        client.transactionOp()
                                .delete()
                                .withVersion(before.version())
                                .forPath(path));
            } else {
                ops.add(
                        client.transactionOp()
                                .setData()
                                .withVersion(before.version())
                                .forPath(path, record.bytes()));
                version = before.version() + 1;
            }
            client.transaction().forOperations(ops);
            return new Held(record, version);
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /**
     * Whether the caller leads and nobody wrote since it read, at this moment and by the ensemble's
     * word: like a write, it is not answered by a server that has fallen behind.
     *
     * @throws TopologyException as {@link #write}
     */
    void confirm(Held standing, String leaderZnode) throws TopologyException {
        try {
            client.transaction()
                    .forOperations(
                            client.transactionOp().check().forPath(leaderZnode),
                            client.transactionOp()
                                    .check()
                                    .withVersion(standing.version())
                                    .forPath(path));
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private TopologyException failure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        boolean isConflict =
                e instanceof KeeperException.NoNodeException
                        || e instanceof KeeperException.NodeExistsException
                        || e instanceof KeeperException.BadVersionException;
        return isConflict
                ? new TopologyException(
                        Reason.CONFLICT, path + ": no longer the leader, or written by another", e)
                : new TopologyException(Reason.UNAVAILABLE, path + ": " + e, e);
    }
}
