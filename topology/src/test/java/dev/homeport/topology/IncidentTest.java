package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IncidentTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final ClusterId C1 = new ClusterId("c1");
    private static final ProjectId P1 = new ProjectId("p1");
    private static final ProjectId P2 = new ProjectId("p2");

    @Test
    void whatIsLimitedFollowsFromTheOpenOnes() {
        // Given
        Incident contain = incident(IncidentLimit.CONTAIN, scope(false, P1));
        Incident closed =
                incident(IncidentLimit.OFFLINE, scope(false, P2))
                        .closed(new Incident.Closing("mia", "done", NOON));
        Incident alert = incident(IncidentLimit.ALERT, scope(true, P2));

        // Then
        assertThat(Containment.of(List.of(closed, alert))).isSameAs(Containment.NONE);
        assertThat(Containment.of(List.of(contain, closed, alert)))
                .isEqualTo(new Containment(false, false, Set.of(P1)));
        assertThat(Containment.of(List.of(incident(IncidentLimit.OFFLINE, scope(false)))))
                .isEqualTo(new Containment(true, false, Set.of()));
        assertThat(Containment.of(List.of(incident(IncidentLimit.CONTAIN, scope(true, P1)))))
                .isEqualTo(new Containment(true, false, Set.of(P1)));
    }

    @Test
    void aScopeIsBoundedAndMoreProjectsThanItNamesAreTheWholeCluster() {
        // Given
        Set<ProjectId> many = new HashSet<>();
        IntStream.rangeClosed(0, IncidentScope.MOST_PROJECTS)
                .forEach(i -> many.add(new ProjectId("p" + i)));

        // When
        IncidentScope scope =
                new IncidentScope(
                        many,
                        Collections.nCopies(500, "t"),
                        Collections.nCopies(500, new TableName("a", "b")),
                        false);

        // Then
        assertThat(scope.wholeCluster()).isTrue();
        assertThat(scope.projects()).hasSize(IncidentScope.MOST_PROJECTS);
        assertThat(scope.tenants()).hasSize(IncidentScope.MOST_TENANTS);
        assertThat(scope.tables()).hasSize(IncidentScope.MOST_TABLES);
        assertThat(scope.covers(new ProjectId("somebody"))).isTrue();
    }

    @Test
    void widerItKeepsWhatWasKnown() {
        // Given
        Incident before = incident(IncidentLimit.CONTAIN, scope(false, P1));

        // When
        Incident after =
                before.widened(
                        more(scope(false, P2), 3, NOON.minusSeconds(9), List.of("seen", "b")));

        // Then
        assertThat(after.scope().projects()).containsExactly(P1, P2);
        assertThat(after.scope().isAtLeast(before.scope())).isTrue();
        assertThat(before.scope().isAtLeast(after.scope())).isFalse();
        assertThat(after.limit()).isEqualTo(IncidentLimit.CONTAIN);
        assertThat(after.tablesLost()).isEqualTo(3);
        assertThat(after.rowsLost()).isEqualTo(5);
        assertThat(after.evidence()).containsExactly("seen", "b");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.opened()).isEqualTo(before.opened());
        assertThat(after.happened()).isEqualTo(NOON.minusSeconds(9));
        assertThat(after.gtidBefore()).contains("0-1-1");
        assertThat(after.actor()).isEqualTo("somebody; another");
        assertThat(after.widened(after)).isEqualTo(after);
    }

    @Test
    void textsAreCutAndClosingTwiceChangesNothing() {
        // Given
        Incident closed =
                incident(IncidentLimit.ALERT, scope(false))
                        .widened(more(scope(false), 0, NOON, List.of("x".repeat(5000))))
                        .closed(new Incident.Closing("mia", "r".repeat(5000), NOON));

        // When
        Incident again = closed.closed(new Incident.Closing("bob", "", NOON));

        // Then
        assertThat(again).isSameAs(closed);
        assertThat(closed.evidence().getLast()).hasSize(Incident.MOST_CHARS);
        assertThat(closed.closing().orElseThrow().reason()).hasSize(Incident.MOST_CHARS);
    }

    @Test
    void idsSortByAge() {
        assertThat(List.of(IncidentId.of(NOON.plusMillis(1), C1, 0), IncidentId.of(NOON, C1, 255)))
                .isSortedAccordingTo(Collections.reverseOrder());
        assertThat(IncidentId.of(NOON, C1, 255).value()).isEqualTo("20260131t120000.000-c1-ff");
        assertThat(IncidentId.of(NOON, new ClusterId("c".repeat(63)), Integer.MIN_VALUE).value())
                .hasSizeLessThanOrEqualTo(95);
    }

    @Test
    void aPictureSaysOfEachClusterWhatItsIncidentsLimit() {
        // Given
        ClusterId c2 = new ClusterId("c2");
        Incident incident = incident(IncidentLimit.CONTAIN, scope(false, P1));

        // When
        FleetSnapshot fleet =
                new FleetSnapshot(
                        Map.of(C1, cluster(C1), c2, cluster(c2)),
                        PlacementMap.EMPTY,
                        PlacementPolicy.DEFAULT,
                        GuardState.DEFAULT,
                        List.of(incident),
                        1,
                        NOON);
        FleetSnapshot after =
                new FleetSnapshot(
                        fleet.clusters(),
                        fleet.placements(),
                        fleet.policy(),
                        fleet.guard(),
                        List.of(),
                        2,
                        NOON);

        // Then
        assertThat(fleet.cluster(C1).orElseThrow().containment().projects()).containsExactly(P1);
        assertThat(fleet.cluster(c2).orElseThrow().containment()).isSameAs(Containment.NONE);
        assertThat(after.cluster(C1).orElseThrow().containment()).isSameAs(Containment.NONE);
    }

    private static ClusterSnapshot cluster(ClusterId id) {
        return new ClusterSnapshot(
                new ClusterDefinition(
                        id,
                        Family.MARIADB,
                        List.of(new Instance(new InstanceId("i"), "h", 1)),
                        1,
                        Capacity.UNLIMITED,
                        Map.of(),
                        BackendLink.DEFAULT),
                ClusterIntent.ACTIVE,
                Verdict.NONE);
    }

    private static IncidentScope scope(boolean wholeCluster, ProjectId... projects) {
        return new IncidentScope(Set.of(projects), List.of(), List.of(), wholeCluster);
    }

    private static Incident more(
            IncidentScope scope, int tables, Instant happened, List<String> evidence) {
        return new Incident(
                new IncidentId("i1"),
                IncidentKind.DATA_LOSS,
                C1,
                scope,
                IncidentLimit.ALERT,
                NOON.plusSeconds(5),
                happened,
                Optional.of("0-1-1"),
                "another",
                tables,
                1,
                evidence,
                Optional.empty());
    }

    private static Incident incident(IncidentLimit limit, IncidentScope scope) {
        return new Incident(
                new IncidentId("i1"),
                IncidentKind.DATA_LOSS,
                C1,
                scope,
                limit,
                NOON,
                NOON,
                Optional.empty(),
                "somebody",
                2,
                5,
                List.of("seen"),
                Optional.empty());
    }
}
