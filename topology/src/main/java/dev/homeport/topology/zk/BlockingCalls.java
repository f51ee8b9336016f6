package dev.homeport.topology.zk;

import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/**
 * Calls that wait, each for {@link #LIMIT} at most with all its repetitions. What others changed
 * meanwhile and connections that broke are tried again; afterwards, and without a connection, it is
 * {@code UNAVAILABLE}.
 */
final class BlockingCalls {
    /** A transaction takes seven round trips at most: enough for more than half a second each. */
    static final Duration LIMIT = Duration.ofSeconds(4);

    private static final int LONGEST_PAUSE_MILLIS = 60;
    private static final String NOT_KNOWN = "; whether it was written is not known";

    private final CuratorFramework client;
    private final FleetAcl acl;

    BlockingCalls(CuratorFramework client, FleetAcl acl) {
        this.client = client;
        this.acl = acl;
    }

    /** Reads, decides and writes once. */
    interface Attempt<T> {
        T run(Call call) throws KeeperException, TopologyException;
    }

    /** Runs an attempt until it is through, after the server has caught up with all writes. */
    <T> T run(String what, Attempt<T> attempt) throws TopologyException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return runOnce(what, deadline, attempt);
            } catch (KeeperException e) {
                pauseOrThrow(what, e, deadline);
            }
        }
    }

    /**
     * Runs an attempt once, after the server has caught up with all writes.
     *
     * @param deadline of {@link System#nanoTime}
     */
    <T> T runOnce(String what, long deadline, Attempt<T> attempt)
            throws KeeperException, TopologyException {
        Call call = new Call(what, connected(what, deadline), deadline);
        AsyncCalls.sync(call.zk);
        return attempt.run(call);
    }

    /** What a znode that is made there lets others do. */
    List<ACL> acl(String path) {
        return acl.getAclForPath(path);
    }

    private ZooKeeper connected(String what, long deadline) throws TopologyException {
        try {
            int millis = (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
            if (client.blockUntilConnected(millis, TimeUnit.MILLISECONDS)) {
                return client.getZookeeperClient().getZooKeeper();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(what, "interrupted", e);
        } catch (Exception e) {
            throw unavailable(what, e.toString(), e);
        }
        throw unavailable(what, "ZooKeeper is away", null);
    }

    /**
     * Lets a moment pass before the next attempt.
     *
     * @throws TopologyException {@code UNAVAILABLE} if that failure is none to try again after, or
     *     there is no time left
     */
    void pauseOrThrow(String what, KeeperException e, long deadline) throws TopologyException {
        boolean isRepeatable =
                switch (e.code()) {
                    case BADVERSION,
                            NODEEXISTS,
                            NONODE,
                            NOTEMPTY,
                            CONNECTIONLOSS,
                            SESSIONEXPIRED,
                            SESSIONMOVED,
                            OPERATIONTIMEOUT ->
                            true;
                    default -> false;
                };
        if (!isRepeatable) {
            throw unavailable(what, e.getMessage(), e);
        }
        if (System.nanoTime() >= deadline) {
            throw unavailable(what, "given up after " + e.getMessage(), e);
        }
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(1, LONGEST_PAUSE_MILLIS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable(what, "interrupted", interrupted);
        }
    }

    /** The same failure, for a write that was sent and not answered. */
    static TopologyException unknown(TopologyException e) {
        return e.isInDoubt() ? e : TopologyException.inDoubt(e, e.getMessage() + NOT_KNOWN);
    }

    private static TopologyException unavailable(String what, String why, Throwable cause) {
        return new TopologyException(Reason.UNAVAILABLE, what + ": " + why, cause);
    }

    /** One connection, and the time that is left. */
    final class Call {
        private final String what;
        private final ZooKeeper zk;
        private final long deadline;

        private Call(String what, ZooKeeper zk, long deadline) {
            this.what = what;
            this.zk = zk;
            this.deadline = deadline;
        }

        ZooKeeper zk() {
            return zk;
        }

        Znode read(String path) throws KeeperException, TopologyException {
            return await(AsyncCalls.znode(zk, path));
        }

        /** Waits for the answer as long as there is time. */
        <T> T await(CompletableFuture<T> answer) throws KeeperException, TopologyException {
            try {
                return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw unavailable(what, "ZooKeeper did not answer in " + LIMIT, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unavailable(what, "interrupted", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof KeeperException keeper) {
                    throw keeper;
                }
                throw unavailable(what, e.getCause().toString(), e);
            }
        }

        /** Creates or sets the znode, depending on the version it was read in. */
        Op write(String path, byte[] content, int version) {
            return version == Versioned.ABSENT
                    ? Op.create(path, content, acl(path), CreateMode.PERSISTENT)
                    : Op.setData(path, content, version);
        }
    }
}
