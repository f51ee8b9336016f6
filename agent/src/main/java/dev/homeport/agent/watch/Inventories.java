package dev.homeport.agent.watch;

import dev.homeport.agent.watch.ReadLog.Gap;
import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.InventoryFile;
import dev.homeport.agent.watch.inventory.InventoryReader;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.judge.Signal;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TopologyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes inventories, and decides when one takes the place of the one before: on the agent that
 * leads as soon as the log was read up to it, on the others as soon as the leader has judged all
 * before it. Of the watch's thread; they are taken on another.
 */
final class Inventories implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Inventories.class);

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration PARKED = Duration.ofSeconds(30);
    private static final Duration KEEP = Duration.ofMinutes(5);

    private final ClusterId cluster;
    private final DataLossWatch.Sources sources;
    private final DataLossWatch.Outlets outlets;
    private final KnownTables known;
    private final InventorySignals signals;
    private final Consumer<List<? extends Signal>> seen;
    private final Executor watchThread;
    private final Clock clock;
    private final InventoryLoop loop;

    private Optional<Watched> watched = Optional.empty();
    private Optional<LastingFailure> failure = Optional.empty();
    private Optional<Parked> parked = Optional.empty();
    private Optional<Inventory> aside = Optional.empty();
    private Instant due = Instant.MIN;
    private Instant kept = Instant.MIN;
    private boolean isTaking;
    private boolean isFileRead;

    /** An inventory that waits until the log was read up to where it was taken. */
    private record Parked(Inventory inventory, Instant since) {}

    /**
     * @param seen takes what inventories tell
     */
    Inventories(Wiring wiring, KnownTables known, Consumer<List<? extends Signal>> seen) {
        this.cluster = wiring.cluster();
        this.sources = wiring.sources();
        this.outlets = wiring.outlets();
        this.watchThread = wiring.watchThread();
        this.clock = wiring.clock();
        this.known = known;
        this.signals = new InventorySignals(wiring.rules(), known);
        this.seen = seen;
        this.loop = new InventoryLoop(cluster, sources.connections(), new Loop());
    }

    /** Takes one if it is time to. */
    void take(Optional<Watched> target, Instant now) {
        if (!target.equals(watched)) {
            watched = target;
            takeAtOnce();
        }
        if (watched.isPresent() && !isFileRead) {
            isFileRead = true;
            file(watched.get()).read().ifPresent(known::adopt);
        }
        if (watched.isPresent() && !isTaking && !now.isBefore(due)) {
            isTaking = true;
            due = now.plus(sources.inventoryInterval());
            loop.take(watched.get().instance(), reader(watched.get()), known.base());
        }
    }

    /** The next one is due now. */
    void takeAtOnce() {
        due = Instant.MIN;
    }

    boolean isFailing() {
        return failure.isPresent();
    }

    /** What keeps it from seeing everything. */
    List<String> problems(Instant now) {
        return failure.filter(last -> last.isLasting(now))
                .map(last -> List.of("data-loss watch: no inventory can be taken: " + last.cause()))
                .orElse(List.of());
    }

    private InventoryReader reader(Watched one) {
        return new InventoryReader(one.family(), clock);
    }

    private InventoryFile file(Watched one) {
        return new InventoryFile(sources.inventoryFile(), cluster, one.family());
    }

    private final class Loop implements InventoryLoop.Listener {
        @Override
        public void onInventory(Inventory inventory, Duration took) {
            outlets.listener().onInventory(took, inventory.tables());
            post(
                    () -> {
                        failure = Optional.empty();
                        parked = Optional.of(new Parked(inventory, clock.instant()));
                    });
        }

        @Override
        public void onFailure(String cause) {
            post(
                    () -> {
                        failure = LastingFailure.of(failure, cause, clock.instant());
                        due = clock.instant().plus(RETRY);
                    });
        }

        private void post(Runnable task) {
            watchThread.execute(
                    () -> {
                        isTaking = false;
                        task.run();
                    });
        }
    }

    /** As soon as the log was read up to where the inventory was taken. */
    void adoptParked(ReadLog read, Instant now) {
        if (parked.isEmpty()) {
            return;
        }
        Inventory inventory = parked.get().inventory();
        if (!read.isFollowing()) {
            parked = Optional.empty();
            setAside(inventory);
            return;
        }
        boolean isReached =
                !read.isReading() || inventory.taken().to().map(read::hasReached).orElse(true);
        boolean isLate = now.isAfter(parked.get().since().plus(PARKED));
        if (isReached || isLate) {
            parked = Optional.empty();
            adopt(inventory, isReached ? read.gap() : Gap.UNREAD);
            if (isReached) {
                read.gapIsClosed();
            }
        }
    }

    /** The log is followed no longer: up to where, nobody will say. */
    void forgetParked() {
        parked = Optional.empty();
    }

    private void adopt(Inventory inventory, Gap gap) {
        Optional<String> position =
                known.base().flatMap(was -> was.taken().from()).map(Object::toString);
        List<TableName> missing = known.adopt(inventory);
        seen.accept(signals.collapsed(inventory, clock.instant()));
        // What went where another agent has read the log, that one has judged.
        if (!missing.isEmpty() && watched.isPresent() && gap != Gap.JUDGED) {
            loop.lookAgain(
                    watched.get().instance(),
                    reader(watched.get()),
                    missing,
                    still ->
                            watchThread.execute(
                                    () ->
                                            seen.accept(
                                                    signals.missing(
                                                            still,
                                                            gap == Gap.NONE,
                                                            position,
                                                            clock.instant()))));
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

    /**
     * This agent leads from now on.
     *
     * @param progress of the one before
     */
    void takeOver(Optional<WatchStore.Progress> progress) {
        promote(progress);
        aside = Optional.empty(); // the next one comes when the log is read
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
            loop.keep(file(watched.get()), inventory);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
