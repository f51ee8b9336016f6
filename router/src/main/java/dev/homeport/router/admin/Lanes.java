package dev.homeport.router.admin;

import dev.homeport.topology.Words;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of all lanes. An executor here rejects what is too much. */
final class Lanes implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final Map<Lane, ThreadPoolExecutor> executors = new EnumMap<>(Lane.class);

    Lanes() {
        for (Lane lane : Lane.values()) {
            executors.put(lane, open(lane));
        }
    }

    /**
     * The threads of a lane.
     *
     * @throws RejectedExecutionException from its {@code execute}, if too many requests wait
     */
    Executor of(Lane lane) {
        return executors.get(lane);
    }

    /** Lets what runs end for a few seconds, then interrupts it. */
    @Override
    public void close() {
        executors.values().forEach(ThreadPoolExecutor::shutdown);
        try {
            for (ThreadPoolExecutor executor : executors.values()) {
                executor.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executors.values().forEach(ThreadPoolExecutor::shutdownNow);
    }

    private static ThreadPoolExecutor open(Lane lane) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        lane.threads(),
                        lane.threads(),
                        IDLE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        new ArrayBlockingQueue<>(lane.mostWaiting()),
                        Thread.ofPlatform()
                                .daemon()
                                .name("admin-" + Words.of(lane) + "-", 1)
                                .factory());
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
