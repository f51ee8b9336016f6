package dev.homeport.router.peer;

import dev.homeport.topology.RouterId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** Warnings that would come with every KILL: one a minute is enough. Thread-safe. */
final class Complaints {
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Logger log;
    private final AtomicLong last = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    Complaints(Logger log) {
        this.log = log;
    }

    void about(RouterId router, String what) {
        long before = last.get();
        long now = System.nanoTime();
        if (now - before >= PAUSE_NANOS && last.compareAndSet(before, now)) {
            log.atWarn()
                    .addKeyValue("router", router)
                    .addKeyValue("reason", what)
                    .log("a KILL was answered with 1094 (said once a minute at most)");
        }
    }
}
