package dev.homeport.topology.zk;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that do not keep a daemon from ending. */
final class Threads {
    private static final Logger log = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    /** One thread; tasks that come after the shutdown are dropped. */
    static ScheduledExecutorService single(String name) {
        return new ScheduledThreadPoolExecutor(
                1, daemon(name), new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * Runs a last task after what runs already, waits a few seconds for it, and ends the thread.
     */
    static void finish(ScheduledExecutorService executor, Runnable task) {
        if (executor.isShutdown()) {
            return;
        }
        Future<?> last = executor.submit(task);
        try {
            last.get(BlockingCalls.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().addKeyValue("error", e.toString()).log("not finished before the end");
        }
        executor.shutdownNow();
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
