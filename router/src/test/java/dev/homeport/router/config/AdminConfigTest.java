package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.util.NetUtil;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AdminConfigTest {

    @Test
    void takesItsDefaults() {
        // When
        AdminConfig config = read(AdminConfig::read, "{}");

        // Then
        assertThat(config).isEqualTo(AdminConfig.DEFAULT);
    }

    @Test
    void takesEveryKey() {
        // When
        AdminConfig config =
                read(
                        AdminConfig::read,
                        """
                        bind: 0.0.0.0
                        port: 0
                        tokensFile: /tokens
                        allowPlaintext: true
                        peerTokenFile: /peers
                        url: https://10.0.0.5:7380
                        tls: { certificate: /cert, key: /key }
                        peerCa: /ca
                        """);

        // Then
        assertThat(config)
                .isEqualTo(
                        new AdminConfig(
                                NetUtil.createInetAddressFromIpAddressString("0.0.0.0"),
                                0,
                                Optional.of(Path.of("/tokens")),
                                true,
                                Optional.of(Path.of("/peers")),
                                Optional.of(URI.create("https://10.0.0.5:7380")),
                                Optional.of(new AdminTlsConfig(Path.of("/cert"), Path.of("/key"))),
                                Optional.of(Path.of("/ca"))));
    }

    @Test
    void mayBeReachedFromElsewhereOverTls() {
        // When
        AdminConfig config =
                read(
                        AdminConfig::read,
                        "{bind: 10.0.0.1, tokensFile: /t, tls: {certificate: /c, key: /k}}");

        // Then
        assertThat(config.allowPlaintext()).isFalse();
        assertThat(config.tls()).isPresent();
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(AdminConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments(
                        "{bind: 10.0.0.1, allowPlaintext: true}",
                        "tokensFile: is required where bind is no loopback address"),
                arguments(
                        "{bind: '::', tokensFile: /t}",
                        "allowPlaintext: must be true where bind is no loopback address"),
                arguments(
                        "{bind: '::', tls: {certificate: /c, key: /k}}",
                        "tokensFile: is required where bind is no loopback address"),
                arguments("tls: {certificate: /c}", "tls.key: is required"),
                arguments("tls: {key: /k}", "tls.certificate: is required"),
                arguments("tls: {certificate: /c, key: /k, ca: /x}", "tls.ca: unknown field"),
                arguments(
                        "{tls: {certificate: /c, key: /k}, url: 'http://h:1'}",
                        "url: must begin with https:// where tls is configured"),
                arguments("bind: localhost", "bind: must be an IP address such as"),
                arguments("url: 'http://h/path'", "url: must be a URL without a path"),
                arguments("url: 'ftp://h:1'", "url: must be a URL without a path"),
                arguments("url: 'http:// h'", "url: Illegal character"),
                arguments("port: 65536", "port: must be a whole number from 0 to 65535"),
                arguments("allowPlaintext: 1", "allowPlaintext: must be true or false"),
                arguments("token: x", "token: unknown field"));
    }
}
