package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.topology.ProjectId;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CommandsConfigTest {
    @Test
    void takesItsDefaults() {
        assertThat(read(CommandsConfig::read, "{}")).isEqualTo(CommandsConfig.DEFAULT);
    }

    @Test
    void takesEveryKey() {
        // When
        CommandsConfig config =
                read(CommandsConfig::read, "replication: { projects: [ cdc1, CDC2 ] }");

        // Then
        assertThat(config)
                .isEqualTo(
                        new CommandsConfig(Set.of(new ProjectId("cdc1"), new ProjectId("cdc2"))));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(CommandsConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments("replication: {}", "replication.projects: is required in the section"),
                arguments(
                        "replication: { projects: cdc1 }", "replication.projects: must be a list"),
                arguments("replication: { projects: [ 'a b' ] }", "is no project id"),
                arguments("replication: { project: [] }", "did you mean \"projects\"?"),
                arguments("replicatoin: {}", "did you mean \"replication\"?"));
    }
}
