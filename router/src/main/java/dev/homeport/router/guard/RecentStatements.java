package dev.homeport.router.guard;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/** The last destructive statements that came through this router. Bounded. Thread-safe. */
public final class RecentStatements {
    /** Statements that are kept. */
    public static final int MOST = 10_000;

    private final Deque<RecordedStatement> statements = new ArrayDeque<>();
    private long lastNumber;

    /** Adds one; it gets the next number. */
    synchronized void add(DestructiveAct act, Guard.Outcome outcome, String note, Instant at) {
        statements.addLast(new RecordedStatement(++lastNumber, at, act, outcome, note));
        if (statements.size() > MOST) {
            statements.removeFirst();
        }
    }

    /**
     * Those with a higher number, oldest first.
     *
     * @param after empty for all that are kept
     * @param limit at most so many
     */
    public synchronized List<RecordedStatement> after(OptionalLong after, int limit) {
        return statements.stream()
                .filter(one -> after.isEmpty() || one.number() > after.getAsLong())
                .limit(limit)
                .toList();
    }
}
