package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AuditTrailTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SilentLog audit = new SilentLog();
    private final AuditTrail trail = new AuditTrail(audit, new SimpleMeterRegistry());

    @AfterEach
    void close() {
        trail.close();
    }

    @Test
    void whatWasWrittenWithoutAnAnswerIsNotWrittenAgain() {
        // Given
        audit.unanswered = 2;

        // When
        trail.record(entry("a"));
        trail.record(entry("b"));

        // Then
        await().atMost(PATIENCE).until(() -> audit.entries().contains(entry("b")));
        assertThat(audit.entries()).containsExactly(entry("a"), entry("b"));
    }

    @Test
    void whatWaitedBehindOthersIsNotLookedFor() {
        // Given
        audit.unanswered = 1;

        // When
        trail.record(entry("a"));
        trail.record(entry("b"));
        trail.recordLater(entry("c"));

        // Then
        await().atMost(PATIENCE).until(() -> audit.entries().contains(entry("c")));
        assertThat(audit.lookedFor()).containsExactly(entry("a"));
    }

    @Test
    void whoComesBehindOthersFindsTheEntryWhenAnswered() {
        // Given
        audit.unanswered = 1;
        trail.record(entry("a"));

        // When
        trail.record(entry("b"));

        // Then
        assertThat(audit.entries()).containsExactly(entry("a"), entry("b"));
    }

    private static AuditEntry entry(String id) {
        return new AuditEntry(
                Instant.parse("2026-01-31T12:00:00Z"),
                new AuditEntry.Actor("mia", "operator", "10.0.0.9"),
                new RouterId("r1"),
                new AuditEntry.Act(id, "PUT", "/v1/guard", ""),
                "",
                200,
                Map.of());
    }

    /** Writes everything, and says so only after some calls. */
    private static final class SilentLog implements AuditLog {
        private final List<AuditEntry> entries = new ArrayList<>();
        private final List<AuditEntry> lookedFor = new ArrayList<>();
        private int unanswered;

        @Override
        public synchronized long append(AuditEntry entry) throws TopologyException {
            entries.add(entry);
            if (unanswered > 0) {
                unanswered--;
                throw noAnswer();
            }
            return entries.size() - 1L;
        }

        @Override
        public synchronized long appendAgain(AuditEntry entry) throws TopologyException {
            lookedFor.add(entry);
            if (unanswered > 0) {
                unanswered--;
                throw noAnswer();
            }
            return entries.contains(entry) ? entries.indexOf(entry) : append(entry);
        }

        private static TopologyException noAnswer() {
            return TopologyException.inDoubt(
                    new TopologyException(Reason.UNAVAILABLE, "no answer"), "no answer");
        }

        @Override
        public Page page(Predicate<AuditEntry> wanted, OptionalLong before, int limit) {
            throw new UnsupportedOperationException();
        }

        synchronized List<AuditEntry> entries() {
            return List.copyOf(entries);
        }

        synchronized List<AuditEntry> lookedFor() {
            return List.copyOf(lookedFor);
        }
    }
}
