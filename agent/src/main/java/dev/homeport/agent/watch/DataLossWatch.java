package dev.homeport.agent.watch;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.binlog.BinlogReader;
import dev.homeport.agent.watch.binlog.NameCase;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.judge.Signal;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data-loss watch of one cluster, on one thread. Every agent of the cluster takes inventories,
 * so that whoever leads next knows what there was. The one that leads reads the binary log of the
 * primary and opens incidents.
 *
 * <p>This class is the thread, its queue, and who tells whom: {@link Inventories} and the {@link
 * LogFollower} find out, {@link Judgements} decides and tells. The follower knows the inventories,
 * because what there was before it began they say; these see of the log only {@link ReadLog}.
 *
 * <p>How nothing is missed and nothing told twice: the progress in the {@link WatchStore} has two
 * positions. Up to {@code judged} everything was judged, and what had to be told is in the {@link
 * IncidentSink}; it is written after that. From {@code resume} on, which is some minutes before,
 * the log is read again by whoever takes over: up to {@code judged} it only remembers, as its
 * predecessor did. An agent that died between the two opens the same incident again, under the same
 * id, which changes nothing.
 */
public final class DataLossWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DataLossWatch.class);

    private static final int MOST_QUEUED = 10_000;
    private static final int BATCH = 1_000;
    private static final Duration TICK = Duration.ofMillis(500);

    /**
     * Where it gets what it looks at.
     *
     * @param snapshot the cluster as the fleet has it
     * @param term by what this agent leads
     * @param connections to an instance, with deadlines
     * @param login for the binary log
     * @param inventoryFile where the last inventory is kept
     */
    public record Sources(
            Supplier<Optional<ClusterSnapshot>> snapshot,
            Term term,
            Function<Instance, DataSource> connections,
            BinlogReader.Login login,
            Path inventoryFile,
            Duration inventoryInterval) {
        public Sources {
            requireNonNull(snapshot, "snapshot");
            requireNonNull(term, "term");
            requireNonNull(connections, "connections");
            requireNonNull(login, "login");
            requireNonNull(inventoryFile, "inventoryFile");
            requireNonNull(inventoryInterval, "inventoryInterval");
        }
    }

    /**
     * What it judges by.
     *
     * @param errors answers "no such table" within a minute that are a hint
     */
    public record Rules(
            WatchPolicy policy,
            Ownership ownership,
            Attribution attribution,
            Announcements announcements,
            int errors) {
        public Rules {
            requireNonNull(policy, "policy");
            requireNonNull(ownership, "ownership");
            requireNonNull(attribution, "attribution");
            requireNonNull(announcements, "announcements");
        }
    }

    /** Where what it finds goes. */
    public record Outlets(IncidentSink sink, WatchStore store, WatchListener listener) {
        public Outlets {
            requireNonNull(sink, "sink");
            requireNonNull(store, "store");
            requireNonNull(listener, "listener");
        }
    }

    private final ClusterId cluster;
    private final Sources sources;
    private final Rules rules;
    private final Clock clock;
    private final BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(MOST_QUEUED);
    private final Thread thread;
    private final WatchProblems problems;
    private final Inventories inventories;
    private final Judgements judgements;
    private final LogFollower follower;
    private volatile boolean isClosed;

    // Of the thread only.
    private final UsualErrors usualErrors = new UsualErrors();
    private Instant nextCheck = Instant.MIN;

    public DataLossWatch(
            ClusterId cluster, Sources sources, Rules rules, Outlets outlets, Clock clock) {
        this.cluster = cluster;
        this.sources = sources;
        this.rules = rules;
        this.clock = clock;
        this.problems = new WatchProblems(cluster);
        var known = new KnownTables(rules.ownership()::project);
        var wiring = new Wiring(cluster, sources, rules, outlets, this::put, clock);
        this.judgements = new Judgements(wiring, known);
        this.inventories = new Inventories(wiring, known, this::see);
        this.follower = new LogFollower(wiring, known, inventories, judgements);
        this.thread = Thread.ofPlatform().daemon().name("watch-" + cluster).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What blinds it, for people; empty while it sees everything, or does not lead. */
    public List<String> problems() {
        return problems.standing();
    }

    /** Since the log was last heard of; empty while it is not read. */
    public Optional<Duration> silence() {
        return follower.silence();
    }

    /** How the primary compares names, as far as that is known. */
    public NameCase nameCase() {
        return follower.nameCase();
    }

    /** Something of the fleet may have changed, or who leads. Never blocks. */
    public void onChange() {
        offer(follower::tryAtOnce);
    }

    /**
     * How often clients of projects were told within the last minute that a table does not exist.
     * Never blocks.
     */
    public void onMissingTableErrors(Map<ProjectId, Integer> errors) {
        Map<ProjectId, Integer> counts = Map.copyOf(errors);
        offer(
                () ->
                        see(
                                usualErrors.unusual(counts, rules.errors()).entrySet().stream()
                                        .map(entry -> errorHint(entry.getKey(), entry.getValue()))
                                        .toList()));
    }

    private Hint errorHint(ProjectId project, int count) {
        return new Hint(
                Optional.of(project),
                Hint.Kind.ERROR_1146,
                List.of(),
                -1,
                clock.instant(),
                Optional.empty(),
                "routers: clients of %s were told %d times within a minute that a table does not exist"
                        .formatted(project, count));
    }

    /**
     * The canary's own table or row is gone. Never blocks.
     *
     * @param what a few words
     */
    public void onCanaryGone(String what) {
        offer(
                () ->
                        see(
                                List.of(
                                        new Hint(
                                                Optional.empty(),
                                                Hint.Kind.CANARY,
                                                List.of(),
                                                -1,
                                                clock.instant(),
                                                Optional.empty(),
                                                "canary: " + what))));
    }

    private void offer(Runnable task) {
        if (!queue.offer(task)) {
            log.atWarn().addKeyValue("cluster", cluster).log("the data-loss watch is behind");
        }
    }

    /** Waits where the watch is behind. Not on the watch's own thread. */
    private void put(Runnable task) {
        try {
            queue.put(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!isClosed) {
            try {
                Runnable first = queue.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    first.run();
                    for (int i = 1; i < BATCH; i++) {
                        Runnable next = queue.poll();
                        if (next == null) {
                            break;
                        }
                        next.run();
                    }
                }
                follower.endIfOver();
                follower.judgePending();
                tick(clock.instant());
            } catch (InterruptedException e) {
                log.trace("closed");
            } catch (RuntimeException e) {
                // A bug must not end the watch.
                log.atError().addKeyValue("cluster", cluster).setCause(e).log("data-loss watch");
                follower.tryLater(clock.instant());
            }
        }
        follower.stop(false);
    }

    private void tick(Instant now) {
        Optional<Watched> target = target();
        boolean leads = sources.term().leads();
        inventories.take(target, now);
        follower.follow(target, now);
        inventories.adoptParked(follower, now);
        if (!now.isBefore(nextCheck)) {
            nextCheck = now.plusSeconds(1);
            check(target, leads, now);
        }
    }

    private Optional<Watched> target() {
        return sources.snapshot()
                .get()
                .flatMap(
                        snapshot ->
                                snapshot.primary()
                                        .map(
                                                primary ->
                                                        new Watched(
                                                                primary,
                                                                snapshot.definition().family())));
    }

    /** What goes by the clock. */
    private void check(Optional<Watched> target, boolean leads, Instant now) {
        List<String> all = new ArrayList<>();
        if (leads) {
            judgements.tick(follower.judged(), now);
            follower.store(now);
            target.ifPresent(
                    one -> {
                        all.addAll(follower.problems(one, now));
                        all.addAll(inventories.problems(now));
                    });
        }
        problems.tell(all);
    }

    /** What did not come from the log: it cannot come again, and is the leading agent's matter. */
    private void see(List<? extends Signal> signals) {
        follower.judged().ifPresent(judged -> judgements.see(signals, judged, clock.instant()));
    }

    /** Ends it. What was judged and not stored is judged again by whoever leads next. */
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        inventories.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
