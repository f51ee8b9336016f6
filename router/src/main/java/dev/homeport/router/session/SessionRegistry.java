package dev.homeport.router.session;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterReport.SessionCounts;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * All client connections of this router: for KILL, for the counts per cluster, to tell who did what
 * on an instance, and to reach the sessions when the fleet changes. Thread-safe; sessions
 * themselves are only ever touched on their own event loop.
 */
public final class SessionRegistry {
    private final ConcurrentMap<Integer, FrontendSession> sessions = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, ServedSession> served = new ConcurrentHashMap<>();

    /** The ids of served sessions by the buckets of their projects. */
    private final ConcurrentMap<Integer, Set<Integer>> servedInBucket = new ConcurrentHashMap<>();

    /** Of all sessions that there ever were: event loops live as long as the router. */
    private final Set<EventLoop> loops = ConcurrentHashMap.newKeySet();

    private final ClosedSessions closed = new ClosedSessions();
    private final ConcurrentMap<ClusterId, Counts> counts = new ConcurrentHashMap<>();
    private final IntSupplier routerNumber;
    private final AtomicInteger lastCounter;
    private volatile boolean stopping;

    /**
     * @param routerNumber what the ids of new connections begin with
     */
    public SessionRegistry(IntSupplier routerNumber) {
        this.routerNumber = routerNumber;
        // Not from 1 on: an id that somebody kept from the last life of this router, or got from
        // another one that went by the same number, should mean nobody rather than somebody else.
        this.lastCounter =
                new AtomicInteger(
                        ThreadLocalRandom.current().nextInt(ConnectionIds.MOST_COUNTER) + 1);
    }

    /**
     * What KILL needs to know of a session.
     *
     * @param backendConnectionId as the instance knows it
     */
    public record Target(
            ProjectId project, String user, Instance instance, int backendConnectionId) {}

    private static final class Counts {
        final LongAdder open = new LongAdder();
        final LongAdder inTransaction = new LongAdder();
    }

    /** Adds a session and gives it its connection id, which is unique while it lives. */
    int add(FrontendSession session) {
        while (true) {
            int counter =
                    lastCounter.updateAndGet(
                            last -> last == ConnectionIds.MOST_COUNTER ? 1 : last + 1);
            int id = ConnectionIds.of(routerNumber.getAsInt(), counter);
            if (sessions.putIfAbsent(id, session) == null) {
                loops.add(session.eventLoop());
                return id;
            }
        }
    }

    void remove(int connectionId) {
        sessions.remove(connectionId);
    }

    void serving(int connectionId, ServedSession session) {
        served.put(connectionId, session);
        servedInBucket.compute(
                bucketOf(session),
                (bucket, ids) -> {
                    Set<Integer> all = ids == null ? ConcurrentHashMap.newKeySet() : ids;
                    all.add(connectionId);
                    return all;
                });
        countsOf(session.cluster()).open.increment();
    }

    /** It serves no more; for some minutes it is known that it did. */
    void notServing(int connectionId, Instant now) {
        ServedSession ended = served.get(connectionId);
        if (ended != null) {
            // First there, then no more here: who looks meanwhile finds it.
            closed.add(ended.closedAt(now));
            served.remove(connectionId);
            servedInBucket.computeIfPresent(
                    bucketOf(ended),
                    (bucket, ids) -> {
                        ids.remove(connectionId);
                        return ids.isEmpty() ? null : ids;
                    });
            countsOf(ended.cluster()).open.decrement();
        }
    }

    void transactions(ClusterId cluster, int more) {
        countsOf(cluster).inTransaction.add(more);
    }

    /** The session with that id, if it is in its Command Phase on this router. */
    public Optional<Target> target(int connectionId) {
        return Optional.ofNullable(served.get(connectionId)).map(ServedSession::target);
    }

    /**
     * Whose connections of an instance these are, or were within the last minutes; those that came
     * through no session of this router are left out. Looks through all sessions.
     *
     * @param threadIds as the instance knows them
     */
    public Map<Long, ServedSession> onInstance(
            ClusterId cluster, InstanceId instance, Set<Long> threadIds, Instant now) {
        Map<Long, ServedSession> found = new HashMap<>();
        // An open one counts more than one that was closed: who has changed users has been both.
        Stream.concat(served.values().stream(), closed.since(now))
                .filter(one -> threadIds.contains(one.threadId()) && one.isOn(cluster, instance))
                .forEach(one -> found.putIfAbsent(one.threadId(), one));
        return found;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Client connections in any phase. */
    public int size() {
        return sessions.size();
    }

    /** Connections and transactions per cluster, as good as counting without a lock can be. */
    public Map<ClusterId, SessionCounts> counts() {
        Map<ClusterId, SessionCounts> result = new TreeMap<>();
        counts.forEach(
                (cluster, count) ->
                        result.put(
                                cluster,
                                new SessionCounts(
                                        Math.max(0, count.open.intValue()),
                                        Math.max(0, count.inTransaction.intValue()))));
        return result;
    }

    /**
     * Lets the sessions look at the new picture that it may mean something for, each on its own
     * event loop. Does not block. Where only projects have changed these are the sessions of their
     * buckets: in a large fleet somebody is placed all the time.
     */
    public void fleetChanged(Optional<FleetSnapshot> before, FleetSnapshot after) {
        Optional<BitSet> concerned = before.map(after::bucketsConcerned);
        boolean isAnyConcerned = concerned.map(buckets -> !buckets.isEmpty()).orElse(true);
        boolean isEachConcerned =
                concerned.map(buckets -> buckets.cardinality() == Buckets.COUNT).orElse(true);
        if (isEachConcerned) {
            for (EventLoop loop : loopsInUse()) {
                loop.execute(() -> on(loop, session -> session.onFleetChanged(after)));
            }
        } else if (isAnyConcerned) {
            for (EventLoop loop : loopsInUse()) {
                // Looked up there: a session that is about to be served looks by itself before.
                loop.execute(() -> tellServed(loop, concerned.get(), after));
            }
        }
    }

    private void tellServed(EventLoop loop, BitSet buckets, FleetSnapshot fleet) {
        buckets.stream()
                .boxed()
                .flatMap(bucket -> servedInBucket.getOrDefault(bucket, Set.of()).stream())
                .map(sessions::get)
                .filter(session -> session != null && session.eventLoop().equals(loop))
                .forEach(session -> session.onFleetChanged(fleet));
    }

    private static int bucketOf(ServedSession session) {
        return Buckets.of(session.target().project());
    }

    /** Lets transactions finish until each session's deadline, then closes. Does not block. */
    public void stop(Duration deadline) {
        stopping = true;
        for (EventLoop loop : loopsInUse()) {
            loop.execute(() -> on(loop, session -> session.onStop(deadline)));
        }
    }

    private void on(EventLoop loop, Consumer<FrontendSession> act) {
        for (FrontendSession session : sessions.values()) {
            if (session.eventLoop().equals(loop)) {
                act.accept(session);
            }
        }
    }

    /** None once all sessions are gone: the loops may be, too. */
    private Set<EventLoop> loopsInUse() {
        return sessions.isEmpty() ? Set.of() : loops;
    }

    private Counts countsOf(ClusterId cluster) {
        return counts.computeIfAbsent(cluster, id -> new Counts());
    }
}
