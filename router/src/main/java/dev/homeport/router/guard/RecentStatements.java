package dev.homeport.router.guard;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The last destructive statements that came through this router, those that run among them.
 * Bounded: the oldest is forgotten first, whatever came of it. Thread-safe; reading holds up nobody
 * who adds.
 */
public final class RecentStatements {
    /** Statements that are kept. */
    public static final int MOST = 10_000;

    /** Each at its number, modulo the size. */
    private final AtomicReferenceArray<RecordedStatement> statements =
            new AtomicReferenceArray<>(MOST);

    private volatile long lastNumber;

    /** Adds one that is about to be sent; it gets the next number, which is returned. */
    synchronized long add(DestructiveAct act, GuardDecision decision, Instant now) {
        long number = lastNumber + 1;
        statements.set(
                (int) (number % MOST), RecordedStatement.running(number, now, act, decision));
        lastNumber = number;
        return number;
    }

    /** Says what came of one. Without effect if it is forgotten already, or was done before. */
    synchronized void done(long number, Guard.Outcome outcome, Instant now) {
        int index = (int) (number % MOST);
        RecordedStatement running = statements.get(index);
        if (running != null && running.number() == number && running.outcome().isEmpty()) {
            statements.set(index, running.done(outcome, now));
        }
    }

    /**
     * Those with a higher number, oldest first.
     *
     * @param after empty for all that are kept
     * @param limit at most so many
     */
    public List<RecordedStatement> after(OptionalLong after, int limit) {
        return from(after.orElse(0) + 1).limit(limit).toList();
    }

    /** Those of some connections of an instance, oldest first. */
    public List<RecordedStatement> of(ClusterId cluster, InstanceId instance, Set<Long> threadIds) {
        return from(1).filter(one -> threadIds.contains(one.act().threadId()))
                .filter(one -> one.act().instance().id().equals(instance))
                .filter(one -> one.act().cluster().equals(cluster))
                .toList();
    }

    private Stream<RecordedStatement> from(long number) {
        long last = lastNumber;
        return LongStream.rangeClosed(Math.max(number, last - MOST + 1), last)
                .mapToObj(one -> statements.get((int) (one % MOST)))
                // A newer one may have taken its place meanwhile.
                .filter(one -> one.number() <= last);
    }
}
