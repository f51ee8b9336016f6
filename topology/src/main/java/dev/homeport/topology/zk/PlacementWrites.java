package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException;

/**
 * Writes placements by compare-and-set of their buckets. What several threads want at the same time
 * is done in one round, by one of them: it reads the clusters once for all, and writes each bucket
 * once with all that changes in it. Rounds follow each other, so the more is wanted, the more each
 * does. Thread-safe.
 *
 * <p>Each call has {@link BlockingCalls#LIMIT} for itself, and the rest of the round that ran when
 * it came. What somebody else was faster with is decided anew; what may have been written when the
 * connection broke is looked up by {@link BucketWrite}.
 */
final class PlacementWrites {
    /** As long each bucket is read by itself. */
    private static final Duration AFTER_LOSS = Duration.ofSeconds(10);

    private final BlockingCalls calls;
    private final FleetSource source;
    private final KnownBuckets known;

    /** Guarded by this, like the flag. */
    private final Queue<Request<?>> waiting = new ArrayDeque<>();

    private boolean isLed;

    /** Only the leader touches these; leading is handed on under the lock. */
    private final PlacementBasisReader basis = new PlacementBasisReader();

    private long earliestGroupNanos = System.nanoTime();

    /**
     * @param source counts residents, and has last good values
     * @param known is told of what is written
     */
    PlacementWrites(BlockingCalls calls, FleetSource source, KnownBuckets known) {
        this.calls = calls;
        this.source = source;
        this.known = known;
    }

    /** Decides on one placement; asked again when the bucket has changed meanwhile. */
    interface Decision<R> {
        /**
         * What becomes of it.
         *
         * @param found what stands there
         */
        Decided<R> decide(PlacementRound round, Optional<Placement> found)
                throws KeeperException, TopologyException;
    }

    /** What came of it. */
    sealed interface Decided<R> {
        /** Nothing is written. */
        record Nothing<R>(R answer) implements Decided<R> {}

        /**
         * This placement is written.
         *
         * @param home the cluster that must be as the round has read it, if that matters
         */
        record Write<R>(
                Placement placement,
                Optional<ClusterId> home,
                Function<Written<Placement>, R> answer)
                implements Decided<R> {}
    }

    /** One call. Only the leader of a round touches it, until it is told. */
    static final class Request<R> {
        private final ProjectId project;
        private final Decision<R> decision;

        /** True: lead the next round. False: this was in one. */
        private CompletableFuture<Boolean> turn = new CompletableFuture<>();

        private Optional<R> answer = Optional.empty();
        private Optional<Exception> failure = Optional.empty();
        private Optional<BucketWrite.Attempt> doubtful = Optional.empty();

        Request(ProjectId project, Decision<R> decision) {
            this.project = project;
            this.decision = decision;
        }

        ProjectId project() {
            return project;
        }

        Decision<R> decision() {
            return decision;
        }

        /** What was sent for it without an answer. */
        Optional<BucketWrite.Attempt> doubtful() {
            return doubtful;
        }

        void settled() {
            doubtful = Optional.empty();
        }

        void inDoubt(BucketWrite.Attempt attempt) {
            doubtful = Optional.of(attempt);
        }

        void answered(R value) {
            answer = Optional.of(value);
        }

        void failed(Exception e) {
            failure = Optional.of(e);
        }

        boolean hasLostConnection() {
            return failure.filter(KeeperException.ConnectionLossException.class::isInstance)
                    .isPresent();
        }

        boolean isOpen() {
            return answer.isEmpty() && failure.isEmpty();
        }
    }

    /**
     * Reads, decides and writes.
     *
     * @throws TopologyException that of the decision, or {@code UNAVAILABLE}
     */
    <R> R write(ProjectId project, Decision<R> decision) throws TopologyException {
        String what = "placement of project " + project;
        long deadline = System.nanoTime() + BlockingCalls.LIMIT.toNanos();
        var request = new Request<>(project, decision);
        while (true) {
            take(request);
            if (request.answer.isPresent()) {
                return request.answer.get();
            }
            switch (request.failure.orElseThrow()) {
                case KeeperException e -> pauseOrThrow(request, what, e, deadline);
                case TopologyException e ->
                        throw request.doubtful.isEmpty() ? e : BlockingCalls.unknown(e);
                case RuntimeException e -> throw e;
                default -> throw new IllegalStateException(request.failure.get());
            }
        }
    }

