package dev.homeport.topology.zk;

import dev.homeport.topology.Agreement;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.RejectedEdit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the picture of the fleet: loads it from the snapshot file, follows ZooKeeper, and goes on
 * with the last one while ZooKeeper is away. Everything happens on one thread of its own; readers
 * need one volatile read.
 */
final class FleetWatcher implements FleetSource, AutoCloseable {
    private static final Map<String, Integer> ROOTS =
            Map.of(
                    ZnodePaths.CLUSTERS, 1,
                    ZnodePaths.INTENTS, 1,
                    ZnodePaths.VERDICTS, 1,
                    ZnodePaths.PROJECTS, 1,
                    ZnodePaths.POLICY, 0,
                    ZnodePaths.GUARD, 0,
                    ZnodePaths.APPROVALS, 1,
                    ZnodePaths.ANNOUNCEMENTS, 1,
                    ZnodePaths.INCIDENTS, 1);
    private static final Logger log = LoggerFactory.getLogger(FleetWatcher.class);

    private final Clock clock;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService executor = Threads.single("fleet-watcher");
    private final ScheduledExecutorService fileExecutor = Threads.single("fleet-snapshot-file");
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final KnownBuckets knownBuckets = new KnownBuckets(this::current);
    private final Optional<SnapshotWriter> file;
    private final SubtreeWatcher subtrees;
    private final CuratorFramework client;

    /** Only the watcher's thread writes these. */
    private FleetImage image;

    private Optional<Instant> scheduledRecheck = Optional.empty();
    private volatile Optional<FleetSnapshot> current;
    private volatile Optional<FleetSnapshot> vacant = Optional.empty();

    /** When the picture was last known to agree, by {@link #steady}: wall clocks jump. */
    private volatile Optional<Instant> agreed;

    private volatile List<RejectedEdit> rejected = List.of();
    private volatile Optional<RejectedEdit> problem = Optional.empty();
    private volatile Connection connection = Connection.NEVER;
    private volatile boolean isFromFile;
    private volatile Agreement agreement = Agreement.NONE;

    FleetWatcher(CuratorFramework client, Optional<Path> snapshotFile, Clock clock) {
        this.client = client;
        this.clock = clock;
        Optional<String> fileError = Optional.empty();
        Optional<FleetSnapshot> loaded = Optional.empty();
        if (snapshotFile.isPresent()) {
            try {
                loaded = new SnapshotFile(snapshotFile.get()).read();
            } catch (IOException e) {
                fileError = Optional.of(e.toString());
                log.atWarn()
                        .addKeyValue("error", e.toString())
                        .log("snapshot file cannot be used, waiting for ZooKeeper");
            }
        }
        Optional<String> error = fileError;
        file =
                snapshotFile.map(
                        path -> new SnapshotWriter(new SnapshotFile(path), fileExecutor, error));
        image = FleetImage.startingWith(loaded, knownBuckets);
        current = loaded;
        agreed = loaded.map(fleet -> steady().minus(ageOf(fleet)));
        isFromFile = loaded.isPresent();
        subtrees = new SubtreeWatcher(client, executor, ROOTS, image.paths(), new Reader());
    }

    void start() {
        client.getConnectionStateListenable().addListener(this::onConnectionState, executor);
        subtrees.start();
    }

    @Override
    public Optional<FleetSnapshot> current() {
        return current;
    }

    /** To be told of what this daemon writes. */
    KnownBuckets knownBuckets() {
        return knownBuckets;
    }

    @Override
    public Optional<FleetSnapshot> vacant() {
        boolean isKnown = connection == Connection.CONNECTED && agreement.holds();
        return isKnown ? vacant : Optional.empty();
    }

    @Override
    public Agreement agreement() {
        return agreement;
    }

    @Override
    public Status status() {
        List<RejectedEdit> all = new ArrayList<>();
        problem.ifPresent(all::add);
        all.addAll(rejected);
        return new Status(
                connection,
                isFromFile,
                current.isPresent() && agreement.holds()
                        ? Optional.of(clock.instant())
                        : agreed.map(
                                when -> clock.instant().minus(Duration.between(when, steady()))),
                all,
                file.flatMap(SnapshotWriter::error));
    }

