package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.quarantine.account.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class BackendConfigTest {

    @Test
    void takesItsDefaults() {
        // When
        BackendConfig config = read(BackendConfig::read, "{}");

        // Then
        assertThat(config).isEqualTo(BackendConfig.DEFAULT);
    }

    @Test
    void takesEveryKey() {
        // When
        BackendConfig config =
                read(
                        BackendConfig::read,
                        """
                        connectTimeout: 1s
                        loginTimeout: 4s
                        tcpUserTimeout: 5s
                        breaker: { failures: 9, openFor: 2s }
                        tls: { ca: /ca.pem, certificate: /a.pem, key: /b.pem }
                        rsaKey: /rsa.pem
                        allowClearPasswords: true
                        """);

        // Then
        assertThat(config)
                .isEqualTo(
                        new BackendConfig(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5),
                                new BreakerConfig(9, Duration.ofSeconds(2)),
                                new TlsFiles(
                                        Optional.of(Path.of("/ca.pem")),
                                        Optional.of(Path.of("/a.pem")),
                                        Optional.of(Path.of("/b.pem"))),
                                Optional.of(Path.of("/rsa.pem")),
                                true));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(BackendConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments(
                        "connectTimeout: 11s",
                        "connectTimeout: must not be longer than loginTimeout, which includes it; was 11s and 10s"),
                arguments("connectTimeout: 0s", "connectTimeout: must be longer than 0s"),
                arguments(
                        "loginTimeout: 2d", "loginTimeout: must be longer than 0s and at most 1d"),
                arguments("tcpUserTimeout: soon", "tcpUserTimeout: must be a duration"),
                arguments(
                        "breaker: { failures: 0 }",
                        "breaker.failures: must be a whole number from 1 to 1000"),
                arguments("breaker: { openFor: 0s }", "breaker.openFor: must be longer than 0s"),
                arguments("tls: { certificate: /a.pem }", "tls.key: is required"),
                arguments("tls: { key: /b.pem }", "tls.certificate: is required"),
                arguments("breaker: { openfor: 1s }", "did you mean \"openFor\"?"));
    }
}
