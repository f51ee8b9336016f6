package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import io.netty.util.NetUtil;
import java.util.Optional;
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
                                Optional.empty()));
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
                        collation: 255
                        project: P1
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
                                255,
                                Optional.of(new ProjectId("p1"))));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(ListenerConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
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
