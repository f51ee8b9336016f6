package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.ConditionalWrites.Change;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes verdicts for the agents. Blocking, for a few seconds at most. */
public final class VerdictStore {
    private static final Logger log = LoggerFactory.getLogger(VerdictStore.class);

    private final BlockingCalls calls;
    private final ConditionalWrites writes;

    VerdictStore(BlockingCalls calls) {
        this.calls = calls;
        this.writes = new ConditionalWrites(calls);
    }

    /**
     * The verdict that stands in ZooKeeper. The value is empty where there is none ({@code version}
     * is {@link Versioned#ABSENT}) and where it cannot be read (its version is given, so that it
     * can be replaced; the log says what is wrong).
     *
     * @throws TopologyException {@code UNAVAILABLE} if ZooKeeper is away
     */
    public Versioned<Optional<Verdict>> read(ClusterId cluster) throws TopologyException {
        Znode znode =
                calls.run(
                        "verdict of cluster " + cluster,
                        call -> call.read(ZnodePaths.verdict(cluster)));
        var problems = new Problems();
        Optional<Verdict> verdict =
                znode.bytes().flatMap(bytes -> VerdictCodec.ZNODE.read(bytes, problems));
        if (!problems.isEmpty()) {
            log.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("reason", problems.text())
                    .log("the verdict that stands there cannot be read");
        }
        return new Versioned<>(verdict, znode.version(), znode.mzxid());
    }

    /**
     * Writes a verdict, if nobody else wrote one since it was read and the leader's znode still
     * stands. Both are checked in the transaction that writes: a leader that was paused does not
     * know that it was replaced.
     *
     * @param expectedVersion as read; {@link Versioned#ABSENT} creates it
     * @param leaderZnode full path of the znode that the LeaderLatch of the caller owns ({@code
     *     LeaderLatch#getOurPath}), below the chroot
     * @return with the version for the next time
     * @throws TopologyException {@code CONFLICT} if either does not hold, or the cluster does not
     *     exist; {@code UNAVAILABLE} if ZooKeeper is away, and then whether it was written is not
     *     known: read again
     */
    public Versioned<Verdict> publish(
            ClusterId cluster, Verdict verdict, int expectedVersion, String leaderZnode)
            throws TopologyException {
        String path = ZnodePaths.verdict(cluster);
        Written<Verdict> written =
                writes.write(
                        "verdict of cluster " + cluster,
                        call -> {
                            requireAsRead(call, cluster, expectedVersion, leaderZnode);
                            return new Change<>(
                                    verdict,
                                    VerdictCodec.ZNODE,
                                    path,
                                    expectedVersion,
                                    List.of(
                                            Op.check(leaderZnode, -1),
                                            Op.check(ZnodePaths.cluster(cluster), -1)));
                        });
        return new Versioned<>(written.value(), written.version(), written.zxid());
    }

    /** For a clear answer; what counts is checked again by the transaction. */
    private static void requireAsRead(
            Call call, ClusterId cluster, int expectedVersion, String leaderZnode)
            throws KeeperException, TopologyException {
        int version = call.read(ZnodePaths.verdict(cluster)).version();
        if (version != expectedVersion) {
            throw new TopologyException(
                    Reason.CONFLICT,
                    "the verdict of cluster %s has version %d, not %d"
                            .formatted(cluster, version, expectedVersion));
        }
        if (call.read(leaderZnode).isAbsent()) {
            throw new TopologyException(
                    Reason.CONFLICT, "no longer the leader: " + leaderZnode + " is gone");
        }
        if (call.read(ZnodePaths.cluster(cluster)).isAbsent()) {
            throw new TopologyException(Reason.CONFLICT, "there is no cluster " + cluster);
        }
    }
}
