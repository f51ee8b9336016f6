package dev.homeport.conformance.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.conformance.matrix.AuthPlugin;
import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.matrix.Driver;
import dev.homeport.conformance.matrix.Legs;
import dev.homeport.conformance.matrix.ServerKind;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
    private static final Cell CELL =
            new Cell(Driver.MYSQLI, ServerKind.MARIADB, AuthPlugin.NATIVE, Legs.PLAIN);

    @Test
    void findsTheFirstValueThatIsNotTheSame() {
        // When
        Comparison comparison =
                compare(step("errors", "1064", "42000"), step("errors", "1064", "HY000"));

        // Then
        assertThat(comparison.findings())
                .containsExactly("errors, value 2: direct \"42000\", routed \"HY000\"");
        assertThat(comparison.steps()).isZero();
    }

    @Test
    void findsValuesAndStepsThatOnlyOneSideHas() {
        // When
        Comparison comparison =
                compare(step("errors", "a") + step("ping", "b"), step("errors", "a", "c"));

        // Then
        assertThat(comparison.findings())
                .containsExactly(
                        "errors, value 2: direct \"(no more)\", routed \"c\"",
                        "ping: direct Seen[values=[b]], routed nothing");
    }

    @Test
    void countsWhatIsTheSame() {
        // When
        Comparison comparison =
                compare(
                        step("errors", "a") + step("ping", "b"),
                        step("errors", "a") + step("ping", "b"));

        // Then
        assertThat(comparison.findings()).isEmpty();
        assertThat(comparison.accepted()).isEmpty();
        assertThat(comparison.steps()).isEqualTo(2);
    }

    @Test
    void acceptsTheIdOfTheGreeting() {
        assertThat(
                        compare(
                                        step("server_info.connection_id", "true"),
                                        step("server_info.connection_id", "false"))
                                .accepted())
                .containsExactly(Difference.CONNECTION_ID);
    }

    @Test
    void acceptsTheRoutersOwnAttributesAndNoOthers() {
        // Given
        String direct = step("attributes", "_client_name | mysqlnd");

        // Then
        assertThat(
                        compare(
                                        direct,
                                        step(
                                                "attributes",
                                                "_client_name | mysqlnd",
                                                "homeport_project | p1",
                                                "homeport_router | r1"))
                                .accepted())
                .containsExactly(Difference.ATTRIBUTES);
        assertThat(
                        compare(
                                        direct,
                                        step(
                                                "attributes",
                                                "_client_name | another",
                                                "homeport_router | r1"))
                                .findings())
                .hasSize(1);
    }

    @Test
    void acceptsTheTokenOfTheRoutersErrorAndNoOtherText() {
        // Given
        String direct = step("cancel.unknown_id", "1094 Unknown thread id: 7");

        // Then
        assertThat(
                        compare(
                                        direct,
                                        step(
                                                "cancel.unknown_id",
                                                "1094 Unknown thread id: 7 [homeport unknown_thread project=p1]"))
                                .accepted())
                .containsExactly(Difference.OWN_TEXT);
        assertThat(compare(direct, step("cancel.unknown_id", "1227 [homeport refused]")).findings())
                .hasSize(1);
    }

    private static Comparison compare(String direct, String routed) {
        return Comparison.of(CELL, Transcript.parse(direct, 1), Transcript.parse(routed, 2));
    }

    private static String step(String name, String... values) {
        return "{\"step\": \"%s\", \"values\": [\"%s\"]}\n"
                .formatted(name, String.join("\", \"", values));
    }
}
