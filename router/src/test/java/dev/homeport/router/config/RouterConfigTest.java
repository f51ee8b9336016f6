package dev.homeport.router.config;

import static dev.homeport.router.config.Reading.problems;
import static dev.homeport.router.config.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.zk.ZooKeeperConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RouterConfigTest {
    private static final String LEAST =
            """
            id: r1
            zookeeper: { connect: "127.0.0.1:2181/homeport" }
            listeners: [ {} ]
            """;

    @TempDir private Path directory;

    @Test
    void takesItsDefaults() {
        // When
        RouterConfig config = read(RouterConfig::read, LEAST);

        // Then
        assertThat(config.snapshotFile()).isEqualTo(RouterConfig.DEFAULT_SNAPSHOT_FILE);
        assertThat(config.routing()).isEqualTo(RoutingConfig.DEFAULT);
        assertThat(config.backend()).isEqualTo(BackendConfig.DEFAULT);
        assertThat(config.limits()).isEqualTo(LimitsConfig.DEFAULT);
        assertThat(config.commands()).isEqualTo(CommandsConfig.DEFAULT);
        assertThat(config.network()).isEqualTo(NetworkConfig.DEFAULT);
        assertThat(config.admin()).isEqualTo(AdminConfig.DEFAULT);
        assertThat(config.provisioning()).isEmpty();
        assertThat(config.guard()).isEmpty();
        assertThat(config.shutdown()).isEqualTo(ShutdownConfig.DEFAULT);
    }

    @Test
    void theExampleShowsTheDefaults() throws ConfigException {
        // Given
        RouterConfig defaults = read(RouterConfig::read, LEAST);

        // When
        RouterConfig example = RouterConfig.load(Path.of("..", "conf", "router.yaml"));

        // Then: as text, because patterns have no equals
        assertThat(example).hasToString(defaults.toString());
    }

    @Test
    void takesEveryKey() {
        // When
        RouterConfig config =
                read(
                        RouterConfig::read,
                        """
                        id: r2
                        zookeeper:
                          connect: "zk1:2181,zk2:2181/fleet"
                          digestFile: /digest
                          sessionTimeout: 10s
                          connectTimeout: 1s
                        snapshotFile: /tmp/picture
                        listeners:
                          - { name: a, port: 3306 }
                          - { name: b, port: 3307, project: p1 }
                        routing: { keys: [ { key: listener } ] }
                        backend: { connectTimeout: 1s }
                        limits: { maxConnections: 5 }
                        commands: { replication: { projects: [ cdc ] } }
                        network: { eventLoops: 2 }
                        admin: { port: 8080 }
                        provisioning: { user: maker, passwordFile: /secret }
                        guard: { user: keeper, passwordFile: /secret2 }
                        shutdown: { deadline: 5s }
                        """);

        // Then
        assertThat(config.id()).isEqualTo(new RouterId("r2"));
        assertThat(config.zookeeper())
                .isEqualTo(
                        new ZooKeeperConfig(
                                "zk1:2181,zk2:2181/fleet",
                                Optional.of(Path.of("/digest")),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(1)));
        assertThat(config.snapshotFile()).isEqualTo(Path.of("/tmp/picture"));
        assertThat(config.listeners()).extracting(ListenerConfig::name).containsExactly("a", "b");
        assertThat(config.listeners().get(1).project()).contains(new ProjectId("p1"));
        assertThat(config.routing().keys()).containsExactly(new RouteKeyConfig.Listener());
        assertThat(config.backend().connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.limits().admission().connections()).isEqualTo(5);
        assertThat(config.commands().replicationProjects()).containsExactly(new ProjectId("cdc"));
        assertThat(config.network().eventLoops()).isEqualTo(2);
        assertThat(config.admin().port()).isEqualTo(8080);
        assertThat(config.provisioning()).map(ServiceAccountConfig::user).contains("maker");
        assertThat(config.guard()).map(ServiceAccountConfig::user).contains("keeper");
        assertThat(config.shutdown().deadline()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @MethodSource
    void namesEachBrokenRule(String yaml, String problem) {
        assertThat(problems(RouterConfig::read, yaml)).contains(problem);
    }

    static Stream<Arguments> namesEachBrokenRule() {
        String start = "id: r1\nzookeeper: { connect: \"zk:2181/h\" }\n";
        return Stream.of(
                arguments("listeners: [ {} ]", "id: is required"),
                arguments("listeners: [ {} ]", "zookeeper: is required"),
                arguments(start, "listeners: must have at least one listener"),
                arguments(
                        start + "listeners: [ {port: 1}, {port: 2} ]",
                        "listeners[1].name: stands there more than once"),
                arguments(
                        start + "listeners: [ {name: a}, {name: b, bind: 0.0.0.0} ]",
                        "listeners[1].port: is taken by another listener, was 7306"),
                arguments(
                        start + "listeners: [ {port: 7380} ]",
                        "admin.port: is taken by another listener, was 7380"),
                arguments(
                        start + "listeners: [ {project: p1} ]",
                        "listeners: a listener names a project, but routing.keys has no key"
                                + " listener that would look at it"));
    }

    @Test
    void letsSeveralListenersTakeFreePorts() {
        // When
        RouterConfig config =
                read(
                        RouterConfig::read,
                        """
                        id: r1
                        zookeeper: { connect: "zk:2181/h" }
                        listeners: [ { name: a, port: 0 }, { name: b, port: 0 } ]
                        admin: { port: 0 }
                        """);

        // Then
        assertThat(config.listeners()).hasSize(2);
    }

    @Test
    void reportsTheProblemsOfAllSectionsAtOnce() throws IOException {
        // Given
        Path file = directory.resolve("router.yaml");
        Files.writeString(
                file,
                """
                id: R1
                zookeeper: { connect: zk }
                listeners: [ { port: x } ]
                backend: { connectTimeout: 20s }
                admin: { bind: 0.0.0.0 }
                shutdwon: {}
                """);

        // When / Then
        assertThatThrownBy(() -> RouterConfig.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("id: ")
                .hasMessageContaining("zookeeper.connect: ")
                .hasMessageContaining("listeners[0].port: ")
                .hasMessageContaining("backend.connectTimeout: ")
                .hasMessageContaining("admin.tokensFile: ")
                .hasMessageContaining("admin.allowPlaintext: ")
                .hasMessageContaining("did you mean \"shutdown\"?");
    }
}
