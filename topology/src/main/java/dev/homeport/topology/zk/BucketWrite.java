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

/**
 * One bucket in one round: read, and changed for all that want something in it; a {@link
 * BucketTransaction} writes it. A request of it that fails by itself takes no other along; what
 * ZooKeeper refuses is refused to all that would have been written, and each comes again.
 */
final class BucketWrite {
    private final int bucket;
    private final List<Request<?>> requests;
    private final CompletableFuture<Znode> read;
    private final Map<ProjectId, Sent<?>> sent = new LinkedHashMap<>();
    private final Set<ClusterId> homes = new LinkedHashSet<>();
    private Optional<Attempt> attempt = Optional.empty();

    /** Bytes to be sent, and the version in which the bucket was read. */
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
            try {
                request.answered(answer.apply(new Written<>(placement, version, zxid)));
            } catch (RuntimeException e) {
                // Somebody else's code, as above.
                request.failed(e);
            }
        }
    }

    /**
     * @param read is on its way
     */
    BucketWrite(int bucket, List<Request<?>> requests, CompletableFuture<Znode> read) {
        this.bucket = bucket;
        this.requests = requests;
        this.read = read;
    }

    /**
     * Waits for what was read, and decides on all.
     *
     * @param known is told of what is to be written
     * @return whether anything is
     */
    boolean decide(Call call, PlacementRound round, KnownBuckets known) throws TopologyException {
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
                byte[] content = content(changed);
                known.writing(changed, content);
                attempt = Optional.of(new Attempt(content, found.version(), sent));
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
        return attempt.isPresent();
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

    private byte[] content(PackedBucket changed) throws TopologyException {
        byte[] json = PlacementBucketCodec.json(changed);
        if (json.length > Json.MOST_BUCKET_BYTES) {
            // Nothing may be written that the watchers would reject.
            throw new TopologyException(
                    Reason.INVALID,
                    "bucket %s would have %d bytes, more than the %d that one may have"
                            .formatted(Buckets.name(bucket), json.length, Json.MOST_BUCKET_BYTES));
        }
        return PlacementBucketCodec.content(json);
    }

    String path() {
        return ZnodePaths.bucket(bucket);
    }

    /** How many bytes it is going to have. */
    int bytes() {
        return attempt.orElseThrow().content.length;
    }

    boolean isNew() {
        return attempt.orElseThrow().version == Versioned.ABSENT;
    }

    /** The clusters that must be as they were read. */
    Set<ClusterId> homes() {
        return homes;
    }

    Op operation(Call call) {
        return call.write(path(), attempt.orElseThrow().content, attempt.orElseThrow().version);
    }

    /** It stands there. */
    void succeed(long zxid) {
        sent.values().forEach(one -> one.succeeded(attempt.orElseThrow().version + 1, zxid));
    }

    /** It may have been written: each looks before it comes again. */
    void inDoubt(Exception e) {
        sent.values().forEach(one -> one.request().inDoubt(attempt.orElseThrow()));
        fail(e);
    }

    void fail(Exception e) {
        requests.stream().filter(Request::isOpen).forEach(one -> one.failed(e));
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
}
