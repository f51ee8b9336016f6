package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Availability.Limit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AvailabilityTest {
    private static final ProjectId NAMED = new ProjectId("p42");
    private static final Map<Intent, String> BY_INTENT =
            Map.of(
                    Intent.ACTIVE, "serve",
                    Intent.CORDONED, "serve",
                    Intent.DRAINING, "finish",
                    Intent.OFFLINE, "refuse");
    private static final Map<Health, String> BY_HEALTH =
            Map.of(
                    Health.HEALTHY, "serve",
                    Health.DEGRADED, "serve",
                    Health.UNKNOWN, "serve",
                    Health.UNREACHABLE, "serve",
                    Health.NO_PRIMARY, "hold");
    private static final Map<ProjectState, String> BY_STATE =
            Map.of(
                    ProjectState.SERVING, "serve",
                    ProjectState.MOVING, "hold",
                    ProjectState.PROVISIONING, "refuse",
                    ProjectState.OFFLINE, "refuse",
                    ProjectState.RESTORING, "refuse",
                    ProjectState.DELETED, "refuse");

    static Stream<Arguments> matrix() {
        return Stream.of(Intent.values())
                .flatMap(
                        intent ->
                                Stream.of(Health.values())
                                        .flatMap(
                                                health ->
                                                        Stream.of(ProjectState.values())
                                                                .map(
                                                                        state ->
                                                                                Arguments.of(
                                                                                        intent,
                                                                                        health,
                                                                                        state))));
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void theStrictestLimitHolds(Intent intent, Health health, ProjectState state) {
        // Given
        String words =
                BY_INTENT.get(intent) + " " + BY_HEALTH.get(health) + " " + BY_STATE.get(state);

        // When
        Limit limit = Availability.of(intent, health, state).limit();

        // Then
        assertThat(Words.of(limit)).isEqualTo(strictest(words));
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, HEALTHY, SERVING, SERVE",
        "DRAINING, DEGRADED, SERVING, CLUSTER_DRAINING",
        "ACTIVE, NO_PRIMARY, SERVING, NO_PRIMARY",
        "ACTIVE, NO_PRIMARY, MOVING, PROJECT_MOVING",
        "DRAINING, NO_PRIMARY, SERVING, DRAINING_WITHOUT_SERVICE",
        "DRAINING, HEALTHY, MOVING, DRAINING_WITHOUT_SERVICE",
        "OFFLINE, NO_PRIMARY, SERVING, CLUSTER_OFFLINE",
        "OFFLINE, HEALTHY, DELETED, PROJECT_DELETED",
        "DRAINING, NO_PRIMARY, OFFLINE, PROJECT_OFFLINE"
    })
    void theReasonIsTheOneThatSaysMost(
            Intent intent, Health health, ProjectState state, Availability expected) {
        // Given a case of the table

        // When
        Availability availability = Availability.of(intent, health, state);

        // Then
        assertThat(availability).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, HEALTHY, SERVING, ALERT, false, SERVE",
        "ACTIVE, HEALTHY, SERVING, CONTAIN, false, PROJECT_DATA_LOSS",
        "ACTIVE, NO_PRIMARY, SERVING, CONTAIN, false, PROJECT_DATA_LOSS",
        "OFFLINE, HEALTHY, SERVING, CONTAIN, false, PROJECT_DATA_LOSS",
        "ACTIVE, HEALTHY, MOVING, CONTAIN, false, PROJECT_DATA_LOSS",
        "ACTIVE, HEALTHY, RESTORING, CONTAIN, false, PROJECT_RESTORING",
        "ACTIVE, HEALTHY, DELETED, OFFLINE, false, PROJECT_DELETED",
        "DRAINING, HEALTHY, SERVING, OFFLINE, false, PROJECT_DATA_LOSS",
        "ACTIVE, HEALTHY, SERVING, CONTAIN, true, PROJECT_DATA_LOSS",
    })
    void anIncidentThatNamesAProjectRefusesIt(
            Intent intent,
            Health health,
            ProjectState state,
            IncidentLimit limit,
            boolean wholeCluster,
            Availability expected) {
        // Given
        ClusterSnapshot cluster = cluster(intent, health, incident(limit, wholeCluster));

        // When
        Availability availability = Availability.of(cluster, NAMED, state);

        // Then
        assertThat(availability).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, HEALTHY, SERVING, CONTAIN, false, SERVE",
        "ACTIVE, HEALTHY, SERVING, CONTAIN, true, CLUSTER_DATA_LOSS",
        "ACTIVE, HEALTHY, SERVING, OFFLINE, false, CLUSTER_DATA_LOSS",
        "ACTIVE, HEALTHY, SERVING, ALERT, true, SERVE",
        "ACTIVE, NO_PRIMARY, MOVING, OFFLINE, false, CLUSTER_DATA_LOSS",
        "DRAINING, HEALTHY, SERVING, OFFLINE, false, CLUSTER_DATA_LOSS",
        "OFFLINE, HEALTHY, SERVING, OFFLINE, false, CLUSTER_OFFLINE",
        "ACTIVE, HEALTHY, PROVISIONING, OFFLINE, false, PROJECT_PROVISIONING",
    })
    void itsNeighboursAreRefusedOnlyWhereTheWholeClusterIs(
            Intent intent,
            Health health,
            ProjectState state,
            IncidentLimit limit,
            boolean wholeCluster,
            Availability expected) {
        // Given
        ClusterSnapshot cluster = cluster(intent, health, incident(limit, wholeCluster));

        // When
        Availability availability = Availability.of(cluster, new ProjectId("neighbour"), state);

        // Then
        assertThat(availability).isEqualTo(expected);
        if (state == ProjectState.SERVING) {
            assertThat(Availability.ofCluster(cluster)).isEqualTo(expected);
        }
    }

    private static ClusterSnapshot cluster(Intent intent, Health health, Incident incident) {
        ClusterDefinition definition =
                new ClusterDefinition(
                        incident.cluster(),
                        Family.MARIADB,
                        List.of(new Instance(new InstanceId("i"), "h", 1)),
                        1,
                        Capacity.UNLIMITED,
                        Map.of(),
                        BackendLink.DEFAULT);
        Optional<Intent> before =
                intent == Intent.ACTIVE ? Optional.empty() : Optional.of(Intent.ACTIVE);
        return new ClusterSnapshot(
                definition,
                new ClusterIntent(
                        intent,
                        "",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        before),
                new Verdict(
                        health,
                        Optional.empty(),
                        List.of(),
                        1,
                        "",
                        List.of(),
                        Optional.empty(),
                        Optional.empty()),
                Containment.of(List.of(incident)));
    }

    private static Incident incident(IncidentLimit limit, boolean wholeCluster) {
        return new Incident(
                new IncidentId("i1"),
                IncidentKind.DATA_LOSS,
                new ClusterId("c1"),
                new IncidentScope(Set.of(NAMED), List.of(), List.of(), wholeCluster),
                limit,
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty(),
                "",
                1,
                -1,
                List.of(),
                Optional.empty());
    }

    /** The rule once more, over words. */
    private static String strictest(String words) {
        if (words.contains("refuse") || (words.contains("finish") && words.contains("hold"))) {
            return "refuse";
        }
        if (words.contains("hold")) {
            return "hold";
        }
        return words.contains("finish") ? "finish" : "serve";
    }
}
