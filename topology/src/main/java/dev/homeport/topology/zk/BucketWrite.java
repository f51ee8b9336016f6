package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.PlacementWrites.Decided;
import dev.homeport.topology.zk.PlacementWrites.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * One bucket in one round: read, changed for all that want something in it, and written in one
 * transaction. A request of it that fails by itself takes no other along; what ZooKeeper refuses is
 * refused to all that would have been written, and each comes again.
 */
final class BucketWrite {
    private final int bucket;
    private final List<Request<?>> requests;
    private final Call call;
    private final KnownBuckets known;
    private final CompletableFuture<Znode> read;
    private final Map<ProjectId, Sent<?>> sent = new LinkedHashMap<>();
    private final Set<ClusterId> homes = new LinkedHashSet<>();
    private Optional<Attempt> attempt = Optional.empty();
    private Optional<CompletableFuture<List<OpResult>>> written = Optional.empty();
    private Optional<CompletableFuture<Stat>> created = Optional.empty();

    /** Bytes that were sent, and the version in which the bucket was read. */
    static final class Attempt {
        private final byte[] content;
        private final int version;
        private final Map<ProjectId, Sent<?>> parts;

        private Attempt(byte[] content, int version, Map<ProjectId, Sent<?>> parts) {
            this.content = content;
            this.version = version;
            this.parts = Map.copyOf(parts);
        }
    }

    /** What is written for one request. */
    private record Sent<R>(
            Request<R> request, Placement placement, Function<Written<Placement>, R> answer) {
        void succeeded(int version, long zxid) {
            request.answered(answer.apply(new Written<>(placement, version, zxid)));
        }
    }

    /** Sends the reading. */
    BucketWrite(int bucket, List<Request<?>> requests, Call call, KnownBuckets known) {
        this.bucket = bucket;
        this.requests = requests;
        this.call = call;
        this.known = known;
        this.read = AsyncCalls.znode(call.zk(), ZnodePaths.bucket(bucket));
    }

    /** Waits for what was read, decides on all, and sends the transaction. */
    void decideAndSend(PlacementRound round) throws TopologyException {
        try {
            Znode znode = call.await(read);
            for (Request<?> request : requests) {
                if (request.doubtful().isPresent()) {
                    settle(request, request.doubtful().get(), znode);
                }
            }
            PlacementBucket found = PlacementBucket.of(bucket, znode, known);
            PackedBucket changed = found.placements();
            for (Request<?> request : requests) {
                if (request.isOpen()) {
                    changed = decide(request, round, changed);
                }
            }
            if (!sent.isEmpty()) {
                send(changed, found.version(), round);
            }
        } catch (KeeperException e) {
            fail(e);
        } catch (TopologyException e) {
            // That nothing can be known ends the round; that this bucket is bad ends it here.
            if (e.reason() == Reason.UNAVAILABLE) {
                throw e;
            }
            fail(e);
        }
    }

    private <R> PackedBucket decide(
            Request<R> request, PlacementRound round, PackedBucket bucketNow)
            throws KeeperException, TopologyException {
        try {
            return switch (request.decision().decide(round, bucketNow.find(request.project()))) {
                case Decided.Nothing<R> nothing -> {
                    request.answered(nothing.answer());
                    yield bucketNow;
                }
                case Decided.Write<R> write -> {
                    sent.put(
                            request.project(),
                            new Sent<>(request, write.placement(), write.answer()));
                    write.home().ifPresent(homes::add);
                    yield bucketNow.with(request.project(), write.placement());
                }
            };
        } catch (TopologyException e) {
            if (e.reason() == Reason.UNAVAILABLE) {
                throw e;
            }
            request.failed(e);
        } catch (RuntimeException e) {
            // A decision is somebody else's code: the others are not to suffer by it.
            request.failed(e);
        }
        return bucketNow;
    }

    private void send(PackedBucket changed, int version, PlacementRound round)
            throws KeeperException, TopologyException {
        byte[] json = PlacementBucketCodec.json(changed);
        if (json.length > Json.MOST_BUCKET_BYTES) {
            // Nothing may be written that the watchers would reject.
            throw new TopologyException(
                    Reason.INVALID,
                    "bucket %s would have %d bytes, more than the %d that one may have"
                            .formatted(Buckets.name(bucket), json.length, Json.MOST_BUCKET_BYTES));
        }
        byte[] content = PlacementBucketCodec.content(json);
        List<Op> operations = new ArrayList<>();
        operations.add(call.write(ZnodePaths.bucket(bucket), content, version));
        operations.addAll(round.checks(homes));
        known.writing(changed, content);
        attempt = Optional.of(new Attempt(content, version, sent));
        written = Optional.of(AsyncCalls.multi(call.zk(), operations));
        if (version == Versioned.ABSENT) {
            // A creation's answer has no zxid: asked for behind it, it takes no time of its own.
            created = Optional.of(AsyncCalls.stat(call.zk(), ZnodePaths.bucket(bucket)));
        }
    }

    /** Waits for the transaction, and gives all that were in it their answers. */
    void await() {
        if (written.isEmpty()) {
            return;
        }
        try {
            OpResult first = call.await(written.get()).get(0);
            succeed(first);
        } catch (KeeperException.ConnectionLossException
                | KeeperException.SessionExpiredException
                | TopologyException e) {
            sent.values().forEach(one -> one.request().inDoubt(attempt.orElseThrow()));
            fail(e);
        } catch (KeeperException e) {
            fail(e);
        }
    }

    private void succeed(OpResult first) {
        try {
            long zxid =
                    first instanceof OpResult.SetDataResult set
                            ? set.getStat().getMzxid()
                            : createdIn(created.orElseThrow());
            sent.values().forEach(one -> one.succeeded(attempt.orElseThrow().version + 1, zxid));
        } catch (TopologyException e) {
            fail(e);
        }
    }

    private long createdIn(CompletableFuture<Stat> answer) throws TopologyException {
        try {
            return call.await(answer).getCzxid();
        } catch (KeeperException e) {
            throw new TopologyException(
                    Reason.UNAVAILABLE,
                    ZnodePaths.bucket(bucket) + " was written, but its zxid is not known",
                    e);
        }
    }

    /** Whether a write took effect of which no answer came: version and content tell. */
    private static void settle(Request<?> request, Attempt attempt, Znode now) {
        int versionAfter = attempt.version + 1;
        if (now.version() > versionAfter) {
            request.failed(
                    new TopologyException(
                            Reason.UNAVAILABLE,
                            "placement of project %s: the connection broke, and others wrote since"
                                    .formatted(request.project())));
            return;
        }
        if (now.version() == versionAfter && now.hasContent(attempt.content)) {
            attempt.parts.get(request.project()).succeeded(versionAfter, now.mzxid());
        }
        request.settled();
    }

    private void fail(Exception e) {
        requests.stream().filter(Request::isOpen).forEach(one -> one.failed(e));
    }
}
