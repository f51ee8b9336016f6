package dev.homeport.router.admin;

import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.TopologyException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings entries into the fleet's audit. One that ZooKeeper does not take waits in memory and is
 * written later, in order; an entry is written once, waits, or is counted as lost, and stands in
 * the router's log in any case. Thread-safe.
 *
 * @see <a href="../../../../../../../../docs/decisions/0013-audit.md">decisions/0013</a>
 */
final class AuditTrail implements AutoCloseable {
    /** So many entries wait at most while ZooKeeper is away. */
    static final int MOST_WAITING = 1000;

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    private final AuditLog audit;
    private final Queue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

    /** The next round of writing, if one is to come that has not begun. */
    private Optional<CompletableFuture<Void>> due = Optional.empty();

    private final Counter lost;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("admin-audit").factory());

    /** An entry, and whether it may stand already: an attempt was made and not answered. */
    private static final class Waiting {
        private final AuditEntry entry;
        private volatile boolean mayStand;

        Waiting(AuditEntry entry) {
            this.entry = entry;
        }
    }

    AuditTrail(AuditLog audit, MeterRegistry meters) {
        this.audit = audit;
        this.lost = Counter.builder("router.audit.lost").register(meters);
        Gauge.builder("router.audit.waiting", waiting, Queue::size).register(meters);
        executor.scheduleWithFixedDelay(
                this::writeWaiting, RETRY.toMillis(), RETRY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Writes an entry before the caller is answered: who sees that it was done finds the entry. */
    void record(AuditEntry entry) {
        if (!waiting.isEmpty()) {
            // Behind those that came before it, which may be written by now as well.
            keep(new Waiting(entry));
            awaitWriting();
            return;
        }
        var one = new Waiting(entry);
        try {
            append(one);
        } catch (TopologyException e) {
            keep(one);
        }
    }

    /** For what nobody knows whether it was carried out: ZooKeeper has just been away. */
    void recordLater(AuditEntry entry) {
        keep(new Waiting(entry));
        write();
    }

    /** Of all that waits now; who asks before it has begun shares it. */
    private synchronized CompletableFuture<Void> write() {
        if (due.isEmpty()) {
            var written = new CompletableFuture<Void>();
            due = Optional.of(written);
            try {
                executor.execute(
                        () -> {
                            begin();
                            writeWaiting();
                            written.complete(null);
                        });
            } catch (RejectedExecutionException e) {
                written.complete(null);
                LOG.atDebug().log("closed: what waits is tried once more at the end");
            }
        }
        return due.get();
    }

    private synchronized void begin() {
        due = Optional.empty();
    }

    private void awaitWriting() {
        try {
            write().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.atDebug().log("an audit entry goes on waiting");
        }
    }

    private void keep(Waiting one) {
        if (!waiting.offer(one)) {
            lose(one.entry, "too many are waiting");
        }
    }

    private void append(Waiting one) throws TopologyException {
        try {
            if (one.mayStand) {
                audit.appendAgain(one.entry);
            } else {
                audit.append(one.entry);
            }
        } catch (TopologyException e) {
            if (e.reason() == TopologyException.Reason.UNAVAILABLE) {
                one.mayStand |= e.isInDoubt();
                throw e;
            }
            lose(one.entry, e.getMessage());
        }
    }

    private void lose(AuditEntry entry, String why) {
        lost.increment();
        LOG.atWarn()
                .addKeyValue("id", entry.act().id())
                .addKeyValue("error", why)
                .log("an entry does not come into the audit; it stands in this log only");
    }

    private void writeWaiting() {
        try {
            for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
                append(next);
                waiting.remove();
            }
        } catch (TopologyException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("audit entries go on waiting");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("bug in the audit");
        }
    }

    /** Tries once more to write what waits, for a few seconds at most. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            } else {
                writeWaiting();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiting.forEach(one -> lose(one.entry, "the router stops"));
    }
}
