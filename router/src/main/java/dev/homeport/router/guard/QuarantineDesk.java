package dev.homeport.router.guard;

import dev.homeport.quarantine.Quarantine;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.Instance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Lets the quarantines of instances work, which block: on threads of their own, a bounded number at
 * once for each instance, so that one that hangs takes nothing from the others. Thread-safe.
 */
final class QuarantineDesk {
    /** Statements of one instance that are looked after at once. */
    static final int MOST_AT_ONCE = 8;

    /** Statements of one instance that may wait for those. */
    private static final int MOST_WAITING = 256;

    private static final Duration MOST_WAIT = Duration.ofSeconds(10);

    private final Function<Instance, Quarantine> quarantines;
    private final Executor blocking;
    private final ConcurrentMap<Instance, Desk> desks = new ConcurrentHashMap<>();

    private record Desk(Quarantine quarantine, Semaphore working, Semaphore present) {}

    /** Something that blocks. */
    @FunctionalInterface
    interface Work<T> {
        T with(Quarantine quarantine) throws QuarantineException;
    }

    /**
     * @param blocking a thread for each task
     */
    QuarantineDesk(Function<Instance, Quarantine> quarantines, Executor blocking) {
        this.quarantines = quarantines;
        this.blocking = blocking;
    }

    /** Does it soon; fails with {@link QuarantineException}. */
    <T> CompletableFuture<T> ask(Instance instance, Work<T> work) {
        Desk desk =
                desks.computeIfAbsent(
                        instance,
                        key ->
                                new Desk(
                                        quarantines.apply(key),
                                        new Semaphore(MOST_AT_ONCE, true),
                                        new Semaphore(MOST_AT_ONCE + MOST_WAITING)));
        if (!desk.present.tryAcquire()) {
            return CompletableFuture.failedFuture(busy());
        }
        CompletableFuture<T> result =
                CompletableFuture.supplyAsync(() -> done(desk, work), blocking);
        return result.whenComplete((value, thrown) -> desk.present.release());
    }

    private static <T> T done(Desk desk, Work<T> work) {
        try {
            if (!desk.working.tryAcquire(MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CompletionException(busy());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(busy());
        }
        try {
            return work.with(desk.quarantine);
        } catch (QuarantineException e) {
            throw new CompletionException(e);
        } finally {
            desk.working.release();
        }
    }

    private static QuarantineException busy() {
        return new QuarantineException(
                Reason.UNREACHABLE, "too many such statements run on the instance at once");
    }
}
