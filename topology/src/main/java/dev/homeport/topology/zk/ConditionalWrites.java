package dev.homeport.topology.zk;

import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * Compare-and-set of one znode together with checks of others, repeated from the reading on when
 * somebody else was faster. When the connection breaks in the middle of a write, the znode's
 * version and content tell whether it took effect.
 */
final class ConditionalWrites {
    private final BlockingCalls calls;

    ConditionalWrites(BlockingCalls calls) {
        this.calls = calls;
    }

    /**
     * What to write.
     *
     * @param version in which the znode was read
     * @param others checks and writes that are part of the same transaction
     */
    record Change<T>(T value, Codec<T> codec, String path, int version, List<Op> others) {}

    /** Reads and decides. */
    interface Decision<T> {
        Change<T> decide(Call call) throws KeeperException, TopologyException;
    }

    <T> Written<T> write(String what, Decision<T> decision) throws TopologyException {
        var doubtful = new ArrayList<Change<T>>();
        try {
            return calls.run(what, call -> attempt(what, call, decision, doubtful));
        } catch (TopologyException e) {
            throw doubtful.isEmpty() ? e : BlockingCalls.unknown(e);
        }
    }

    /**
     * @param doubtful what was sent without an answer, one at most
     */
    private <T> Written<T> attempt(
            String what, Call call, Decision<T> decision, List<Change<T>> doubtful)
            throws KeeperException, TopologyException {
        if (!doubtful.isEmpty()) {
            Optional<Written<T>> written = lookUp(what, call, doubtful.getFirst());
            // Only now: the connection may break while it is looked up, too.
            doubtful.clear();
            if (written.isPresent()) {
                return written.get();
            }
        }
        Change<T> change = decision.decide(call);
        List<Op> operations = new ArrayList<>();
        byte[] content = change.codec().write(change.value());
        operations.add(call.write(change.path(), content, change.version()));
        operations.addAll(change.others());
        doubtful.add(change);
        CompletableFuture<List<OpResult>> answer = AsyncCalls.multi(call.zk(), operations);
        // A creation's answer has no zxid: asked for behind it, it takes no time of its own.
        CompletableFuture<Stat> created = AsyncCalls.stat(call.zk(), change.path());
        OpResult first;
        try {
            first = call.await(answer).get(0);
        } catch (KeeperException.ConnectionLossException
                | KeeperException.SessionExpiredException e) {
            throw e;
        } catch (KeeperException e) {
            doubtful.clear();
            throw e;
        }
        doubtful.clear();
        return written(call, change, first, created);
    }

    private static <T> Written<T> written(
            Call call, Change<T> change, OpResult first, CompletableFuture<Stat> created)
            throws TopologyException {
        long zxid =
                first instanceof OpResult.SetDataResult set
                        ? set.getStat().getMzxid()
                        : createdIn(call, change.path(), created);
        return new Written<>(change.value(), change.version() + 1, zxid);
    }

    private static long createdIn(Call call, String path, CompletableFuture<Stat> created)
            throws TopologyException {
        try {
            return call.await(created).getCzxid();
        } catch (KeeperException e) {
            throw new TopologyException(
                    Reason.UNAVAILABLE, path + " was written, but its zxid is not known", e);
        }
    }

    /** Whether a write took effect of which no answer came. */
    private static <T> Optional<Written<T>> lookUp(String what, Call call, Change<T> change)
            throws KeeperException, TopologyException {
        Znode now = call.read(change.path());
        int versionAfter = change.version() + 1;
        if (now.version() > versionAfter) {
            throw new TopologyException(
                    Reason.UNAVAILABLE, what + ": the connection broke, and others wrote since");
        }
        return now.version() == versionAfter && now.hasContent(change.codec().write(change.value()))
                ? Optional.of(new Written<>(change.value(), versionAfter, now.mzxid()))
                : Optional.empty();
    }
}
