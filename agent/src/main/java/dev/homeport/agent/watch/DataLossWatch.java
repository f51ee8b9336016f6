package dev.homeport.agent.watch;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.binlog.BinlogReader;
import dev.homeport.agent.watch.binlog.BinlogSettings;
import dev.homeport.agent.watch.binlog.BinlogTransaction;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.binlog.ReaderStatus;
import dev.homeport.agent.watch.binlog.RowChanges;
import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.InventoryFile;
import dev.homeport.agent.watch.inventory.InventoryReader;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.LossJudge;
import dev.homeport.agent.watch.judge.Signal;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.agent.watch.judge.WatchState;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Family;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TopologyException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
    private static final Duration STORE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration PARKED = Duration.ofSeconds(30);
    private static final Duration KEEP = Duration.ofMinutes(5);
    private static final Duration SILENT = Duration.ofSeconds(15);

    /** An inventory from before that is not worth reading the log again for. */
    private static final Duration TOO_OLD = Duration.ofMinutes(30);

    private static final double COLLAPSED = 0.1;

    /**
     * Where it gets what it looks at.
     *
     * @param snapshot the cluster as the fleet has it
     * @param isLeader whether this agent leads
     * @param connections to an instance, with deadlines
     * @param login for the binary log
     * @param inventoryFile where the last inventory is kept
     */
    public record Sources(
            Supplier<Optional<ClusterSnapshot>> snapshot,
            BooleanSupplier isLeader,
            Function<Instance, DataSource> connections,
            BinlogReader.Login login,
            Path inventoryFile,
            Duration inventoryInterval) {
        public Sources {
            requireNonNull(snapshot, "snapshot");
            requireNonNull(isLeader, "isLeader");
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
    private final Outlets outlets;
    private final Clock clock;
    private final BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(MOST_QUEUED);
    private final Thread thread;
    private final InventoryLoop inventories;

    private volatile boolean isClosed;
    private volatile List<String> problems = List.of();
    private volatile long heardNanos = System.nanoTime();
    private volatile boolean isReading;

    // All that follows is of the thread only.
    private final KnownTables known;
    private final StandIns standIns = new StandIns();
    private final SignalMaker maker;
    private final RowLedger ledger;
    private final Resumption resumption;
    private final Delivery delivery;
    private final Closings closings = new Closings();
    private final UsualErrors usualErrors = new UsualErrors();
    private WatchState state;
    private Optional<Watched> watched = Optional.empty();
    private Optional<Following> following = Optional.empty();
    private Optional<Following> remembered = Optional.empty();
    private List<String> settingProblems = List.of();
    private Optional<Failure> connectionFailure = Optional.empty();
    private Optional<Failure> inventoryFailure = Optional.empty();
    private Instant inventoryDue = Instant.MIN;
    private boolean isTakingInventory;
    private boolean isFileRead;
    private Instant kept = Instant.MIN;
    private Optional<Parked> parked = Optional.empty();
    private Optional<Inventory> aside = Optional.empty();
    private Instant nextTry = Instant.MIN;
    private Instant nextCheck = Instant.MIN;

    /** What is looked at: the primary, and how its family does things. */
    private record Watched(Instance instance, Family family, InventoryReader reader) {}

    /** Something that fails again and again; for people, if it goes on for a while. */
    private record Failure(String cause, Instant since) {
        static Optional<Failure> of(Optional<Failure> before, String cause, Instant now) {
            return Optional.of(new Failure(cause, before.map(Failure::since).orElse(now)));
        }

        /** A server that restarts is the probes' matter, and not worth a word here. */
        boolean isLasting(Instant now) {
            return now.isAfter(since.plus(SILENT));
        }
    }

    /** An inventory that waits until the log was read up to where it was taken. */
    private record Parked(Inventory inventory, Instant since) {}

    /** What of the log was not read since the inventory in force. From the mildest to the worst. */
    private enum Gap {
        NONE,
        /** A part that another agent has judged. */
        JUDGED,
        /** A part that nobody has read. */
        UNREAD
    }

    /** The log that is being read, from when this agent began to lead. */
    private static final class Following {
        final Watched watched;
        final Deque<GtidPosition> others = new ArrayDeque<>();
        final List<BinlogTransaction> pending = new ArrayList<>();
        Optional<BinlogReader> reader = Optional.empty();
        GtidPosition position;
        GtidPosition judged;
        Optional<GtidPosition> stored = Optional.empty();
        Instant storedAt = Instant.MIN;
        ReaderStatus status = ReaderStatus.CONNECTING;
        Instant statusSince;
        Gap gap = Gap.NONE;

        Following(Watched watched, GtidPosition position, GtidPosition judged, Instant now) {
            this.watched = watched;
            this.position = position;
            this.judged = judged;
            this.statusSince = now;
        }
    }

    public DataLossWatch(
            ClusterId cluster, Sources sources, Rules rules, Outlets outlets, Clock clock) {
        this.cluster = cluster;
        this.sources = sources;
        this.rules = rules;
        this.outlets = outlets;
        this.clock = clock;
        this.known = new KnownTables(rules.ownership()::project);
        this.maker =
                new SignalMaker(
                        rules.ownership(),
                        rules.attribution(),
                        rules.announcements(),
                        known,
                        standIns);
        this.ledger = new RowLedger(rules.policy(), rules.ownership(), known::totals);
        this.resumption = new Resumption(rules.policy());
        this.delivery = new Delivery(outlets.sink(), outlets.listener());
        this.state = WatchState.of(cluster, known::totals);
        this.inventories = new InventoryLoop(cluster, sources.connections(), new Inventories());
        this.thread = Thread.ofPlatform().daemon().name("watch-" + cluster).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What blinds it, for people; empty while it sees everything, or does not lead. */
    public List<String> problems() {
        return problems;
    }

    /** Since the log was last heard of; empty while it is not read. */
    public Optional<Duration> silence() {
        return isReading
                ? Optional.of(Duration.ofNanos(System.nanoTime() - heardNanos))
                : Optional.empty();
    }

    /** Something of the fleet may have changed, or who leads. Never blocks. */
    public void onChange() {
        offer(() -> nextTry = Instant.MIN);
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
                following.ifPresent(this::judgePending);
                tick(clock.instant());
            } catch (InterruptedException e) {
                log.trace("closed");
            } catch (RuntimeException e) {
                // A bug must not end the watch.
                log.atError().addKeyValue("cluster", cluster).setCause(e).log("data-loss watch");
                nextTry = clock.instant().plus(RETRY);
            }
        }
        stopFollowing(false);
    }

    private void tick(Instant now) {
        Optional<Watched> target = target();
        if (!target.map(Watched::instance).equals(watched.map(Watched::instance))
                || !target.map(Watched::family).equals(watched.map(Watched::family))) {
            watched = target;
            inventoryDue = Instant.MIN;
        }
        boolean leads = sources.isLeader().getAsBoolean();
        if (!leads) {
            remembered = Optional.empty();
        }
        boolean mustStop =
                following.isPresent()
                        && (!leads
                                || target.isEmpty()
                                || !following
                                        .get()
                                        .watched
                                        .instance()
                                        .equals(target.get().instance()));
        if (mustStop) {
            stopFollowing(leads);
        }
        if (watched.isPresent() && !isFileRead) {
            isFileRead = true;
            file(watched.get()).read().ifPresent(known::adopt);
        }
        takeInventory(now);
        if (leads && following.isEmpty() && watched.isPresent() && !now.isBefore(nextTry)) {
            follow(watched.get(), now);
        }
        adoptParked(now);
        if (!now.isBefore(nextCheck)) {
            nextCheck = now.plusSeconds(1);
            check(leads, now);
        }
    }

    private Optional<Watched> target() {
        return sources.snapshot()
                .get()
                .flatMap(
                        snapshot ->
                                snapshot.primary()
                                        .map(primary -> watched(snapshot.definition(), primary)));
    }

    private Watched watched(ClusterDefinition definition, Instance primary) {
        return new Watched(
                primary, definition.family(), new InventoryReader(definition.family(), clock));
    }

    private InventoryFile file(Watched one) {
        return new InventoryFile(sources.inventoryFile(), cluster, one.family());
    }

    /** What goes by the clock. */
    private void check(boolean leads, Instant now) {
        if (leads) {
            deliver(now);
            delivery.closed(state.open()).forEach(this::close);
            following.ifPresent(one -> store(one, now, false));
        }
        tellProblems(leads, now);
    }

    /** An operator has closed it: what is judged from here on goes elsewhere. */
    private void close(IncidentId id) {
        state = state.closed(id);
        following.ifPresent(
                one -> {
                    closings.add(id, one.judged);
                    one.stored = Optional.empty(); // so that it is written even if nothing comes
                });
    }

    private void tellProblems(boolean leads, Instant now) {
        List<String> all = new ArrayList<>();
        if (leads && watched.isPresent()) {
            settingProblems.forEach(
                    problem ->
                            all.add(
                                    "data-loss watch of "
                                            + watched.get().instance().id()
                                            + ": "
                                            + problem));
            connectionFailure
                    .filter(failure -> failure.isLasting(now))
                    .ifPresent(
                            failure ->
                                    all.add(
                                            "data-loss watch: %s cannot be asked: %s"
                                                    .formatted(
                                                            watched.get().instance().id(),
                                                            failure.cause())));
            inventoryFailure
                    .filter(failure -> failure.isLasting(now))
                    .ifPresent(
                            failure ->
                                    all.add(
                                            "data-loss watch: no inventory can be taken: "
                                                    + failure.cause()));
            following
                    .filter(one -> one.reader.isPresent())
                    .filter(one -> one.status.state() != ReaderStatus.State.STREAMING)
                    .filter(one -> now.isAfter(one.statusSince.plus(SILENT)))
                    .ifPresent(
                            one ->
                                    all.add(
                                            "data-loss watch: the binary log of %s is not being read: %s"
                                                    .formatted(
                                                            one.watched.instance().id(),
                                                            one.status.detail())));
        }
        if (!all.equals(problems)) {
            problems = List.copyOf(all);
            for (String problem : all) {
                log.atWarn()
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("reason", problem)
                        .log("the data-loss watch does not see everything");
            }
        }
    }

    // Following the log

    private void follow(Watched one, Instant now) {
        if (known.base().isEmpty() && inventoryFailure.isEmpty()) {
            return; // It comes in a moment, and what there was is worth knowing.
        }
        nextTry = now.plus(RETRY);
        try (Connection connection = sources.connections().apply(one.instance()).getConnection()) {
            BinlogSettings settings = BinlogSettings.ask(connection, one.family());
            Optional<WatchStore.Progress> progress = outlets.store().read(one.family());
            settingProblems = settings.problems();
            connectionFailure = Optional.empty();
            begin(one, settings.position(), progress, now);
        } catch (SQLException e) {
            connectionFailure =
                    Failure.of(connectionFailure, "error " + e.getErrorCode(), clock.instant());
        } catch (TopologyException e) {
            log.atDebug().setCause(e).log("how far the watch had come is not known yet");
        }
    }

    private void begin(
            Watched one,
            Optional<GtidPosition> here,
            Optional<WatchStore.Progress> progress,
            Instant now) {
        Following next =
                remembered
                        .filter(was -> was.watched.family() == one.family())
                        .map(was -> goOn(one, was, now))
                        .orElseGet(() -> takeOver(one, here, progress, now));
        remembered = Optional.empty();
        following = Optional.of(next);
        GtidPosition start = next.position;
        if (here.isPresent()) {
            next.reader =
                    Optional.of(
                            BinlogReader.start(
                                    one.instance(),
                                    one.family(),
                                    sources.login(),
                                    start,
                                    new Binlog(next)));
            if (progress.isEmpty()) {
                // From here on nothing is missed, even if this agent dies at once.
                store(next, now, true);
            }
            heardNanos = System.nanoTime();
            isReading = true;
        }
        log.atInfo()
                .addKeyValue("cluster", cluster)
                .addKeyValue("instance", one.instance().id())
                .addKeyValue("position", start)
                .log("watches for data loss");
    }

    /** Where this agent was on another instance; it remembers what was before. */
    private static Following goOn(Watched one, Following was, Instant now) {
        var next = new Following(one, was.judged, was.judged, now);
        next.gap = was.gap;
        return next;
    }

    /** From what another agent has left, or from the beginning. */
    private Following takeOver(
            Watched one,
            Optional<GtidPosition> here,
            Optional<WatchStore.Progress> progress,
            Instant now) {
        promote(progress);
        aside = Optional.empty(); // the next one comes when the log is read
        Optional<GtidPosition> listed =
                known.base().map(Inventory::taken).flatMap(Inventory.Taken::from);
        GtidPosition end = here.orElse(GtidPosition.none(one.family()));
        GtidPosition judged =
                progress.map(WatchStore.Progress::judged).or(() -> listed).orElse(end);
        GtidPosition resume = progress.map(WatchStore.Progress::resume).orElse(judged);
        boolean isOld =
                progress.isPresent()
                        && known.base()
                                .map(base -> base.taken().began().isBefore(now.minus(TOO_OLD)))
                                .orElse(false);
        GtidPosition start = isOld ? resume : listed.map(resume::earlier).orElse(resume);
        var next = new Following(one, start, judged, now);
        next.gap = isOld ? Gap.JUDGED : Gap.NONE;
        next.others.add(resume);
        next.others.add(judged);
        standIns.clear();
        ledger.clear();
        state = WatchState.of(cluster, known::totals);
        closings.begin(progress.map(WatchStore.Progress::closed).orElse(List.of()));
        resumption.begin(start, now);
        return next;
    }

    /**
     * Reads no more.
     *
     * @param goesOn with another primary: what was seen is remembered, and read only from there on
     */
    private void stopFollowing(boolean goesOn) {
        remembered = goesOn ? following : Optional.empty();
        following.ifPresent(
                one -> {
                    one.reader.ifPresent(BinlogReader::close);
                    log.atInfo().addKeyValue("cluster", cluster).log("no longer watches");
                });
        following = Optional.empty();
        isReading = false;
        parked = Optional.empty();
        if (!goesOn) {
            delivery.clear();
        }
        settingProblems = List.of();
        connectionFailure = Optional.empty();
        nextTry = Instant.MIN;
    }

    private void judgePending(Following one) {
        int from = 0;
        while (from < one.pending.size()) {
            // As it was done then: what comes behind a closing goes elsewhere.
            closings.before(one.pending.get(from)).forEach(id -> state = state.closed(id));
            boolean isReplay = isJudged(one, one.pending.get(from));
            int to = from + 1;
            while (to < one.pending.size()
                    && isJudged(one, one.pending.get(to)) == isReplay
                    && !closings.areBefore(one.pending.get(to))) {
                to++;
            }
            judge(one, one.pending.subList(from, to), isReplay);
            from = to;
        }
        one.pending.clear();
    }

    private static boolean isJudged(Following one, BinlogTransaction statement) {
        return statement.gtid().map(one.judged::contains).orElse(false);
    }

    private void judge(Following one, List<BinlogTransaction> statements, boolean isReplay) {
        Instant now = clock.instant();
        SignalMaker.Made made = maker.make(one.watched.instance().id(), statements, now);
        if (!isReplay) {
            made.outcomes().forEach(outlets.listener()::onStatement);
        }
        boolean isTold = judge(made.signals(), isReplay, now);
        for (BinlogTransaction statement : statements) {
            if (statement.gtid().isPresent()) {
                one.judged = one.judged.with(statement.gtid().get());
            }
        }
        if (isTold) {
            // After what had to be told, so that a crash in between tells it again, not never.
            store(one, now, true);
        }
    }

    /** Judges, and tells what has to be told unless somebody else has; returns whether it did. */
    private boolean judge(List<? extends Signal> signals, boolean isReplay, Instant now) {
        if (signals.isEmpty()) {
            return false;
        }
        List<LossFinding> findings = LossJudge.judge(state, signals, rules.policy(), now);
        state = state.after(signals, findings, rules.policy(), now);
        findings.forEach(resumption::onFinding);
        if (isReplay || findings.isEmpty()) {
            return false;
        }
        findings.forEach(delivery::add);
        deliver(now);
        return true;
    }

    /**
     * Tells what has to be told. What would have gone into an incident that an operator has closed
     * meanwhile is judged anew: it came after that.
     */
    private void deliver(Instant now) {
        for (LossFinding closed : delivery.deliver()) {
            close(closed.id());
            List<LossFinding> again = LossJudge.judge(state, closed.added(), rules.policy(), now);
            state = state.after(closed.added(), again, rules.policy(), now);
            for (LossFinding finding : again) {
                resumption.onFinding(finding);
                if (finding.id().equals(closed.id())) {
                    close(closed.id()); // Nothing came after it.
                } else {
                    delivery.add(finding);
                }
            }
        }
        if (!delivery.isDone()) {
            delivery.deliver().forEach(closed -> close(closed.id()));
        }
    }

    /** What did not come from the log: it cannot come again. */
    private void see(List<? extends Signal> signals) {
        if (following.isPresent()) {
            List<Signal> counting = new ArrayList<>();
            for (Signal signal : signals) {
                if (signal instanceof Hint hint) {
                    if (isAnnounced(hint)) {
                        continue;
                    }
                    outlets.listener().onHint(hint.kind());
                }
                counting.add(signal);
            }
            judge(counting, false, clock.instant());
        }
    }

    /** Whether it hints at what was announced: the whole project, or all tables that it names. */
    private boolean isAnnounced(Hint hint) {
        boolean isOfProject =
                hint.project()
                        .filter(project -> rules.announcements().covers(project, hint.at()))
                        .isPresent();
        return isOfProject
                || (!hint.tables().isEmpty()
                        && hint.tables().stream()
                                .allMatch(table -> rules.announcements().covers(table, hint.at())));
    }

    private void store(Following one, Instant now, boolean isUrgent) {
        boolean isDue =
                isUrgent
                        || (!Optional.of(one.judged).equals(one.stored)
                                && now.isAfter(one.storedAt.plus(STORE)));
        if (!isDue || !delivery.isDone() || one.reader.isEmpty()) {
            return;
        }
        Optional<GtidPosition> resume =
                resumption.position(state.open().values(), standIns.oldest());
        if (resume.isEmpty()) {
            return;
        }
        one.storedAt = now;
        try {
            outlets.store()
                    .write(new WatchStore.Progress(resume.get(), one.judged, closings.all()));
            one.stored = Optional.of(one.judged);
        } catch (TopologyException e) {
            log.atDebug().setCause(e).log("how far the watch has come is not stored");
        }
    }

    /** What the reader tells, brought to the watch's thread. */
    private final class Binlog implements BinlogReader.Listener {
        private final Following one;

        Binlog(Following one) {
            this.one = one;
        }

        /** Waits where the watch is behind: so does the stream, then. */
        private void post(Runnable task) {
            put(
                    () -> {
                        if (following.filter(now -> now.equals(one)).isPresent()) {
                            task.run();
                        }
                    });
        }

        @Override
        public void onStatement(BinlogTransaction statement) {
            post(() -> one.pending.add(statement));
        }

        @Override
        public void onRows(RowChanges changes) {
            post(
                    () -> {
                        judgePending(one);
                        boolean isReplay =
                                one.judged.covers(changes.before())
                                        && !one.judged.equals(changes.before());
                        List<Hint> hints = ledger.add(changes, clock.instant());
                        if (!isReplay) {
                            see(hints);
                        }
                    });
        }

        @Override
        public void onPosition(GtidPosition position, Instant at) {
            heardNanos = System.nanoTime();
            post(
                    () -> {
                        judgePending(one);
                        one.position = position;
                        if (position.covers(one.judged)) {
                            one.judged = position;
                        }
                        resumption.reached(position, clock.instant());
                    });
        }

        @Override
        public void onStatus(ReaderStatus status) {
            post(
                    () -> {
                        one.status = status;
                        one.statusSince = clock.instant();
                    });
        }

        @Override
        public void onUnreadable() {
            outlets.listener().onUnreadable();
        }

        @Override
        public Optional<GtidPosition> onGap(GtidPosition wanted) {
            // Of the reader's thread from here on: the watch's own has not looked at them since.
            one.others.removeIf(wanted::equals);
            Optional<GtidPosition> other = Optional.ofNullable(one.others.pollFirst());
            Optional<GtidPosition> next = other.or(() -> end(one.watched));
            Gap gap = other.isPresent() ? Gap.JUDGED : Gap.UNREAD;
            next.ifPresent(position -> post(() -> onGap(wanted, position, gap)));
            return next;
        }

        private void onGap(GtidPosition wanted, GtidPosition next, Gap gap) {
            log.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("from", wanted)
                    .addKeyValue("to", next)
                    .addKeyValue("gap", gap)
                    .log("a part of the binary log is gone and was not read");
            one.gap = gap.compareTo(one.gap) > 0 ? gap : one.gap;
            one.position = next;
            if (gap == Gap.UNREAD) {
                one.judged = next;
            }
            standIns.clear();
            resumption.begin(next, clock.instant());
            inventoryDue = Instant.MIN;
        }
    }

    private Optional<GtidPosition> end(Watched one) {
        try (Connection connection = sources.connections().apply(one.instance()).getConnection()) {
            return BinlogSettings.position(connection, one.family());
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    // Inventories

    private void takeInventory(Instant now) {
        if (watched.isPresent() && !isTakingInventory && !now.isBefore(inventoryDue)) {
            isTakingInventory = true;
            inventoryDue = now.plus(sources.inventoryInterval());
            inventories.take(watched.get().instance(), watched.get().reader(), known.base());
        }
    }

    private final class Inventories implements InventoryLoop.Listener {
        @Override
        public void onInventory(Inventory inventory, Duration took) {
            outlets.listener().onInventory(took, inventory.tables());
            post(
                    () -> {
                        inventoryFailure = Optional.empty();
                        parked = Optional.of(new Parked(inventory, clock.instant()));
                    });
        }

        @Override
        public void onFailure(String cause) {
            post(
                    () -> {
                        inventoryFailure = Failure.of(inventoryFailure, cause, clock.instant());
                        inventoryDue = clock.instant().plus(RETRY);
                    });
        }

        private void post(Runnable task) {
            put(
                    () -> {
                        isTakingInventory = false;
                        task.run();
                    });
        }
    }

    /** As soon as the log was read up to where the inventory was taken. */
    private void adoptParked(Instant now) {
        if (parked.isEmpty()) {
            return;
        }
        Inventory inventory = parked.get().inventory();
        if (following.isEmpty()) {
            parked = Optional.empty();
            setAside(inventory);
            return;
        }
        Optional<Following> reading = following.filter(one -> one.reader.isPresent());
        boolean isReached =
                reading.isEmpty()
                        || inventory
                                .taken()
                                .to()
                                .map(to -> reading.get().position.covers(to))
                                .orElse(true);
        boolean isLate = now.isAfter(parked.get().since().plus(PARKED));
        if (!isReached && !isLate) {
            return;
        }
        parked = Optional.empty();
        Optional<Inventory> before = known.base();
        List<TableName> missing = known.adopt(inventory);
        Gap gap = reading.map(one -> isReached ? one.gap : Gap.UNREAD).orElse(Gap.UNREAD);
        if (isReached) {
            reading.ifPresent(one -> one.gap = Gap.NONE);
        }
        if (following.isPresent()) {
            collapsed(inventory);
            // What went where another agent has read the log, that one has judged.
            if (!missing.isEmpty() && watched.isPresent() && gap != Gap.JUDGED) {
                Optional<String> position =
                        before.flatMap(was -> was.taken().from()).map(Object::toString);
                inventories.lookAgain(
                        watched.get().instance(),
                        watched.get().reader(),
                        missing,
                        still -> put(() -> missing(still, gap == Gap.NONE, position)));
            }
        }
        keep(inventory);
    }

    /**
     * Nobody's log is read here. What has gone before this inventory may not have been judged yet,
     * by whoever leads: until it has, the one before says what there was.
     */
    private void setAside(Inventory newest) {
        if (known.base().isEmpty()) {
            known.adopt(newest);
        } else {
            promote(watched.flatMap(one -> storedProgress(one.family())));
            if (aside.isEmpty()) {
                aside = Optional.of(newest);
            }
        }
        known.base().ifPresent(this::keep);
    }

    /** Makes the one that waits the base, if all before it was judged. */
    private void promote(Optional<WatchStore.Progress> progress) {
        boolean isJudged =
                aside.flatMap(one -> one.taken().to())
                        .flatMap(to -> progress.map(one -> one.judged().covers(to)))
                        .orElse(false);
        if (isJudged) {
            known.adopt(aside.get());
            aside = Optional.empty();
        }
    }

    private Optional<WatchStore.Progress> storedProgress(Family family) {
        try {
            return outlets.store().read(family);
        } catch (TopologyException e) {
            log.atDebug().setCause(e).log("how far the watch has come is not known");
            return Optional.empty();
        }
    }

    private void keep(Inventory inventory) {
        Instant now = clock.instant();
        if (watched.isPresent() && now.isAfter(kept.plus(KEEP))) {
            kept = now;
            inventories.keep(file(watched.get()), inventory);
        }
    }

    private void collapsed(Inventory inventory) {
        List<Hint> hints = new ArrayList<>();
        for (Inventory.Collapse collapse :
                inventory.collapses(COLLAPSED, rules.policy().minRows())) {
            // What the log told of has been judged.
            if (!known.isChanged(collapse.table())) {
                hints.add(
                        new Hint(
                                rules.ownership().project(collapse.table()),
                                Hint.Kind.COLLAPSE,
                                List.of(collapse.table()),
                                collapse.before() - collapse.now(),
                                clock.instant(),
                                Optional.empty(),
                                "inventory: rows of %s fell from about %d to about %d"
                                        .formatted(
                                                collapse.table(),
                                                collapse.before(),
                                                collapse.now())));
            }
        }
        see(hints);
    }

    private void missing(List<TableName> tables, boolean isProof, Optional<String> position) {
        Instant now = clock.instant();
        Map<String, List<TableName>> byProject = new java.util.TreeMap<>();
        for (TableName table : tables) {
            if (!rules.announcements().covers(table, now)) {
                byProject
                        .computeIfAbsent(
                                rules.ownership().project(table).map(ProjectId::value).orElse(""),
                                key -> new ArrayList<>())
                        .add(table);
            }
        }
        List<Signal> signals = new ArrayList<>();
        byProject.forEach(
                (project, gone) ->
                        signals.add(
                                MissingTables.signal(
                                        ProjectId.parse(project), gone, isProof, position, now)));
        see(signals);
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
