package dev.homeport.quarantine;

import dev.homeport.topology.StatementClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Who destroys tables in tests. */
final class Deeds {
    private Deeds() {}

    static Deed drop(long threadId) {
        return of(StatementClass.DROP_TABLE, threadId);
    }

    static Deed of(StatementClass statement, long threadId) {
        return of(statement, threadId, Instant.now());
    }

    /** By the router's clock. */
    static Deed at(Instant time, long threadId) {
        return of(StatementClass.DROP_TABLE, threadId, time);
    }

    private static Deed of(StatementClass statement, long threadId, Instant at) {
        return new Deed(
                statement,
                GuardedSession.PROJECT,
                Optional.of("7"),
                "tenant",
                "192.0.2.1:4711",
                "r1",
                threadId,
                at,
                Duration.ofDays(3),
                "");
    }
}
