package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * What time it is for the ensemble: a clock of another machine than the caller's, usually. No
 * request asks for it, but what is written is stamped with the leader's. Thread-safe.
 */
public final class EnsembleClock {
    /** So long a stamp is carried on by the time that has passed since. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private static final byte[] NOTHING = {};

    private final BlockingCalls calls;
    private final String path;
    private final LongSupplier nanos;
    private Optional<Stamp> last = Optional.empty(); // guarded by this

    /**
     * @param nanos when it arrived
     */
    private record Stamp(Instant time, long nanos) {
        Duration age(long now) {
            return Duration.ofNanos(now - nanos);
        }
    }

    /**
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    EnsembleClock(BlockingCalls calls, ClusterId cluster, LongSupplier nanos) {
        this.calls = calls;
        this.path = ZnodePaths.clock(cluster);
        this.nanos = nanos;
    }

    /**
     * Its time, or a little less: as much as the answer took to come. Blocking, for a few seconds
     * at most.
     *
     * @throws TopologyException {@code UNAVAILABLE} if ZooKeeper is away
     */
    public synchronized Instant now() throws TopologyException {
        long asked = nanos.getAsLong();
        Optional<Stamp> fresh = last.filter(one -> one.age(asked).compareTo(FRESH) < 0);
        Stamp stamp = fresh.isPresent() ? fresh.get() : calls.run("znode " + path, this::write);
        last = Optional.of(stamp);
        return stamp.time.plus(stamp.age(nanos.getAsLong()));
    }

    private Stamp write(Call call) throws KeeperException, TopologyException {
        ensure(call, ZnodePaths.WATCH);
        ensure(call, path);
        List<OpResult> results =
                call.await(AsyncCalls.multi(call.zk(), List.of(Op.setData(path, NOTHING, -1))));
        Stat stat = ((OpResult.SetDataResult) results.getFirst()).getStat();
        return new Stamp(Instant.ofEpochMilli(stat.getMtime()), nanos.getAsLong());
    }

    private void ensure(Call call, String znode) throws KeeperException, TopologyException {
        if (call.await(AsyncCalls.stat(call.zk(), znode)).getVersion() == Versioned.ABSENT) {
            Op create = Op.create(znode, NOTHING, calls.acl(znode), CreateMode.PERSISTENT);
            call.await(AsyncCalls.multi(call.zk(), List.of(create)));
        }
    }
}