    /** A clock that never jumps; when it began says nothing. */
    private Instant steady() {
        return Instant.EPOCH.plusNanos(System.nanoTime() - startNanos);
    }

    /**
     * Of a picture from the file. A clock that was put back since makes nothing younger than new.
     */
    private Duration ageOf(FleetSnapshot loaded) {
        Duration age = Duration.between(loaded.asOf(), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    @Override
    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    private void onConnectionState(CuratorFramework source, ConnectionState state) {
        log.atInfo().addKeyValue("phase", state).log("connection to ZooKeeper changed");
        connection =
                switch (state) {
                    case CONNECTED, RECONNECTED, READ_ONLY -> Connection.CONNECTED;
                    case SUSPENDED -> Connection.SUSPENDED;
                    case LOST -> Connection.LOST;
                };
        if (!state.isConnected()) {
            noteAge();
        }
        // Reached again once everything was compared.
        agreement = agreement.doubted();
    }

    /** From now on the picture grows old. */
    private void noteAge() {
        if (agreement.holds()) {
            agreed = Optional.of(steady());
        }
    }

    /** What the subtrees say, on the watcher's thread. */
    private final class Reader implements SubtreeWatcher.Consumer {
        @Override
        public void onRead(Map<String, Znode> changed, long zxid) {
            applyRead(changed, zxid);
        }

        @Override
        public void onDoubt() {
            noteAge();
            agreement = agreement.doubted();
        }

        @Override
        public void onProblem(Optional<String> text) {
            if (text.isPresent()) {
                onDoubt();
            }
            Instant since = problem.map(RejectedEdit::since).orElseGet(clock::instant);
            problem = text.map(rule -> new RejectedEdit("", "", rule, Optional.empty(), since));
        }
    }

    private void applyRead(Map<String, Znode> changed, long zxid) {
        FleetImage next = image.apply(changed, zxid, steady(), clock.instant());
        Optional<FleetSnapshot> before = current;
        image = next;
        logRejected(next.rejected());
        rejected = next.rejected();
        current = next.good();
        vacant = next.vacant();
        isFromFile = false;
        agreement = agreement.reached();
        current.ifPresent(
                after -> {
                    agreed = Optional.of(steady());
                    knownBuckets.settle(after);
                    file.ifPresent(writer -> writer.submit(after));
                    tell(before, after);
                });
        next.recheck().ifPresent(when -> scheduleRecheck(when, zxid));
    }

    private void scheduleRecheck(Instant when, long zxid) {
        if (scheduledRecheck.isEmpty()) {
            scheduledRecheck = Optional.of(when);
            long millis = Math.max(1, Duration.between(steady(), when).toMillis() + 1);
            executor.schedule(
                    () -> {
                        scheduledRecheck = Optional.empty();
                        // What is not known to agree is judged again once it was compared.
                        if (agreement.holds()) {
                            long newest = current.map(FleetSnapshot::zxid).orElse(zxid);
                            applyRead(Map.of(), newest);
                        }
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void tell(Optional<FleetSnapshot> before, FleetSnapshot after) {
        for (Listener listener : listeners) {
            try {
                listener.onSnapshot(before, after);
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("a listener of the fleet failed");
            }
        }
    }

    private void logRejected(List<RejectedEdit> now) {
        for (RejectedEdit edit : now) {
            if (!rejected.contains(edit)) {
                log.atWarn()
                        .addKeyValue("znode", edit.znode())
                        .addKeyValue("field", edit.field())
                        .addKeyValue("reason", edit.rule())
                        .log("edit rejected, the last good value stays in force");
            }
        }
    }

    /** Stops following, and writes the snapshot file if that is due. */
    @Override
    public void close() {
        subtrees.close();
        executor.shutdown();
        file.ifPresent(writer -> Threads.finish(fileExecutor, writer::flush));
        fileExecutor.shutdownNow();
    }
}
