package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.quarantine.PurgePlan.Purge;
import dev.homeport.quarantine.PurgePlan.Reason;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PurgePlanTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");
    private static final Duration RETENTION = Duration.ofDays(3);
    private static final PurgePolicy POLICY = new PurgePolicy(RETENTION, 100, 2, 0.2);

    @Test
    void whatIsOverGoesOldestFirst() {
        // Given
        HeldTable older = held(1, "a", 80, 1);
        HeldTable old = held(2, "b", 72, 1);
        HeldTable young = held(3, "c", 71, 1);

        // Then
        assertThat(plan(young, old, older))
                .containsExactly(new Purge(older, Reason.EXPIRED), new Purge(old, Reason.EXPIRED));
    }

    @Test
    void onlyTheNewestGenerationsStay() {
        // Given
        HeldTable first = held(1, "a", 4, 1);
        HeldTable second = held(2, "a", 3, 1);
        HeldTable third = held(3, "a", 2, 1);
        HeldTable other = held(4, "b", 5, 1);

        // Then
        assertThat(plan(first, second, third, other))
                .containsExactly(new Purge(first, Reason.GENERATIONS));
    }

    @Test
    void aProjectAboveItsQuotaLosesTheOldest() {
        // Given
        HeldTable first = held(1, "a", 4, 50);
        HeldTable second = held(2, "b", 3, 40);
        HeldTable third = held(3, "c", 2, 30);

        // Then
        assertThat(plan(first, second, third)).containsExactly(new Purge(first, Reason.QUOTA));
    }

    @Test
    void aFullDiskTakesTheOldestOfAllProjects() {
        // Given
        HeldTable first = held(1, "a", 4, 10);
        HeldTable second = held(2, "b", 3, 10);

        // When
        List<Purge> purges =
                PurgePlan.of(List.of(second, first), POLICY, new DiskSpace(100, 15), NOW).purges();

        // Then
        assertThat(purges).containsExactly(new Purge(first, Reason.DISK));
    }

    @Test
    void whatGoesAnywayCountsForTheDisk() {
        // Given
        HeldTable over = held(1, "a", 100, 10);
        HeldTable second = held(2, "b", 3, 10);

        // When
        List<Purge> purges =
                PurgePlan.of(List.of(second, over), POLICY, new DiskSpace(100, 15), NOW).purges();

        // Then
        assertThat(purges).containsExactly(new Purge(over, Reason.EXPIRED));
    }

    @Test
    void whatSomebodyKeepsGoesOnlyWhenItsTimeIsOver() {
        // Given
        HeldTable kept = keptUntil(held(1, "a", 100, 500), NOW.plusSeconds(1));
        HeldTable evidence =
                new HeldTable(
                        2,
                        HeldState.HELD,
                        kept.table(),
                        kept.kept(),
                        kept.statement(),
                        kept.project(),
                        kept.tenant(),
                        kept.user(),
                        kept.client(),
                        kept.router(),
                        kept.threadId(),
                        NOW,
                        NOW.plusSeconds(9),
                        0,
                        500,
                        kept.engine(),
                        "",
                        Optional.of(new IncidentId("i1")));

        // Then
        assertThat(plan(kept, evidence)).isEmpty();
    }

    @Test
    void whatWasDroppedLastIsTheNewestWhateverItsTimeSays() {
        // Given: the clock was days behind when the third one was dropped
        HeldTable first = held(1, "a", 4, 50);
        HeldTable second = held(2, "a", 3, 40);
        HeldTable third = held(3, "a", 60, 30);

        // Then
        assertThat(plan(third, second, first))
                .containsExactly(new Purge(first, Reason.GENERATIONS));
    }

    @Test
    void leavesAloneWhatIsNotHeld() {
        // Given
        HeldTable held = held(1, "a", 100, 1);
        HeldTable aside =
                new HeldTable(
                        2,
                        HeldState.ASIDE,
                        held.table(),
                        held.kept(),
                        held.statement(),
                        held.project(),
                        held.tenant(),
                        held.user(),
                        held.client(),
                        held.router(),
                        held.threadId(),
                        held.droppedAt(),
                        held.keepUntil(),
                        0,
                        500,
                        held.engine(),
                        "",
                        Optional.empty());

        // Then
        assertThat(plan(aside)).isEmpty();
    }

    @Test
    void aPolicyThatKeepsNothingIsRefused() {
        assertThatThrownBy(() -> new PurgePolicy(RETENTION, 1, 0, 0.1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PurgePolicy(RETENTION, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PurgePolicy(RETENTION, 1, 1, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Purge> plan(HeldTable... held) {
        return PurgePlan.of(List.of(held), POLICY, DiskSpace.UNKNOWN, NOW).purges();
    }

    private static HeldTable held(long id, String name, int hoursAgo, long bytes) {
        Instant dropped = NOW.minus(Duration.ofHours(hoursAgo));
        return new HeldTable(
                id,
                HeldState.HELD,
                new TableName("app", name),
                Places.kept(Places.QUARANTINE, id),
                StatementClass.DROP_TABLE,
                new ProjectId("p42"),
                Optional.empty(),
                "tenant",
                "192.0.2.1:1",
                "r1",
                7,
                dropped,
                dropped.plus(RETENTION),
                0,
                bytes,
                "InnoDB",
                "",
                Optional.empty());
    }

    private static HeldTable keptUntil(HeldTable table, Instant until) {
        return new HeldTable(
                table.id(),
                table.state(),
                table.table(),
                table.kept(),
                table.statement(),
                table.project(),
                table.tenant(),
                table.user(),
                table.client(),
                table.router(),
                table.threadId(),
                table.droppedAt(),
                until,
                table.rows(),
                table.bytes(),
                table.engine(),
                "somebody wants it",
                Optional.empty());
    }
}
