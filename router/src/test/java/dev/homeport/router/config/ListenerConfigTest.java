package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import io.netty.util.NetUtil;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ListenerConfigTest {

    @Test
    void takesItsDefaults() {
        // When
        ListenerConfig config = read(ListenerConfig::read, "{}");

        // Then
        assertThat(config)
                .isEqualTo(
                        new ListenerConfig(
                                "main",
                                NetUtil.LOCALHOST4,
                                7306,
                                "5.5.5-10.11.0-MariaDB-homeport",
                                Family.MARIADB,
                                45,
                                Optional.empty(),
                                Set.of(),
                                Optional.empty(),
                                Optional.empty(),
                                OptionalLong.empty()));
    }

    @Test
    void greetsAsServersOfMySqlDo() {
        // When
        ListenerConfig config = read(ListenerConfig::read, "{ family: mysql }");

        // Then
        assertThat(config.serverVersion()).isEqualTo("8.0.36-homeport");
        assertThat(config.collation()).isEqualTo(255);
    }

    @Test
    void takesEveryKey() {
        // When
        ListenerConfig config =
                read(
                        ListenerConfig::read,
                        """
                        name: second
                        bind: "::1"
                        port: 3306
                        serverVersion: 8.4.1
                        family: mysql
                        collation: 46
                        tls: { required: true, certificate: /a.pem, key: /b.pem, clientCa: /c.pem }
                        compression: [zstd, zlib]
                        proxyProtocol: { trusted: [10.0.0.0/8, "2001:db8::1"] }
                        project: P1
                        maxPacketBytes: 1073741824
                        """);

        // Then
        assertThat(config)
                .isEqualTo(
                        new ListenerConfig(
                                "second",
                                NetUtil.LOCALHOST6,
                                3306,
                                "8.4.1",
                                Family.MYSQL,
                                46,
                                Optional.of(
                                        new ListenerTlsConfig(
                                                true,
                                                Path.of("/a.pem"),
                                                Path.of("/b.pem"),
                                                Optional.of(Path.of("/c.pem")))),
                                Set.of(Compression.ZLIB, Compression.ZSTD),
                                Optional.of(
                                        new ProxyProtocolConfig(
                                                List.of(
                                                        Network.parse("10.0.0.0/8"),
                                                        Network.parse("2001:db8::1/128")))),
                                Optional.of(new ProjectId("p1")),
                                OptionalLong.of(1_073_741_824)));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(ListenerConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments("tls: { key: /b.pem }", "tls.certificate: is required"),
                arguments("tls: { certificate: /a.pem }", "tls.key: is required"),
                arguments("tls: { requierd: true }", "did you mean \"required\"?"),
                arguments("maxPacketBytes: 0", "maxPacketBytes: must be a whole number from 1024"),
                arguments(
                        "proxyProtocol: {}",
                        "proxyProtocol.trusted: must name one network at least, such as"
                                + " [10.0.0.0/8]"),
                arguments("proxyProtocol: { trusted: [] }", "must name one network at least"),
                arguments("proxyProtocol: true", "proxyProtocol: must be an object"),
                arguments("proxyProtocol: { trust: [] }", "did you mean \"trusted\"?"),
                arguments(
                        "proxyProtocol: { trusted: [balancer] }",
                        "proxyProtocol.trusted[0]: must be a network such as 10.0.0.0/8"),
                arguments(
                        "proxyProtocol: { trusted: [10.0.0.1/8] }",
                        "proxyProtocol.trusted[0]: must have no bits behind the first 8"),
                arguments(
                        "compression: [gzip]",
                        "compression[0]: must be zlib or zstd, was \"gzip\""),
                arguments("compression: [off]", "compression[0]: must be"),
                arguments("compression: zlib", "compression: must be a list"),
                arguments(
                        "compression: [zlib, zlib]", "compression: must name each algorithm once"),
                arguments("name: Main", "name: must match"),
                arguments("bind: nowhere", "bind: must be an IP address"),
                arguments("port: -1", "port: must be a whole number"),
                arguments("family: oracle", "family: must be one of mariadb, mysql"),
                arguments("serverVersion: MariaDB", "serverVersion: must be a version such as"),
                arguments(
                        "serverVersion: 8.0.36",
                        "serverVersion: must contain \"MariaDB\" if and only if family is mariadb"),
                arguments("collation: 256", "collation: must be a whole number from 1 to 255"),
                arguments("project: _", "project: \"_\" is no project id"),
                arguments("prot: 1", "did you mean \"port\"?"));
    }
}
