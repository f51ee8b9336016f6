package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.router.admission.AdmissionLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LimitsConfigTest {

    @Test
    void takesItsDefaults() {
        // When
        LimitsConfig config = read(LimitsConfig::read, "{}");

        // Then
        assertThat(config).isEqualTo(LimitsConfig.DEFAULT);
    }

    @Test
    void takesEveryKey() {
        // When
        LimitsConfig config =
                read(
                        LimitsConfig::read,
                        """
                        maxConnections: 7
                        maxConnectionsPerAddress: 6
                        maxConnectionsPerProject: 5
                        maxConnectionsPerUser: 4
                        connectsPerSecondPerAddress: 3
                        loginsPerSecondPerProject: 2
                        handshakeTimeout: 500ms
                        idleTimeout: 8h
                        interactiveTimeout: 10m
                        idleTransactionTimeout: 30s
                        maxPacketBytes: 16777216
                        """);

        // Then
        assertThat(config)
                .isEqualTo(
                        new LimitsConfig(
                                new AdmissionLimits(
                                        7,
                                        OptionalInt.of(6),
                                        OptionalInt.of(5),
                                        OptionalInt.of(4),
                                        OptionalInt.of(3),
                                        OptionalInt.of(2)),
                                Duration.ofMillis(500),
                                Optional.of(Duration.ofHours(8)),
                                Optional.of(Duration.ofMinutes(10)),
                                Optional.of(Duration.ofSeconds(30)),
                                OptionalLong.of(16_777_216)));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(LimitsConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments(
                        "maxConnections: 0",
                        "maxConnections: must be a whole number from 1 to 1000000, was 0"),
                arguments("handshakeTimeout: 0s", "handshakeTimeout: must be longer than 0s"),
                arguments("idleTimeout: 500ms", "idleTimeout: must be from 1s to 8760h"),
                arguments("interactiveTimeout: 366d", "interactiveTimeout: must be from 1s to"),
                arguments("idleTransactionTimeout: 10", "must be a duration such as"),
                arguments(
                        "maxPacketBytes: 1000",
                        "maxPacketBytes: must be a whole number from 1024 to 1073741824, was 1000"),
                arguments("maxConnection: 1", "did you mean \"maxConnections\"?"));
    }
}
