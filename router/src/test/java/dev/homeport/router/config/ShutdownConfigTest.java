package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ShutdownConfigTest {

    @Test
    void takesItsDefaults() {
        // When
        ShutdownConfig config = read(ShutdownConfig::read, "{}");

        // Then
        assertThat(config).isEqualTo(ShutdownConfig.DEFAULT);
    }

    @Test
    void takesEveryKey() {
        // When
        ShutdownConfig config =
                read(
                        ShutdownConfig::read,
                        """
                        deadline: 0s
                        """);

        // Then
        assertThat(config).isEqualTo(new ShutdownConfig(Duration.ZERO));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(ShutdownConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments("deadline: 30", "deadline: must be a duration"),
                arguments("deadlien: 1s", "did you mean \"deadline\"?"));
    }
}
