package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * Some buckets of one round, written together: ZooKeeper takes a few of them in one transaction for
 * little more than one. Where that is refused, because somebody was faster with one of them, one
 * may not be written, or a cluster has changed, each is tried by itself, so that none suffers by
 * another.
 */
final class BucketTransaction {
    /** A request of ZooKeeper may have 1 MB by its own limit, and a larger one blocks others. */
    private static final int MOST_BYTES = 128 * 1024;

    private static final int MOST_BUCKETS = 16;

    private final Call call;
    private final PlacementRound round;
    private final List<BucketWrite> parts = new ArrayList<>();
    private final Map<BucketWrite, CompletableFuture<Stat>> created = new LinkedHashMap<>();
    private int bytes;
    private CompletableFuture<List<OpResult>> written = new CompletableFuture<>();

    BucketTransaction(Call call, PlacementRound round) {
        this.call = call;
        this.round = round;
    }

    /** Whether it goes along, which one always does that is alone. */
    boolean hasRoomFor(BucketWrite write) {
        return parts.isEmpty()
                || (parts.size() < MOST_BUCKETS && bytes + write.bytes() <= MOST_BYTES);
    }

    void add(BucketWrite write) {
        parts.add(write);
        bytes += write.bytes();
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    void send() throws KeeperException, TopologyException {
        List<Op> operations = new ArrayList<>();
        Set<ClusterId> homes = new LinkedHashSet<>();
        for (BucketWrite part : parts) {
            operations.add(part.operation(call));
            homes.addAll(part.homes());
        }
        operations.addAll(round.checks(homes));
        written = AsyncCalls.multi(call.zk(), operations);
        for (BucketWrite part : parts) {
            if (part.isNew()) {
                // A creation's answer has no zxid: asked for behind it, it takes no time.
                created.put(part, AsyncCalls.stat(call.zk(), part.path()));
            }
        }
    }

    /**
     * Waits for it, and gives all that were in it their answers.
     *
     * @return what is to be sent again, each by itself
     */
    List<BucketTransaction> await() {
        try {
            List<OpResult> results = call.await(written);
            for (int i = 0; i < parts.size(); i++) {
                succeed(parts.get(i), results.get(i));
            }
        } catch (KeeperException.BadVersionException
                | KeeperException.NoNodeException
                | KeeperException.NodeExistsException
                | KeeperException.NoAuthException
                | KeeperException.QuotaExceededException e) {
            if (parts.size() > 1) {
                return parts.stream().map(this::alone).toList();
            }
            parts.forEach(part -> part.fail(e));
        } catch (KeeperException.ConnectionLossException
                | KeeperException.SessionExpiredException
                | TopologyException e) {
            parts.forEach(part -> part.inDoubt(e));
        } catch (KeeperException e) {
            parts.forEach(part -> part.fail(e));
        }
        return List.of();
    }

    private BucketTransaction alone(BucketWrite part) {
        var one = new BucketTransaction(call, round);
        one.add(part);
        return one;
    }

    /** One that was refused together with others. */
    void sendAgain() {
        try {
            send();
        } catch (KeeperException | TopologyException e) {
            parts.forEach(part -> part.fail(e));
            parts.clear();
            written.completeExceptionally(e);
        }
    }

    private void succeed(BucketWrite part, OpResult result) {
        try {
            part.succeed(
                    result instanceof OpResult.SetDataResult set
                            ? set.getStat().getMzxid()
                            : call.await(created.get(part)).getCzxid());
        } catch (KeeperException | TopologyException e) {
            // It was written; which transaction that was is looked up.
            part.inDoubt(e);
        }
    }
}
