package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.topology.ProjectId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RoutingConfigTest {
    @Test
    void takesItsDefaults() {
        // When
        RoutingConfig config = read(RoutingConfig::read, "{}");

        // Then
        assertThat(config).isEqualTo(RoutingConfig.DEFAULT);
        assertThat(config.keys())
                .extracting(RouteKeyConfig::kind)
                .containsExactly("user", "attribute", "schema");
    }

    @Test
    void takesEveryKeyInItsOrder() {
        // When
        RoutingConfig config =
                read(
                        RoutingConfig::read,
                        """
                        keys:
                          - { key: listener }
                          - { key: schema, pattern: "app_(?<project>.+)" }
                          - { key: user, separator: "%%" }
                          - { key: attribute, name: _server_host, pattern: "(?<project>.+)\\\\.x" }
                          - { key: default, project: legacy }
                        """);

        // Then: patterns have no equals, their text is what counts
        assertThat(config)
                .hasToString(
                        "RoutingConfig[keys=[Listener[], Schema[pattern=app_(?<project>.+)],"
                                + " User[separator=%%], Attribute[name=_server_host,"
                                + " pattern=(?<project>.+)\\.x], Default[project=legacy]]]");
        assertThat(config.keys())
                .extracting(RouteKeyConfig::kind)
                .containsExactly("listener", "schema", "user", "attribute", "default");
        assertThat(config.has(RouteKeyConfig.Default.class)).isTrue();
        assertThat(config.keys().getLast())
                .isEqualTo(new RouteKeyConfig.Default(new ProjectId("legacy")));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(RoutingConfig::read, yaml)).anyMatch(text -> text.contains(problem));
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                arguments("keys: []", "keys: must have at least one key"),
                arguments("keys: [{}]", "keys[0].key: is required"),
                arguments("keys: [{key: usr}]", "did you mean \"user\"?"),
                arguments("keys: [{key: user, separator: ''}]", "keys[0].separator: must be"),
                arguments("keys: [{key: user, separator: '+a'}]", "keys[0].separator: must be"),
                arguments("keys: [{key: user, separator: 'A'}]", "keys[0].separator: must be"),
                arguments("keys: [{key: user, separator: '-'}]", "keys[0].separator: must be"),
                arguments("keys: [{key: user, project: a}]", "keys[0].project: unknown field"),
                arguments(
                        "keys: [{key: attribute, pattern: '(?<project>.+)'}]",
                        "keys[0].name: is required"),
                arguments(
                        "keys: [{key: attribute, name: '', pattern: '(?<project>.+)'}]",
                        "keys[0].name: must not be empty"),
                arguments("keys: [{key: schema}]", "keys[0].pattern: is required"),
                arguments(
                        "keys: [{key: schema, pattern: '(?<project>.+'}]",
                        "keys[0].pattern: is no regular expression"),
                arguments(
                        "keys: [{key: schema, pattern: '(?<id>.+)'}]",
                        "keys[0].pattern: must have the group (?<project>...)"),
                arguments("keys: [{key: default}]", "keys[0].project: is required"),
                arguments(
                        "keys: [{key: default, project: a}, {key: user}]",
                        "keys: key default always matches, so it must be the last"),
                arguments("keys: [{key: user}, {key: user}]", "keys: key user stands there twice"),
                arguments("conceal: false", "conceal: unknown field"));
    }
}
