package dev.homeport.topology.zk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows some subtrees with persistent recursive watches and hands on what changed. All state is
 * confined to the executor, which has one thread.
 *
 * <p>After each (re)connection everything is compared: watches are set, then the subtrees are
 * listed, and what has another mzxid than before is read. Before that a majority of the ensemble
 * has to take part, so that a server that is behind is never believed over what was seen already:
 * what then has a smaller mzxid stands in an ensemble that was rebuilt or restored. A comparison
 * that does not come to its end is forgotten, so that a half-read tree is never taken for a smaller
 * one. Afterwards an event makes its znode be read; events that come while others are being read,
 * or within {@link #PAUSE}, are taken together.
 *
 * <p>Watches are not trusted for ever. Every {@link #LOOK_OVER} it is looked whether something
 * changed of which no event came, and where it did everything is compared again. Whether the
 * subtrees may still be read is asked every {@link #LOOK}, because no event tells.
 */
final class SubtreeWatcher implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofSeconds(5);

    /**
     * From the beginning of one reading to that of the next. Where a thousand znodes change each
     * second every picture costs all who look at it, and every reading wakes five threads.
     */
    private static final Duration PAUSE = Duration.ofMillis(5);

    /**
     * How often it is looked whether everything that changed was told. It costs a listing and the
     * stats of {@link #SAMPLE} znodes below each parent at most.
     */
    private static final Duration LOOK_OVER = Duration.ofSeconds(30);

    /** The others come to their turn: of the largest fleet all do within eight minutes. */
    private static final int SAMPLE = 256;

    private static final String BUG =
            "what ZooKeeper holds cannot be taken over because of a bug of this daemon: its log has"
                    + " the stack";

    private static final Logger log = LoggerFactory.getLogger(SubtreeWatcher.class);

    private final CuratorFramework client;
    private final ScheduledExecutorService executor;
    private final Subtrees subtrees;
    private final Consumer consumer;
    private final Watcher watcher = this::onEvent;
    private final Map<String, Long> known = new HashMap<>();

    /** How long those were that have been read; for {@link GroupedReads}. */
    private final Map<String, Integer> lengths = new HashMap<>();

    private Set<String> dirty = new LinkedHashSet<>();
    private Set<String> reading = Set.of();
    private final Map<String, Integer> sampled = new HashMap<>();
    private boolean isLookingOver;

    /** What came and went while it is looked over; the listing may have it. */
    private final Set<String> goneMeanwhile = new HashSet<>();

    private long generation;
    private boolean isBusy;
    private boolean isPausing;
    private long earliestNanos = System.nanoTime();
    private boolean isCompared;
    private boolean isNewConnection;
    private long seenZxid;
    private long settledZxid;
    private Optional<String> problem = Optional.empty();
    private volatile boolean isClosed;

    /** Is told what changed, on the executor. */
    interface Consumer {
        /**
         * Some znodes changed, or a comparison found out that none did.
         *
         * @param zxid a transaction up to which nothing is missing
         */
        void onRead(Map<String, Znode> changed, long zxid);

        /** Something was missed: until the next reading nothing is known to be the newest. */
        void onDoubt();

        /** The subtrees cannot be read while there is a connection; empty when they can again. */
        void onProblem(Optional<String> problem);
    }

    /**
     * @param roots how many levels of children each path has
     * @param known znodes that the consumer has from elsewhere: if they do not exist, they are
     *     reported as absent
     */
    SubtreeWatcher(
            CuratorFramework client,
            ScheduledExecutorService executor,
            Map<String, Integer> roots,
            Collection<String> known,
            Consumer consumer) {
        this.client = client;
        this.executor = executor;
        this.subtrees = new Subtrees(roots);
        this.consumer = consumer;
        known.forEach(path -> this.known.put(path, 0L));
    }

    /** Starts to follow; safe to call before and after the client was started. */
    void start() {
        client.getConnectionStateListenable().addListener(this::onConnectionState, executor);
        executor.execute(
                () -> {
                    if (client.getZookeeperClient().isConnected() && generation == 0) {
                        compare();
                    }
                });
        every(LOOK, this::lookWhetherItMayRead);
        every(LOOK_OVER, this::lookOver);
    }

    /** Not all daemons at the same time. */
    private void every(Duration time, Runnable task) {
        executor.scheduleWithFixedDelay(
                task,
                ThreadLocalRandom.current().nextLong(time.toMillis()),
                time.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /**
     * A server sends no events of what the ACL shows no longer, and does not say so: whoever only
     * waits for them takes an old picture for the newest, for ever. The comparison finds out what
     * is wrong, and is tried again until it may read.
     */
    private void lookWhetherItMayRead() {
        if (!isCompared || isClosed) {
            return;
        }
        long mine = generation;
        withZooKeeper(zk -> AsyncCalls.znodes(zk, subtrees.parents()))
                .whenCompleteAsync(
                        (znodes, failure) -> {
                            boolean isRefused =
                                    failure == null
                                            && znodes.stream()
                                                    .anyMatch(one -> !one.unreadable().isEmpty());
                            if (isRefused && mine == generation) {
                                compare();
                            }
                        },
                        executor);
    }

    private void onConnectionState(CuratorFramework source, ConnectionState state) {
        if (state.isConnected()) {
            isNewConnection = true;
            compare();
        } else {
            generation++;
            isCompared = false;
        }
    }

    private void onEvent(WatchedEvent event) {
        if (event.getType() == Watcher.Event.EventType.PersistentWatchRemoved) {
            executeSafely(() -> doubt(event.getPath(), "a watch was taken away"));
        } else if (event.getType() != Watcher.Event.EventType.None && event.getPath() != null) {
            executeSafely(
                    () -> {
                        seenZxid = Math.max(seenZxid, event.getZxid());
                        if (subtrees.hasRecordAt(event.getPath())) {
                            dirty.add(event.getPath());
                            pump();
                        }
                    });
        }
    }

    private void compare() {
        if (isClosed) {
            return;
        }
        long mine = ++generation;
        isCompared = false;
        isBusy = true;
        dirty = new LinkedHashSet<>();
        reading = Set.of();
        List<CompletableFuture<?>> watches = new ArrayList<>();
        subtrees.roots().forEach(root -> watches.add(watch(root)));
        var zxid = new AtomicLong();
        AsyncCalls.all(watches)
                .thenCompose(ignored -> withZooKeeper(AsyncCalls::confirm))
                .thenCompose(ignored -> withZooKeeper(zk -> subtrees.list(zk, zxid)))
                .thenComposeAsync(
                        paths -> withZooKeeper(zk -> readChanged(zk, paths, zxid)), executor)
                .whenCompleteAsync(
                        (changed, failure) -> {
                            if (mine == generation) {
                                compared(changed, zxid.get(), failure);
                            }
                        },
                        executor);
    }

    private void compared(Map<String, Znode> changed, long zxid, Throwable failure) {
        isBusy = false;
        if (failure != null) {
            report(failure);
            compareSoon();
            return;
        }
        // Not the larger of the two after a new connection: an ensemble may start anew.
        seenZxid = isNewConnection ? zxid : Math.max(seenZxid, zxid);
        isNewConnection = false;
        isCompared = true;
        deliver(changed);
        if (isCompared) {
            tell(Optional.empty());
        }
        pump();
    }

    private void compareSoon() {
        executor.schedule(
                () -> {
                    if (!isCompared && client.getZookeeperClient().isConnected()) {
                        compare();
                    }
                },
                RETRY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void report(Throwable failure) {
        Throwable cause = AsyncCalls.causeOf(failure);
        Optional<String> text = refusal(cause);
        if (!text.equals(problem) || text.isEmpty()) {
            log.atWarn()
                    .addKeyValue("error", cause.toString())
                    .addKeyValue("reason", text.orElse("not answered"))
                    .log("znodes could not be read, trying again");
        }
        tell(text);
    }

    private void tell(Optional<String> text) {
        if (!text.equals(problem)) {
            problem = text;
            consumer.onProblem(problem);
        }
    }

    private static Optional<String> refusal(Throwable cause) {
        return cause instanceof KeeperException keeper ? refusal(keeper.code()) : Optional.empty();
    }

    private static Optional<String> refusal(Code code) {
        return switch (code) {
            case NOAUTH ->
                    Optional.of(
                            "ZooKeeper refuses to let this daemon read: the ACL of the znodes"
                                    + " does not admit its identity");
            case AUTHFAILED, SESSIONCLOSEDREQUIRESASLAUTH ->
                    Optional.of(
                            "ZooKeeper refuses this daemon: its name or password (saslFile) is"
                                    + " wrong or missing; mend it and restart the daemon");
            default -> Optional.empty();
        };
    }

    private void pump() {
        if (isBusy || isPausing || !isCompared || dirty.isEmpty() || isClosed) {
            return;
        }
        long now = System.nanoTime();
        if (earliestNanos - now > 0) {
            isPausing = true;
            executor.schedule(this::goOn, earliestNanos - now, TimeUnit.NANOSECONDS);
            return;
        }
        earliestNanos = now + PAUSE.toNanos();
        Set<String> batch = dirty;
        dirty = new LinkedHashSet<>();
        reading = batch;
        isBusy = true;
        long mine = generation;
        // Where that fails, the comparison reads each by itself.
        withZooKeeper(zk -> readAll(GroupedReads.read(zk, batch, this::lengthOf)))
                .whenCompleteAsync(
                        (changed, failure) -> {
                            if (mine != generation) {
                                return;
                            }
                            if (failure != null) {
                                consumer.onDoubt();
                                compare();
                                return;
                            }
                            isBusy = false;
                            reading = Set.of();
                            deliver(changed);
                            pump();
                        },
                        executor);
    }

    /**
     * Looks for what changed and was not told. An event reaches the executor before an answer does
     * in which its change is seen, so that what is neither known nor waiting was kept silent.
     */
    private void lookOver() {
        if (isClosed || !isCompared || isLookingOver) {
            return;
        }
        isLookingOver = true;
        goneMeanwhile.clear();
        long mine = generation;
        Map<String, Long> before = Map.copyOf(known);
        withZooKeeper(zk -> subtrees.list(zk, new AtomicLong()))
                .thenComposeAsync(
                        paths ->
                                withZooKeeper(zk -> Subtrees.mzxids(zk, sample(paths)))
                                        .thenApply(mzxids -> new Look(paths, mzxids)),
                        executor)
                .whenCompleteAsync(
                        (look, failure) -> {
                            isLookingOver = false;
                            if (mine != generation || !isCompared) {
                                return;
                            }
                            if (failure == null) {
                                untold(before, look)
                                        .ifPresent(path -> doubt(path, "a change was not told"));
                            } else if (refusal(AsyncCalls.causeOf(failure)).isPresent()) {
                                // It is compared until it may be, and says so.
                                compare();
                            }
                        },
                        executor);
    }

    /** Below each parent those that come next. */
    private List<String> sample(Set<String> paths) {
        Map<String, List<String>> siblings =
                paths.stream().sorted().collect(Collectors.groupingBy(Subtrees::parentOf));
        sampled.keySet().retainAll(siblings.keySet());
        List<String> sample = new ArrayList<>();
        siblings.forEach(
                (parent, all) -> {
                    int from = sampled.getOrDefault(parent, 0) % all.size();
                    int count = Math.min(SAMPLE, all.size());
                    for (int i = 0; i < count; i++) {
                        sample.add(all.get((from + i) % all.size()));
                    }
                    sampled.put(parent, from + count);
                });
        return sample;
    }

    /**
     * What a server says of the znodes.
     *
     * @param paths all that there are
     * @param mzxids when some of them were changed last
     */
    private record Look(Set<String> paths, Map<String, Long> mzxids) {}

    private Optional<String> untold(Map<String, Long> before, Look look) {
        Stream<String> changed =
                look.mzxids().keySet().stream()
                        .filter(path -> isOther(known.get(path), look.mzxids().get(path)));
        Stream<String> made =
                look.paths().stream()
                        .filter(path -> !known.containsKey(path) && !before.containsKey(path))
                        .filter(path -> !goneMeanwhile.contains(path))
                        // One without a parent is listed whether or not it is there.
                        .filter(path -> !subtrees.roots().contains(path));
        Stream<String> gone =
                before.keySet().stream()
                        .filter(path -> !look.paths().contains(path))
                        .filter(path -> before.get(path).equals(known.get(path)));
        return Stream.of(changed, made, gone)
                .flatMap(Function.identity())
                .filter(path -> !dirty.contains(path) && !reading.contains(path))
                .findFirst();
    }

    /** 0 is known of one that may not be read: no event tells when it may, nor when it may not. */
    private static boolean isOther(Long known, long mzxid) {
        if (mzxid == Subtrees.FORBIDDEN || mzxid == Subtrees.ABSENT) {
            return known != null && known != 0;
        }
        return known == null || known < mzxid;
    }

    private void doubt(String path, String why) {
        if (!isClosed && client.getZookeeperClient().isConnected()) {
            log.atWarn()
                    .addKeyValue("znode", path)
                    .addKeyValue("reason", why)
                    .log("watches are set again, and everything is compared");
            consumer.onDoubt();
            compare();
        }
    }

    private void goOn() {
        isPausing = false;
        pump();
    }

    private void deliver(Map<String, Znode> changed) {
        changed.values().forEach(znode -> seenZxid = Math.max(seenZxid, znode.mzxid()));
        // An event that waits may be older than what was just read.
        if (dirty.isEmpty()) {
            settledZxid = seenZxid;
        }
        try {
            consumer.onRead(changed, settledZxid);
            changed.forEach(this::remember);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a bug: what was read is not taken over, trying again");
            changed.keySet().forEach(path -> known.put(path, 0L));
            isCompared = false;
            consumer.onDoubt();
            tell(Optional.of(BUG));
            compareSoon();
        }
    }

    private void remember(String path, Znode znode) {
        if (znode.isAbsent()) {
            known.remove(path);
            lengths.remove(path);
            if (isLookingOver) {
                goneMeanwhile.add(path);
            }
        } else {
            known.put(path, znode.mzxid());
            noteLength(path, znode);
        }
    }

    private CompletableFuture<Void> watch(String root) {
        var result = new CompletableFuture<Void>();
        try {
            client.watchers()
                    .add()
                    .withMode(AddWatchMode.PERSISTENT_RECURSIVE)
                    .inBackground(
                            (source, event) -> {
                                if (event.getResultCode() == 0) {
                                    result.complete(null);
                                } else {
                                    result.completeExceptionally(
                                            KeeperException.create(
                                                    Code.get(event.getResultCode()), root));
                                }
                            })
                    .usingWatcher(watcher)
                    .forPath(root);
        } catch (Exception e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    private CompletableFuture<Map<String, Znode>> readChanged(
            ZooKeeper zk, Set<String> standing, AtomicLong zxid) {
        Set<String> read = new LinkedHashSet<>(known.keySet());
        read.removeAll(standing);
        Set<String> compared = new LinkedHashSet<>();
        for (String path : standing) {
            // 0 is one that never was read.
            (known.getOrDefault(path, 0L) == 0L ? read : compared).add(path);
        }
        return Subtrees.mzxids(zk, compared)
                .thenComposeAsync(
                        mzxids -> {
                            mzxids.forEach(
                                    (path, mzxid) -> {
                                        zxid.accumulateAndGet(mzxid, Math::max);
                                        if (!mzxid.equals(known.getOrDefault(path, 0L))) {
                                            read.add(path);
                                        }
                                    });
                            return readAll(readEach(zk, read));
                        },
                        executor);
    }

    private void noteLength(String path, Znode znode) {
        if (znode.unreadable().isEmpty()) {
            lengths.put(path, znode.length());
        } else {
            lengths.remove(path);
        }
    }

    private int lengthOf(String path) {
        return lengths.getOrDefault(path, -1);
    }

    private static Map<String, CompletableFuture<Znode>> readEach(
            ZooKeeper zk, Collection<String> paths) {
        Map<String, CompletableFuture<Znode>> reads = new LinkedHashMap<>();
        paths.forEach(path -> reads.put(path, AsyncCalls.znode(zk, path)));
        return reads;
    }

    private static CompletableFuture<Map<String, Znode>> readAll(
            Map<String, CompletableFuture<Znode>> reads) {
        return AsyncCalls.all(reads.values())
                .thenApply(
                        ignored -> {
                            Map<String, Znode> result = new LinkedHashMap<>();
                            reads.forEach((path, read) -> result.put(path, read.join()));
                            return result;
                        });
    }

    private <T> CompletableFuture<T> withZooKeeper(Function<ZooKeeper, CompletableFuture<T>> call) {
        try {
            return call.apply(client.getZookeeperClient().getZooKeeper());
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void executeSafely(Runnable task) {
        if (!isClosed) {
            executor.execute(task);
        }
    }

    /** Stops following. The executor belongs to somebody else. */
    @Override
    public void close() {
        isClosed = true;
    }
}
