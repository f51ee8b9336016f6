package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.router.admission.OnDemandLimits;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PlacementConfigTest {
    @Test
    void takesItsDefaults() {
        assertThat(read(PlacementConfig::read, "{}")).isEqualTo(PlacementConfig.DEFAULT);
    }

    @Test
    void takesEveryKey() {
        // When
        PlacementConfig config =
                read(
                        PlacementConfig::read,
                        "onDemand: { perSecond: 2, perAddressPerMinute: 3, perUserPerMinute: 4 }");

        // Then
        assertThat(config).isEqualTo(new PlacementConfig(new OnDemandLimits(2, 3, 4)));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(PlacementConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments("onDemand: { perSecond: 0 }", "onDemand.perSecond"),
                arguments("onDemand: { perAddressPerMinute: 0 }", "onDemand.perAddressPerMinute"),
                arguments("onDemand: { perUserPerMinute: 1000000 }", "onDemand.perUserPerMinute"),
                arguments("onDemand: { perSeconds: 1 }", "did you mean \"perSecond\"?"),
                arguments("ondemand: {}", "did you mean \"onDemand\"?"));
    }
}