    private void pauseOrThrow(Request<?> request, String what, KeeperException e, long deadline)
            throws TopologyException {
        try {
            calls.pauseOrThrow(what, e, deadline);
        } catch (TopologyException unavailable) {
            throw request.doubtful.isEmpty() ? unavailable : BlockingCalls.unknown(unavailable);
        }
    }

    /** Until it was in a round. */
    private void take(Request<?> request) {
        request.failure = Optional.empty();
        request.turn = new CompletableFuture<>();
        if (isLeader(request) || request.turn.join()) {
            List<Request<?>> round = next();
            try {
                carryOut(round);
            } finally {
                round.remove(request);
                round.forEach(one -> one.turn.complete(false));
                passOn();
            }
        }
    }

    private synchronized boolean isLeader(Request<?> request) {
        waiting.add(request);
        boolean isFirst = !isLed;
        isLed = true;
        return isFirst;
    }

    /** All that wait; of each project the first: another one has to see what came of that. */
    private synchronized List<Request<?>> next() {
        List<Request<?>> round = new ArrayList<>();
        Set<ProjectId> projects = new HashSet<>();
        waiting.removeIf(
                one -> {
                    boolean isIn = projects.add(one.project);
                    if (isIn) {
                        round.add(one);
                    }
                    return isIn;
                });
        return round;
    }

    private synchronized void passOn() {
        Request<?> leader = waiting.peek();
        isLed = leader != null;
        if (leader != null) {
            leader.turn.complete(true);
        }
    }

    private void carryOut(List<Request<?>> requests) {
        long deadline = System.nanoTime() + BlockingCalls.LIMIT.toNanos();
        String what =
                requests.size() == 1
                        ? "placement of project " + requests.getFirst().project
                        : "placement of %d projects".formatted(requests.size());
        try {
            calls.runOnce(what, deadline, call -> carryOut(requests, call));
        } catch (KeeperException | TopologyException | RuntimeException e) {
            requests.stream().filter(Request::isOpen).forEach(one -> one.failed(e));
        }
        if (requests.stream().anyMatch(Request::hasLostConnection)) {
            // It may have been an answer that was too long.
            earliestGroupNanos = System.nanoTime() + AFTER_LOSS.toNanos();
        }
    }

    private boolean carryOut(List<Request<?>> requests, Call call)
            throws KeeperException, TopologyException {
        // Before the buckets are read: a picture that is newer may have what a bucket had not.
        Optional<FleetSnapshot> picture = source.current();
        Map<Integer, List<Request<?>>> byBucket = new LinkedHashMap<>();
        requests.forEach(
                one ->
                        byBucket.computeIfAbsent(
                                        Buckets.of(one.project), bucket -> new ArrayList<>())
                                .add(one));
        var round = new PlacementRound(call, picture, basis);
        List<BucketTransaction> sent = new ArrayList<>();
        var next = new BucketTransaction(call, round);
        try {
            for (BucketWrite write : read(byBucket, call)) {
                if (!write.decide(call, round, known)) {
                    continue;
                }
                if (!next.hasRoomFor(write)) {
                    send(next, sent);
                    next = new BucketTransaction(call, round);
                }
                next.add(write);
            }
            send(next, sent);
        } finally {
            // Also where a later one failed: what was sent has an answer, or nobody knows it.
            List<BucketTransaction> again = new ArrayList<>();
            sent.forEach(one -> again.addAll(one.await()));
            again.forEach(BucketTransaction::sendAgain);
            again.forEach(BucketTransaction::await);
        }
        return true;
    }

    private static void send(BucketTransaction next, List<BucketTransaction> sent)
            throws KeeperException, TopologyException {
        if (!next.isEmpty()) {
            next.send();
            sent.add(next);
        }
    }

    /** All are on their way together. */
    private List<BucketWrite> read(Map<Integer, List<Request<?>>> byBucket, Call call) {
        boolean isGrouped = earliestGroupNanos - System.nanoTime() <= 0;
        Map<String, Integer> lengths = new HashMap<>();
        byBucket.keySet()
                .forEach(
                        bucket ->
                                lengths.put(
                                        ZnodePaths.bucket(bucket),
                                        isGrouped ? known.length(bucket) : -1));
        Map<String, CompletableFuture<Znode>> reads =
                GroupedReads.read(call.zk(), lengths.keySet(), lengths::get);
        List<BucketWrite> writes = new ArrayList<>();
        byBucket.forEach(
                (bucket, all) ->
                        writes.add(
                                new BucketWrite(
                                        bucket, all, reads.get(ZnodePaths.bucket(bucket)))));
        return writes;
    }
}
