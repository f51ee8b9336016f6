package dev.homeport.agent.watch.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Extent;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.Signal.Standing;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LossJudgeTest {
    private static final Instant T0 = Instant.parse("2026-11-14T12:00:00Z");
    private static final WatchPolicy POLICY = WatchPolicy.DEFAULT;
    private static final ClusterId C1 = new ClusterId("c1");

    private final Map<Optional<ProjectId>, Totals> totals = new HashMap<>();
    private WatchState state =
            WatchState.of(C1, project -> totals.getOrDefault(project, new Totals(100, 1_000_000)));
    private int sequence;

    private static Optional<ProjectId> project(String id) {
        return id.isEmpty() ? Optional.empty() : Optional.of(new ProjectId(id));
    }

    /** One more event, a transaction of its own. */
    private Destroyed event(
            String project, int tables, long rows, Extent extent, Standing standing, int second) {
        sequence++;
        return new Destroyed(
                project(project),
                List.of(),
                IntStream.range(0, tables)
                        .mapToObj(i -> new TableName("s", "t" + sequence + "_" + i))
                        .toList(),
                tables,
                rows,
                extent,
                standing,
                T0.plusSeconds(second),
                "0-1-" + sequence,
                Optional.of("0-1-" + (sequence - 1)),
                "not through a router",
                "event " + sequence);
    }

    private Destroyed drop(String project, int tables, int second) {
        return event(project, tables, 10, Extent.TABLES, Standing.UNANNOUNCED, second);
    }

    private static Hint hint(String project, Hint.Kind kind, long rows, int second) {
        return new Hint(
                project(project),
                kind,
                List.of(),
                rows,
                T0.plusSeconds(second),
                Optional.empty(),
                "hint " + kind);
    }

    private List<LossFinding> see(Signal... signals) {
        List<Signal> fresh = List.of(signals);
        Instant now = fresh.getLast().at();
        List<LossFinding> findings = LossJudge.judge(state, fresh, POLICY, now);
        state = state.after(fresh, findings, POLICY, now);
        return findings;
    }

    static Stream<Arguments> single() {
        return Stream.of(
                // tables, rows, extent, standing, the project's other tables and rows, expected
                Arguments.of(1, 10, Extent.TABLES, Standing.UNANNOUNCED, 100, 1_000_000, "ALERT"),
                Arguments.of(2, 10, Extent.TABLES, Standing.UNANNOUNCED, 100, 1_000_000, "LOSS"),
                Arguments.of(1, 10, Extent.TABLES, Standing.UNANNOUNCED, 9, 1_000_000, "LOSS"),
                Arguments.of(1, 10, Extent.TABLES, Standing.UNANNOUNCED, 10, 1_000_000, "ALERT"),
                Arguments.of(1, 10, Extent.TABLES, Standing.UNANNOUNCED, 0, 0, "LOSS"),
                Arguments.of(1, 10, Extent.TABLES, Standing.UNANNOUNCED, -1, -1, "ALERT"),
                Arguments.of(2, -1, Extent.TABLES, Standing.UNANNOUNCED, -1, -1, "LOSS"),
                Arguments.of(1, 200_000, Extent.TABLES, Standing.UNANNOUNCED, 100, 800_000, "LOSS"),
                Arguments.of(1, 99_000, Extent.TABLES, Standing.UNANNOUNCED, 100, 901_000, "ALERT"),
                // too few rows for a share to mean anything
                Arguments.of(1, 999, Extent.TABLES, Standing.UNANNOUNCED, 100, 0, "ALERT"),
                Arguments.of(1, 10, Extent.COLUMNS, Standing.UNANNOUNCED, 100, 1_000_000, "ALERT"),
                Arguments.of(1, -1, Extent.PARTITIONS, Standing.UNANNOUNCED, 100, 1000, "NONE"),
                Arguments.of(
                        1, 50_000, Extent.PARTITIONS, Standing.UNANNOUNCED, 9, 1_000_000, "NONE"),
                Arguments.of(
                        1, 500_000, Extent.PARTITIONS, Standing.UNANNOUNCED, 9, 900_000, "ALERT"),
                Arguments.of(
                        1, 900_000, Extent.PARTITIONS, Standing.UNANNOUNCED, 9, 900_000, "LOSS"),
                Arguments.of(100, 900_000, Extent.TABLES, Standing.ALLOWED, 0, 0, "NONE"),
                Arguments.of(101, 900_000, Extent.TABLES, Standing.ALLOWED, 0, 0, "LOSS"),
                Arguments.of(1, 10, Extent.COLUMNS, Standing.ALLOWED, 0, 0, "NONE"));
    }

    @ParameterizedTest
    @MethodSource("single")
    void judgesOneEvent(
            int tables,
            long rows,
            Extent extent,
            Standing standing,
            long otherTables,
            long otherRows,
            String expected) {
        // Given
        totals.put(project("p1"), new Totals(otherTables, otherRows));

        // When
        List<LossFinding> findings = see(event("p1", tables, rows, extent, standing, 0));

        // Then
        assertThat(findings.stream().map(one -> one.severity().name()).findFirst().orElse("NONE"))
                .isEqualTo(expected);
    }

    static Stream<Arguments> hints() {
        return Stream.of(
                Arguments.of(List.of(Hint.Kind.COLLAPSE), "NONE"),
                Arguments.of(List.of(Hint.Kind.ERROR_1146), "NONE"),
                Arguments.of(List.of(Hint.Kind.ROWS_DELETED), "ALERT"),
                Arguments.of(List.of(Hint.Kind.MISSING_AFTER_GAP), "ALERT"),
                Arguments.of(List.of(Hint.Kind.COLLAPSE, Hint.Kind.COLLAPSE), "NONE"),
                Arguments.of(List.of(Hint.Kind.COLLAPSE, Hint.Kind.ERROR_1146), "LOSS"),
                Arguments.of(List.of(Hint.Kind.COLLAPSE, Hint.Kind.ROWS_DELETED), "ALERT"),
                Arguments.of(List.of(Hint.Kind.ERROR_1146, Hint.Kind.ROWS_DELETED), "LOSS"),
                Arguments.of(List.of(Hint.Kind.MISSING_AFTER_GAP, Hint.Kind.ERROR_1146), "LOSS"));
    }

    @ParameterizedTest
    @MethodSource("hints")
    void oneHintProvesNothingAndTwoDifferentOnesDo(List<Hint.Kind> kinds, String expected) {
        // When
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < kinds.size(); i++) {
            see(hint("p1", kinds.get(i), 150_000, i))
                    .forEach(one -> seen.add(one.severity().name()));
        }

        // Then
        assertThat(seen.contains("LOSS") ? "LOSS" : seen.contains("ALERT") ? "ALERT" : "NONE")
                .isEqualTo(expected);
    }

    @Test
    void aDropWithAHintIsALoss() {
        // When
        see(hint("p1", Hint.Kind.ERROR_1146, -1, 0));
        List<LossFinding> findings = see(drop("p1", 1, 1));

        // Then
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().severity()).isEqualTo(Severity.LOSS);
        assertThat(findings.getFirst().evidence()).contains("event 1", "hint ERROR_1146");
    }

    @Test
    void hintsOfLongAgoAreForgotten() {
        // When
        see(hint("p1", Hint.Kind.ERROR_1146, -1, 0));

        // Then
        assertThat(see(hint("p1", Hint.Kind.COLLAPSE, -1, 121))).isEmpty();
    }

    @Test
    void halfOfTheRowsDeletedOneByOneAreALoss() {
        // When
        List<LossFinding> findings = see(hint("p1", Hint.Kind.ROWS_DELETED, 500_000, 0));

        // Then
        assertThat(findings.getFirst().severity()).isEqualTo(Severity.LOSS);
        assertThat(findings.getFirst().rowsLost()).isEqualTo(500_000);
    }

    @Test
    void theCanaryAloneIsAnAlertAndWithAProjectsHintALossOfThatProject() {
        // When
        List<LossFinding> alone = see(hint("", Hint.Kind.CANARY, -1, 0));
        List<LossFinding> again = see(hint("", Hint.Kind.CANARY, -1, 5));
        List<LossFinding> both = see(hint("p1", Hint.Kind.ERROR_1146, -1, 10));

        // Then
        assertThat(alone).extracting(LossFinding::severity).containsExactly(Severity.ALERT);
        assertThat(alone.getFirst().wholeCluster()).isFalse();
        assertThat(again).hasSizeLessThanOrEqualTo(1);
        assertThat(both).extracting(LossFinding::severity).containsExactly(Severity.LOSS);
        assertThat(both.getFirst().projects()).containsExactly(new ProjectId("p1"));
    }

    @Test
    void twoTablesWithinTheWindowAreOneLossThatGoesOnFromTheAlert() {
        // When
        LossFinding alert = see(drop("p1", 1, 0)).getFirst();
        LossFinding loss = see(drop("p1", 1, 59)).getFirst();

        // Then
        assertThat(alert.severity()).isEqualTo(Severity.ALERT);
        assertThat(loss.severity()).isEqualTo(Severity.LOSS);
        assertThat(loss.id()).isEqualTo(alert.id());
        assertThat(loss.id().value()).matches("c1-20261114t120000z-[0-9a-f]{8}");
        assertThat(loss.gtidBefore()).contains("0-1-0");
        assertThat(loss.happened()).isEqualTo(T0);
        assertThat(loss.tablesLost()).isEqualTo(2);
        assertThat(loss.tables()).hasSize(2);
        assertThat(loss.actor()).isEqualTo("not through a router");
    }

    @Test
    void whatComesInTheSameSecondComesTogether() {
        // When
        see(drop("p1", 1, 0));
        List<LossFinding> loss = see(drop("p1", 1, 0));

        // Then
        assertThat(loss).extracting(LossFinding::severity).containsExactly(Severity.LOSS);
    }

    @Test
    void aClockThatIsBehindAfterAFailoverHidesNothing() {
        // When
        see(drop("p1", 1, 10));
        List<LossFinding> loss = see(drop("p1", 1, 5));

        // Then
        assertThat(loss).extracting(LossFinding::severity).containsExactly(Severity.LOSS);
    }

    @Test
    void twoTablesFurtherApartAreTwoAlerts() {
        // When
        see(drop("p1", 1, 0));
        List<LossFinding> later = see(drop("p1", 1, 60));

        // Then
        assertThat(later).extracting(LossFinding::severity).containsExactly(Severity.ALERT);
        assertThat(later.getFirst().tablesLost()).isEqualTo(2);
    }

    @Test
    void whatComesMuchLaterIsAnotherIncidentBecauseARestoreGoesElsewhere() {
        // When
        LossFinding first = see(drop("p1", 2, 0)).getFirst();
        LossFinding second = see(drop("p1", 2, 601)).getFirst();

        // Then
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.gtidBefore()).contains("0-1-1");
        assertThat(second.tablesLost()).isEqualTo(2);
    }

    @Test
    void oneMistakeThatHitsSeveralProjectsIsOneIncident() {
        // When
        LossFinding first = see(drop("p1", 2, 0)).getFirst();
        List<LossFinding> more = see(drop("p2", 3, 1), drop("p3", 4, 2));

        // Then
        assertThat(more).hasSize(1);
        assertThat(more.getFirst().id()).isEqualTo(first.id());
        assertThat(more.getFirst().tablesLost()).isEqualTo(9);
        assertThat(more.getFirst().projects())
                .containsExactly(new ProjectId("p1"), new ProjectId("p2"), new ProjectId("p3"));
    }

    @Test
    void anAlertNeverJoinsTheLossOfAnother() {
        // When
        LossFinding loss = see(drop("p1", 2, 0)).getFirst();
        LossFinding alert = see(drop("p2", 1, 1)).getFirst();

        // Then
        assertThat(alert.id()).isNotEqualTo(loss.id());
        assertThat(alert.severity()).isEqualTo(Severity.ALERT);
        assertThat(alert.projects()).containsExactly(new ProjectId("p2"));
    }

    @Test
    void oneTableOfEachOfManyProjectsIsALoss() {
        // When
        List<LossFinding> last = List.of();
        for (int i = 0; i < 12; i++) {
            last = see(drop("p" + i, 1, i));
        }

        // Then
        LossFinding loss = last.getFirst();
        assertThat(loss.severity()).isEqualTo(Severity.LOSS);
        assertThat(loss.projects()).hasSize(12);
        assertThat(loss.tablesLost()).isEqualTo(12);
        assertThat(loss.gtidBefore()).contains("0-1-0");
        assertThat(state.open().values().stream().filter(one -> one.severity() == Severity.LOSS))
                .hasSize(1);
    }

    @Test
    void tablesOfNobodyConcernTheWholeCluster() {
        // When
        LossFinding alert = see(drop("", 2, 0)).getFirst();
        LossFinding loss = see(drop("", 8, 1)).getFirst();

        // Then
        assertThat(alert.severity()).isEqualTo(Severity.ALERT);
        assertThat(loss.severity()).isEqualTo(Severity.LOSS);
        assertThat(loss.wholeCluster()).isTrue();
        assertThat(loss.projects()).isEmpty();
    }

    @Test
    void whatWasClosedDoesNotCountAgain() {
        // Given
        LossFinding alert = see(drop("p1", 1, 0)).getFirst();

        // When
        state = state.closed(alert.id());
        List<LossFinding> later = see(drop("p1", 1, 10));

        // Then
        assertThat(later).extracting(LossFinding::severity).containsExactly(Severity.ALERT);
        assertThat(later.getFirst().id()).isNotEqualTo(alert.id());
        assertThat(later.getFirst().tablesLost()).isEqualTo(1);
    }

    @Test
    void nothingIsSaidTwice() {
        // Given
        see(drop("p1", 5, 0));

        // When
        List<LossFinding> nothing = LossJudge.judge(state, List.of(), POLICY, T0.plusSeconds(1));

        // Then
        assertThat(nothing).isEmpty();
    }

    @Test
    void anIncidentIsBoundedAndCountsAll() {
        // When
        LossFinding loss = null;
        for (int i = 0; i < 30; i++) {
            loss = see(drop("p1", 50, i)).getFirst();
        }

        // Then
        assertThat(loss.tablesLost()).isEqualTo(1500);
        assertThat(loss.tables()).hasSize(200);
        assertThat(loss.evidence().size()).isLessThanOrEqualTo(Incident.MOST_EVIDENCE);
        Incident incident = loss.incident(C1, IncidentLimit.CONTAIN, T0);
        assertThat(incident.limit()).isEqualTo(IncidentLimit.CONTAIN);
        assertThat(incident.tablesLost()).isEqualTo(1500);
    }

    @Test
    void whatIsReadLateIsJudgedByItsOwnTime() {
        // Given: an agent that was away for a day
        Instant now = T0.plus(Duration.ofDays(1));
        List<Signal> fresh =
                List.of(
                        drop("p1", 1, 0),
                        drop("p1", 1, 300),
                        drop("p2", 1, 400),
                        drop("p2", 1, 410));

        // When
        List<LossFinding> findings = LossJudge.judge(state, fresh, POLICY, now);

        // Then
        assertThat(findings)
                .extracting(LossFinding::severity)
                .containsExactlyInAnyOrder(Severity.ALERT, Severity.LOSS);
    }

    /**
     * However events are cut into portions: no table that nobody announced is missed or counted
     * twice, and the ids are the same.
     */
    @Test
    void portionsDoNotMatter() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            // Given
            sequence = 0;
            List<Signal> all = new ArrayList<>();
            int second = 0;
            int tables = 0;
            for (int i = 0; i < 40; i++) {
                second += random.nextInt(30);
                int count = 1 + random.nextInt(3);
                boolean allowed = random.nextInt(4) == 0;
                all.add(
                        event(
                                "p" + random.nextInt(4),
                                count,
                                10,
                                Extent.TABLES,
                                allowed ? Standing.ALLOWED : Standing.UNANNOUNCED,
                                second));
                tables += allowed ? 0 : count;
            }
            // When
            state = WatchState.of(C1, project -> new Totals(100, 1_000_000));
            Map<IncidentId, LossFinding> told = new HashMap<>();
            for (int i = 0; i < all.size(); ) {
                int portion = Math.min(all.size() - i, 1 + random.nextInt(2));
                see(all.subList(i, i + portion).toArray(Signal[]::new))
                        .forEach(finding -> told.put(finding.id(), finding));
                i += portion;
            }
            // Then
            assertThat(
                            told.values().stream()
                                    .filter(one -> one.severity() == Severity.LOSS)
                                    .mapToInt(LossFinding::tablesLost)
                                    .sum())
                    .isLessThanOrEqualTo(tables);
            Set<TableName> named = new HashSet<>();
            told.values().forEach(one -> named.addAll(one.tables()));
            assertThat(named).hasSize(tables);
            assertThat(lostBy(told.values())).containsAll(lost(all));
        }
    }

    private static Set<TableName> lostBy(java.util.Collection<LossFinding> findings) {
        Set<TableName> lost = new HashSet<>();
        findings.stream()
                .filter(one -> one.severity() == Severity.LOSS)
                .forEach(one -> lost.addAll(one.tables()));
        return lost;
    }

    /** By the plainest reading of the rule: those that go within a minute of another one. */
    private static Set<TableName> lost(List<Signal> all) {
        Set<TableName> lost = new HashSet<>();
        for (Signal one : all) {
            for (Signal other : all) {
                boolean areTogether =
                        one.project().equals(other.project())
                                && Duration.between(one.at(), other.at())
                                                .abs()
                                                .compareTo(POLICY.window())
                                        < 0;
                if (one instanceof Destroyed first
                        && other instanceof Destroyed second
                        && first.standing() == Standing.UNANNOUNCED
                        && second.standing() == Standing.UNANNOUNCED
                        && areTogether
                        && (!first.equals(second) || first.tableCount() > 1)) {
                    lost.addAll(first.tables());
                }
            }
        }
        return lost;
    }
}
