package dev.homeport.topology.zk;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * ZooKeeper's asynchronous calls as futures, without retries: they fail with the {@link
 * KeeperException} and are completed on ZooKeeper's event thread, in the order of answers and watch
 * events.
 */
final class AsyncCalls {
    private static final Stat NO_STAT = new Stat(0, 0, 0, 0, Versioned.ABSENT, 0, 0, 0, 0, 0, 0);

    private AsyncCalls() {}

    /** Children by name, with the parent's stat. */
    record Children(List<String> names, Stat stat) {}

    /**
     * Lets the server catch up with everything that was written before, ahead of whatever is asked
     * next over the same connection. Need not be waited for: answers come in the order of the
     * questions, and where this one fails the next ones do.
     */
    static void sync(ZooKeeper zk) {
        zk.sync("/", (rc, path, context) -> {}, null);
    }

    /**
     * Waits until a majority of the ensemble has taken part: a transaction that changes nothing.
     * What the server says afterwards is no older than anything that was acknowledged before. A
     * {@link #sync} does not promise that: a leader that was cut off from the others answers it by
     * itself until it notices, and where sessions are local to a server a new one would believe it.
     */
    static CompletableFuture<Void> confirm(ZooKeeper zk) {
        var result = new CompletableFuture<Void>();
        zk.multi(
                List.of(Op.check("/", -1)),
                (rc, at, context, all) -> {
                    switch (Code.get(rc)) {
                        // A check that fails has been voted on too.
                        case OK, NONODE, NOAUTH -> result.complete(null);
                        default -> complete(result, rc, "/", null);
                    }
                },
                null);
        return result;
    }

    /** One znode; that it is absent or may not be read is an answer too. */
    static CompletableFuture<Znode> znode(ZooKeeper zk, String path) {
        var result = new CompletableFuture<Znode>();
        zk.getData(
                path,
                false,
                (rc, at, context, data, stat) -> {
                    switch (Code.get(rc)) {
                        case OK -> result.complete(Znode.of(data, stat));
                        case NONODE -> result.complete(Znode.ABSENT);
                        case NOAUTH -> result.complete(Znode.unreadable(FORBIDDEN));
                        default -> complete(result, rc, at, null);
                    }
                },
                null);
        return result;
    }

    /** Several of them with one request; all of them are answered, or none. */
    static CompletableFuture<List<Znode>> znodes(ZooKeeper zk, List<String> paths) {
        var result = new CompletableFuture<List<Znode>>();
        zk.multi(
                paths.stream().map(Op::getData).toList(),
                (rc, at, context, all) -> {
                    // The code is that of the first which cannot be read, which is no failure.
                    List<Znode> znodes =
                            all == null
                                    ? List.of()
                                    : all.stream().flatMap(one -> znode(one).stream()).toList();
                    if (znodes.size() == paths.size()) {
                        result.complete(znodes);
                    } else {
                        Code code = Optional.ofNullable(Code.get(rc)).orElse(Code.SYSTEMERROR);
                        result.completeExceptionally(
                                KeeperException.create(code == Code.OK ? Code.SYSTEMERROR : code));
                    }
                },
                null);
        return result;
    }

    private static Optional<Znode> znode(OpResult result) {
        if (result instanceof OpResult.GetDataResult read) {
            return Optional.of(Znode.of(read.getData(), read.getStat()));
        }
        int code = result instanceof OpResult.ErrorResult error ? error.getErr() : 0;
        if (code == Code.NONODE.intValue()) {
            return Optional.of(Znode.ABSENT);
        }
        return code == Code.NOAUTH.intValue()
                ? Optional.of(Znode.unreadable(FORBIDDEN))
                : Optional.empty();
    }

    private static final String FORBIDDEN = "may not be read: its ACL does not admit this daemon";

    /** The children of a znode; none where it is absent. */
    static CompletableFuture<Children> children(ZooKeeper zk, String path) {
        var result = new CompletableFuture<Children>();
        AsyncCallback.Children2Callback callback =
                (rc, at, context, names, stat) -> {
                    if (Code.get(rc) == Code.NONODE) {
                        result.complete(new Children(List.of(), NO_STAT));
                    } else {
                        complete(result, rc, at, rc == 0 ? new Children(names, stat) : null);
                    }
                };
        zk.getChildren(path, false, callback, null);
        return result;
    }

    /** The stat of a znode, with version {@link Versioned#ABSENT} where there is none. */
    static CompletableFuture<Stat> stat(ZooKeeper zk, String path) {
        var result = new CompletableFuture<Stat>();
        AsyncCallback.StatCallback callback =
                (rc, at, context, stat) -> {
                    if (Code.get(rc) == Code.NONODE) {
                        result.complete(NO_STAT);
                    } else {
                        complete(result, rc, at, stat);
                    }
                };
        zk.exists(path, false, callback, null);
        return result;
    }

    /** All of it or nothing. */
    static CompletableFuture<List<OpResult>> multi(ZooKeeper zk, List<Op> operations) {
        var result = new CompletableFuture<List<OpResult>>();
        zk.multi(operations, (rc, at, context, all) -> complete(result, rc, at, all), null);
        return result;
    }

    /** Done when all of them are; fails when one of them does. */
    static CompletableFuture<Void> all(Collection<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }

    /** What made a future fail, however many others hang on it. */
    static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static <T> void complete(CompletableFuture<T> future, int rc, String path, T value) {
        if (rc == 0) {
            future.complete(value);
        } else {
            future.completeExceptionally(KeeperException.create(Code.get(rc), path));
        }
    }
}
