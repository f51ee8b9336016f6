package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Availability.Limit;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AvailabilityTest {
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
