package dev.homeport.topology.zk;

import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        return calls.run(
                what,
                call -> {
                    if (!doubtful.isEmpty()) {
                        Optional<Written<T>> written = lookUp(what, call, doubtful.getFirst());
                        // Only now: the connection may break while it is looked up, too.
                        doubtful.clear();
                        if (written.isPresent()) {
                            return written.get();
                        }
                    }
                    Change<T> change = decision.decide(call);
                    try {
                        return commit(call, change);
                    } catch (KeeperException.ConnectionLossException
                            | KeeperException.SessionExpiredException e) {
                        doubtful.add(change);
                        throw e;
                    }
                });
    }

    private <T> Written<T> commit(Call call, Change<T> change)
            throws KeeperException, TopologyException {
        List<Op> operations = new ArrayList<>();
        byte[] content = change.codec().write(change.value());
        operations.add(call.write(change.path(), content, change.version()));
        operations.addAll(change.others());
        OpResult first = call.await(AsyncCalls.multi(call.zk(), operations)).get(0);
        long zxid =
                first instanceof OpResult.SetDataResult set
                        ? set.getStat().getMzxid()
                        : createdIn(call, change.path());
        return new Written<>(change.value(), change.version() + 1, zxid);
    }

    /** A creation's answer has no zxid. */
    private static long createdIn(Call call, String path) throws TopologyException {
        try {
            Stat stat = call.await(AsyncCalls.stat(call.zk(), path));
            return stat.getCzxid();
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
                    Reason.UNAVAILABLE,
                    what + ": the connection broke, and whether it was written is not known");
        }
        return now.version() == versionAfter && now.hasContent(change.codec().write(change.value()))
                ? Optional.of(new Written<>(change.value(), versionAfter, now.mzxid()))
                : Optional.empty();
    }
}
