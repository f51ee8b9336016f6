package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class NetworkConfigTest {

    @Test
    void takesItsDefaults() {
        // When
        NetworkConfig config = read(NetworkConfig::read, "{}");

        // Then
        assertThat(config).isEqualTo(NetworkConfig.DEFAULT);
    }

    @Test
    void takesEveryKey() {
        // When
        NetworkConfig config =
                read(
                        NetworkConfig::read,
                        """
                        transport: io-uring
                        eventLoops: 3
                        """);

        // Then
        assertThat(config).isEqualTo(new NetworkConfig(Transport.IO_URING, 3));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(NetworkConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments(
                        "transport: io_uring",
                        "transport: must be one of auto, io-uring, epoll, nio, was \"io_uring\" (did you mean \"io-uring\"?)"),
                arguments("eventLoops: -1", "eventLoops: must be a whole number from 0 to 1024"),
                arguments("eventloops: 1", "did you mean \"eventLoops\"?"));
    }
}
