package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.BinlogReader;
import dev.homeport.agent.watch.binlog.BinlogSettings;
import dev.homeport.agent.watch.binlog.BinlogTransaction;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.binlog.NameCase;
import dev.homeport.agent.watch.binlog.ReaderStatus;
import dev.homeport.agent.watch.binlog.RowChanges;
import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.quarantine.account.AccountFailures;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TopologyException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of the primary while this agent leads: where it begins and goes on, which gaps
 * there are, and that what is read is judged and stored in this order. Of the watch's thread; the
 * reader's tells it by that.
 */
final class LogFollower implements ReadLog {
    private static final Logger log = LoggerFactory.getLogger(LogFollower.class);

    private static final Duration STORE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** An inventory from before that is not worth reading the log again for. */
    private static final Duration TOO_OLD = Duration.ofMinutes(30);

    private final ClusterId cluster;
    private final DataLossWatch.Sources sources;
    private final DataLossWatch.Outlets outlets;
    private final KnownTables known;
    private final Inventories inventories;
    private final Judgements judgements;
    private final Executor watchThread;
    private final Clock clock;
    private final Term term;
    private final StandIns standIns = new StandIns();
    private final SignalMaker maker;
    private final RowLedger ledger;

    private volatile long heardNanos = System.nanoTime();
    private volatile boolean isHeard;
    private volatile NameCase nameCase = NameCase.TELLS_APART;

    private Optional<Following> following = Optional.empty();
    private Optional<Following> remembered = Optional.empty();
    private List<String> settingProblems = List.of();
    private Optional<LastingFailure> failure = Optional.empty();
    private Instant nextTry = Instant.MIN;

    LogFollower(Wiring wiring, KnownTables known, Inventories inventories, Judgements judgements) {
        this.cluster = wiring.cluster();
        this.sources = wiring.sources();
        this.outlets = wiring.outlets();
        this.watchThread = wiring.watchThread();
        this.clock = wiring.clock();
        this.term = sources.term();
        this.known = known;
        this.inventories = inventories;
        this.judgements = judgements;
        DataLossWatch.Rules rules = wiring.rules();
        this.maker =
                new SignalMaker(
                        rules.ownership(),
                        rules.attribution(),
                        rules.announcements(),
                        known,
                        standIns);
        this.ledger = new RowLedger(rules.policy(), rules.ownership(), known::totals);
    }

    /** Since the log was last heard of; empty while it is not read. For any thread. */
    Optional<Duration> silence() {
        return isHeard
                ? Optional.of(Duration.ofNanos(System.nanoTime() - heardNanos))
                : Optional.empty();
    }

    /** How the primary compares names, as far as that is known. For any thread. */
    NameCase nameCase() {
        return nameCase;
    }

    @Override
    public boolean isFollowing() {
        return following.isPresent();
    }

    @Override
    public boolean isReading() {
        return following.flatMap(one -> one.reader).isPresent();
    }

    @Override
    public boolean hasReached(GtidPosition position) {
        return isReading() && following.orElseThrow().position.covers(position);
    }

    @Override
    public Gap gap() {
        return isReading() ? following.orElseThrow().gap : Gap.UNREAD;
    }

    @Override
    public void gapIsClosed() {
        following.filter(one -> one.reader.isPresent()).ifPresent(one -> one.gap = Gap.NONE);
    }

    /** Up to where everything was judged; empty while nothing is followed. */
    Optional<GtidPosition> judged() {
        return following.map(one -> one.judged);
    }

    /** Whoever lost the election, or lost and won it again, knows no longer what was told. */
    void endIfOver() {
        if (term.inForce().isPresent() && term.isOver()) {
            stop(false);
            remembered = Optional.empty();
            term.end();
        }
    }

    /** Follows whom it should, if this agent leads and there is somebody. */
    void follow(Optional<Watched> target, Instant now) {
        endIfOver();
        boolean isAnother =
                !following.map(one -> one.watched.instance()).equals(target.map(Watched::instance));
        if (following.isPresent() && isAnother) {
            stop(true);
        }
        boolean isDue = following.isEmpty() && target.isPresent() && !now.isBefore(nextTry);
        if (isDue && (term.inForce().isPresent() || term.begin())) {
            start(target.get(), now);
        }
    }

    /** Something may be otherwise than a moment ago. */
    void tryAtOnce() {
        nextTry = Instant.MIN;
    }

    void tryLater(Instant now) {
        nextTry = now.plus(RETRY);
    }

    private void start(Watched one, Instant now) {
        if (known.base().isEmpty() && !inventories.isFailing()) {
            return; // It comes in a moment, and what there was is worth knowing.
        }
        tryLater(now);
        try (Connection connection = sources.connections().apply(one.instance()).getConnection()) {
            BinlogSettings settings = BinlogSettings.ask(connection, one.family());
            Optional<WatchStore.Progress> progress = outlets.store().read(one.family());
            settingProblems = settings.problems();
            nameCase = settings.nameCase();
            failure = Optional.empty();
            begin(one, settings.position(), progress, now);
        } catch (SQLException e) {
            failure = LastingFailure.of(failure, AccountFailures.words(e), clock.instant());
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
                        .map(was -> Following.goOn(one, was, now))
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
            isHeard = true;
        }
        log.atInfo()
                .addKeyValue("cluster", cluster)
                .addKeyValue("instance", one.instance().id())
                .addKeyValue("position", start)
                .log("watches for data loss");
    }

