package dev.homeport.topology.zk;

import dev.homeport.topology.FleetSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes pictures to the snapshot file on a thread of its own, at most one in {@link #PAUSE}, and
 * none before {@link #REST} times as long has passed as the last one took: a large fleet in which
 * something changes all the time is not written all the time. A picture that cannot be written is
 * tried again until it can be, or a newer one comes. Callable from any thread.
 */
final class SnapshotWriter {
    static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int REST = 20;
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(SnapshotWriter.class);

    private final SnapshotFile file;
    private final ScheduledExecutorService executor;
    private final AtomicReference<FleetSnapshot> due = new AtomicReference<>();
    private volatile Optional<String> error;

    /** Of {@link System#nanoTime}. */
    private volatile long earliestNanos = System.nanoTime();

    /**
     * @param error what was wrong with the file when it was read
     */
    SnapshotWriter(SnapshotFile file, ScheduledExecutorService executor, Optional<String> error) {
        this.file = file;
        this.executor = executor;
        this.error = error;
    }

    /** Why the file is not up to date, if it could not be read or written. */
    Optional<String> error() {
        return error;
    }

    void submit(FleetSnapshot fleet) {
        if (due.getAndSet(fleet) == null) {
            long pause = Math.max(PAUSE.toNanos(), earliestNanos - System.nanoTime());
            executor.schedule(this::flush, pause, TimeUnit.NANOSECONDS);
        }
    }

    /** Writes what is due now. */
    void flush() {
        FleetSnapshot fleet = due.getAndSet(null);
        if (fleet == null) {
            return;
        }
        long begun = System.nanoTime();
        try {
            file.write(fleet);
            long end = System.nanoTime();
            earliestNanos = end + REST * (end - begun);
            if (error.isPresent()) {
                log.info("snapshot file is written again");
            }
            error = Optional.empty();
        } catch (IOException | RuntimeException e) {
            if (error.isEmpty()) {
                log.atWarn()
                        .addKeyValue("error", e.toString())
                        .log("snapshot file cannot be written, serving goes on");
            }
            error = Optional.of(e.toString());
            if (due.compareAndSet(null, fleet) && !executor.isShutdown()) {
                executor.schedule(this::flush, RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
