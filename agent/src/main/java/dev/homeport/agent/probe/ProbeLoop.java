package dev.homeport.agent.probe;

import dev.homeport.topology.InstanceId;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks one instance again and again, in a thread of its own: a hanging one holds nobody up. */
final class ProbeLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProbeLoop.class);

    /** Is told of every result, in the loop's thread. */
    @FunctionalInterface
    interface Listener {
        void onResult(ProbeResult result, Duration took);
    }

    private final InstanceId instance;
    private final InstanceProbe probe;
    private final Duration interval;
    private final Listener listener;
    private final ScheduledExecutorService thread;
    private volatile boolean isClosed;
    private boolean isBroken; // of the thread only

    ProbeLoop(InstanceId instance, InstanceProbe probe, Duration interval, Listener listener) {
        this.instance = instance;
        this.probe = probe;
        this.interval = interval;
        this.listener = listener;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("probe-" + instance).factory());
    }

    void start() {
        thread.execute(this::ask);
    }

    private void ask() {
        if (isClosed) {
            return;
        }
        long started = System.nanoTime();
        ProbeResult result = result();
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        try {
            listener.onResult(result, took);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("instance", instance).setCause(e).log("probe result lost");
        }
        scheduleNext(took);
    }

    private ProbeResult result() {
        try {
            ProbeResult result = probe.ask();
            isBroken = false;
            return result;
        } catch (RuntimeException e) {
            // The instance said something that nobody expects: it speaks, and cannot be judged.
            if (!isBroken) {
                log.atError().addKeyValue("instance", instance).setCause(e).log("probe failed");
            }
            isBroken = true;
            return new ProbeResult.LockedOut("its answer is not understood");
        }
    }

    /** One interval after the last one started: late ones do not pile up. */
    private void scheduleNext(Duration took) {
        long pause = Math.max(0, interval.minus(took).toNanos());
        try {
            thread.schedule(this::ask, pause, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Closed while it asked.
            log.trace("probe loop ends");
        }
    }

    /** Ends the loop after the question that is under way. Does not wait for that. */
    @Override
    public void close() {
        isClosed = true;
        thread.execute(probe::close);
        thread.shutdown();
    }

    /** Waits for the end, but not longer than that. */
    void awaitEnd(Duration patience) throws InterruptedException {
        boolean ended = thread.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
        log.atDebug().addKeyValue("instance", instance).log(ended ? "probe ended" : "probe hangs");
    }
}