    /** From what another agent has left, or from the beginning. */
    private Following takeOver(
            Watched one,
            Optional<GtidPosition> here,
            Optional<WatchStore.Progress> progress,
            Instant now) {
        inventories.takeOver(progress);
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
        judgements.begin(start, progress.map(WatchStore.Progress::closed).orElse(List.of()), now);
        return next;
    }

    /**
     * Reads no more.
     *
     * @param goesOn with another primary: what was seen is remembered, and read only from there on
     */
    void stop(boolean goesOn) {
        remembered = goesOn ? following : Optional.empty();
        following.ifPresent(
                one -> {
                    one.reader.ifPresent(BinlogReader::close);
                    log.atInfo().addKeyValue("cluster", cluster).log("no longer watches");
                });
        following = Optional.empty();
        isHeard = false;
        inventories.forgetParked();
        if (!goesOn) {
            judgements.forgetUntold();
        }
        settingProblems = List.of();
        failure = Optional.empty();
        nextTry = Instant.MIN;
    }

    /** Judges what was read. */
    void judgePending() {
        following.ifPresent(this::judgePending);
    }

    private void judgePending(Following one) {
        int from = 0;
        while (from < one.pending.size()) {
            judgements.closeBefore(one.pending.get(from));
            boolean isReplay = one.isJudged(one.pending.get(from));
            int to = from + 1;
            while (to < one.pending.size()
                    && one.isJudged(one.pending.get(to)) == isReplay
                    && !judgements.areClosingsBefore(one.pending.get(to))) {
                to++;
            }
            judge(one, one.pending.subList(from, to), isReplay);
            from = to;
        }
        one.pending.clear();
    }

    private void judge(Following one, List<BinlogTransaction> statements, boolean isReplay) {
        Instant now = clock.instant();
        SignalMaker.Made made = maker.make(one.watched.instance().id(), statements, now);
        if (!isReplay) {
            made.outcomes().forEach(outlets.listener()::onStatement);
        }
        boolean isTold = judgements.judge(made.signals(), isReplay, one.judged, now);
        one.judged(statements);
        if (isTold) {
            // After what had to be told, so that a crash in between tells it again, not never.
            store(one, now, true);
        }
    }

    /** Writes down from time to time how far it has come. */
    void store(Instant now) {
        following.ifPresent(one -> store(one, now, false));
    }

    private void store(Following one, Instant now, boolean isUrgent) {
        var wanted = new Following.Stored(one.judged, judgements.closed());
        boolean isDue =
                isUrgent
                        || (!one.stored.equals(Optional.of(wanted))
                                && now.isAfter(one.storedAt.plus(STORE)));
        if (!isDue || one.reader.isEmpty()) {
            return;
        }
        Optional<WatchStore.Progress> progress = judgements.progress(one.judged, standIns.oldest());
        if (progress.isEmpty()) {
            return;
        }
        one.storedAt = now;
        try {
            outlets.store().write(progress.get());
            one.stored = Optional.of(wanted);
        } catch (TopologyException e) {
            log.atDebug().setCause(e).log("how far the watch has come is not stored");
        }
    }

    /** What keeps it from seeing everything. */
    List<String> problems(Watched one, Instant now) {
        List<String> all = new ArrayList<>();
        for (String problem : settingProblems) {
            all.add("data-loss watch of " + one.instance().id() + ": " + problem);
        }
        failure.filter(last -> last.isLasting(now))
                .ifPresent(
                        last ->
                                all.add(
                                        "data-loss watch: %s cannot be asked: %s"
                                                .formatted(one.instance().id(), last.cause())));
        following
                .filter(that -> that.reader.isPresent())
                .filter(that -> that.status.state() != ReaderStatus.State.STREAMING)
                .filter(that -> now.isAfter(that.statusSince.plus(LastingFailure.PATIENCE)))
                .ifPresent(
                        that ->
                                all.add(
                                        "data-loss watch: the binary log of %s is not being read: %s"
                                                .formatted(
                                                        that.watched.instance().id(),
                                                        that.status.detail())));
        return all;
    }

    private Optional<GtidPosition> end(Watched one) {
        try (Connection connection = sources.connections().apply(one.instance()).getConnection()) {
            return BinlogSettings.position(connection, one.family());
        } catch (SQLException e) {
            return Optional.empty();
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
            watchThread.execute(
                    () -> {
                        if (following.filter(now -> now.equals(one)).isPresent()) {
                            task.run();
                        }
                    });
        }

        @Override
        public void onStatement(BinlogTransaction statement) {
            post(() -> one.pending.add(nameCase.fold(statement)));
        }

        @Override
        public void onRows(RowChanges changes) {
            post(
                    () -> {
                        judgePending(one);
                        boolean isReplay =
                                one.judged.covers(changes.before())
                                        && !one.judged.equals(changes.before());
                        List<Hint> hints = ledger.add(nameCase.fold(changes), clock.instant());
                        if (!isReplay) {
                            judgements.see(hints, one.judged, clock.instant());
                        }
                    });
        }

        @Override
        public void onPosition(GtidPosition position, Instant at) {
            heardNanos = System.nanoTime();
            post(
                    () -> {
                        judgePending(one);
                        one.reached(position);
                        judgements.reached(position, clock.instant());
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
            one.skippedTo(next, gap);
            standIns.clear();
            judgements.skippedTo(next, clock.instant());
            inventories.takeAtOnce();
        }
    }
}
