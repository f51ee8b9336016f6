package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ServiceAccountConfigTest {

    @Test
    void takesItsDefaults() {
        // When
        ServiceAccountConfig config =
                read(ServiceAccountConfig::read, "{user: u, passwordFile: /p}");

        // Then
        assertThat(config)
                .isEqualTo(
                        new ServiceAccountConfig(
                                "u", Path.of("/p"), Duration.ofSeconds(3), Duration.ofSeconds(30)));
    }

    @Test
    void takesEveryKey() {
        // When
        ServiceAccountConfig config =
                read(
                        ServiceAccountConfig::read,
                        """
                        user: maker
                        passwordFile: /secret
                        connectTimeout: 1s
                        statementTimeout: 2s
                        """);

        // Then
        assertThat(config)
                .isEqualTo(
                        new ServiceAccountConfig(
                                "maker",
                                Path.of("/secret"),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(ServiceAccountConfig::read, yaml))
                .anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments("passwordFile: /p", "user: is required"),
                arguments("user: u", "passwordFile: is required"),
                arguments("{user: ' ', passwordFile: /p}", "user: must not be empty"),
                arguments(
                        "{user: u, passwordFile: /p, connectTimeout: 0s}",
                        "connectTimeout: must be longer"),
                arguments(
                        "{user: u, passwordFile: /p, statementTimeout: 0s}",
                        "statementTimeout: must be longer"),
                arguments("{user: u, password: secret}", "password: unknown field"));
    }
}
