package dev.homeport.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.zk.ZooKeeperConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AgentConfigTest {
    private static final Path EXAMPLE = Path.of("../conf/agent.yaml");
    private static final String SMALLEST =
            """
            id: a1
            cluster: c1
            zookeeper: { connect: "zk1:2181/homeport" }
            probe: { passwordFile: PASSWORD }
            """;

    @TempDir Path directory;

    private Path passwordFile;

    @BeforeEach
    void makeSecret() throws IOException {
        passwordFile = Files.writeString(directory.resolve("password"), "open sesame\n");
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void hasDefaultsForEverythingThatCanHaveOne() throws Exception {
        // When
        AgentConfig config = read(SMALLEST);

        // Then
        assertThat(config)
                .isEqualTo(
                        new AgentConfig(
                                new AgentId("a1"),
                                new ClusterId("c1"),
                                new ZooKeeperConfig(
                                        "zk1:2181/homeport",
                                        Optional.empty(),
                                        Duration.ofSeconds(6),
                                        Duration.ofSeconds(3)),
                                TlsFiles.NONE,
                                new ProbeConfig(
                                        "homeport_agent",
                                        new Secret("open sesame"),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(2),
                                        3,
                                        Duration.ofSeconds(10)),
                                new WatchConfig(
                                        true,
                                        Duration.ofMinutes(1),
                                        Path.of("/var/lib/homeport-agent/inventory.gz"),
                                        new WatchConfig.Ownership(
                                                "(?<project>.+)",
                                                Optional.empty(),
                                                Optional.empty()),
                                        new WatchConfig.Limits(
                                                Duration.ofMinutes(1),
                                                2,
                                                10,
                                                50,
                                                1000,
                                                100,
                                                10,
                                                50),
                                        Optional.empty(),
                                        Optional.empty()),
                                RoutersConfig.DEFAULT,
                                new AdminConfig("127.0.0.1", 7480),
                                Optional.empty()));
    }

    @Test
    void takesEveryKey() throws Exception {
        // When
        AgentConfig config =
                read(
                        """
                        id: a2
                        cluster: fra1-02
                        zookeeper:
                          connect: "zk1:2181,zk2:2181/other"
                          digestFile: /etc/digest
                          sessionTimeout: 9s
                          connectTimeout: 1s
                        tls:
                          ca: /etc/ca.pem
                          certificate: /etc/cert.pem
                          key: /etc/key.pem
                        probe:
                          user: watcher
                          passwordFile: PASSWORD
                          interval: 500ms
                          timeout: 1s
                          failures: 5
                          lagLimit: 1m
                        watch:
                          enabled: false
                          inventoryInterval: 5m
                          inventoryFile: /tmp/inventory
                          ownership:
                            schema: "project_(?<project>.+)"
                            table: "^(?<project>[a-z]+)__"
                            tenant: "_(?<tenant>[0-9]+)_"
                          limits:
                            window: 2m
                            tables: 3
                            sharePercent: 20
                            deletedSharePercent: 60
                            minRows: 10
                            allowedTables: 0
                            clusterTables: 20
                            errors: 7
                          canary:
                            address: "[::1]:7306"
                            user: app+canary
                            passwordFile: PASSWORD
                            schema: canary
                            tls: verify-identity
                            interval: 10s
                          webhook:
                            url: https://alerts.example.com/hook
                            secretFile: PASSWORD
                            timeout: 2s
                            giveUpAfter: 1d
                        routers: { tokenFile: PASSWORD }
                        admin: { bind: "::1", port: 17480 }
                        quarantine:
                          user: keeper
                          passwordFile: PASSWORD
                          timeout: 2m
                          disks: { c1-1: /var/lib/mysql }
                        """);

        // Then
        assertThat(config)
                .isEqualTo(
                        new AgentConfig(
                                new AgentId("a2"),
                                new ClusterId("fra1-02"),
                                new ZooKeeperConfig(
                                        "zk1:2181,zk2:2181/other",
                                        Optional.of(Path.of("/etc/digest")),
                                        Duration.ofSeconds(9),
                                        Duration.ofSeconds(1)),
                                new TlsFiles(
                                        Optional.of(Path.of("/etc/ca.pem")),
                                        Optional.of(Path.of("/etc/cert.pem")),
                                        Optional.of(Path.of("/etc/key.pem"))),
                                new ProbeConfig(
                                        "watcher",
                                        new Secret("open sesame"),
                                        Duration.ofMillis(500),
                                        Duration.ofSeconds(1),
                                        5,
                                        Duration.ofMinutes(1)),
                                new WatchConfig(
                                        false,
                                        Duration.ofMinutes(5),
                                        Path.of("/tmp/inventory"),
                                        new WatchConfig.Ownership(
                                                "project_(?<project>.+)",
                                                Optional.of("^(?<project>[a-z]+)__"),
                                                Optional.of("_(?<tenant>[0-9]+)_")),
                                        new WatchConfig.Limits(
                                                Duration.ofMinutes(2), 3, 20, 60, 10, 0, 20, 7),
                                        Optional.of(
                                                new CanaryConfig(
                                                        "[::1]",
                                                        7306,
                                                        "app+canary",
                                                        new Secret("open sesame"),
                                                        "canary",
                                                        TlsMode.VERIFY_IDENTITY,
                                                        Duration.ofSeconds(10))),
                                        Optional.of(
                                                new WebhookConfig(
                                                        URI.create(
                                                                "https://alerts.example.com/hook"),
                                                        new Secret("open sesame"),
                                                        Duration.ofSeconds(2),
                                                        Duration.ofDays(1)))),
                                new RoutersConfig(
                                        Optional.of(new Secret("open sesame")), List.of()),
                                new AdminConfig("::1", 17480),
                                Optional.of(
                                        new QuarantineConfig(
                                                "keeper",
                                                new Secret("open sesame"),
                                                Duration.ofMinutes(2),
                                                Map.of(
                                                        new InstanceId("c1-1"),
                                                        Path.of("/var/lib/mysql"))))));
        assertThat(config.admin().url()).isEqualTo("http://[::1]:17480");
    }

    private static Arguments watch(String section, String problem) {
        return Arguments.of("id: a1", "id: a1\nwatch: { " + section + " }", problem);
    }

    static Stream<Arguments> brokenRules() {
        return Stream.of(
                Arguments.of("id: a1", "", "id: is required"),
                Arguments.of("id: a1", "id: A 1", "id: \"A 1\" is no agent id"),
                Arguments.of("cluster: c1", "", "cluster: is required"),
                Arguments.of("cluster: c1", "cluster: c_1", "cluster: \"c_1\" is no cluster id"),
                Arguments.of("cluster: c1", "clutser: c1", "(did you mean \"cluster\"?)"),
                Arguments.of("zookeeper:", "zookeper:", "zookeeper: is required"),
                Arguments.of("connect: ", "conect: ", "zookeeper.connect: is required"),
                Arguments.of("zk1:2181/homeport", "zk1:2181", "zookeeper.connect: must be"),
                Arguments.of("probe:", "prob:", "probe: is required"),
                Arguments.of("passwordFile: PASSWORD", "", "probe.passwordFile: is required"),
                Arguments.of("PASSWORD", "/no/such", "probe.passwordFile: /no/such does not exist"),
                Arguments.of("PASSWORD", "PASSWORD, user: ' '", "probe.user: must not be empty"),
                Arguments.of(
                        "PASSWORD",
                        "PASSWORD, interval: 99ms",
                        "probe.interval: must be from 100ms to 1m"),
                Arguments.of(
                        "PASSWORD",
                        "PASSWORD, timeout: 2m",
                        "probe.timeout: must be from 500ms to 1m"),
                Arguments.of(
                        "PASSWORD",
                        "PASSWORD, failures: 0",
                        "probe.failures: must be a whole number from 1 to 100"),
                Arguments.of(
                        "PASSWORD",
                        "PASSWORD, lagLimit: 0s",
                        "probe.lagLimit: must be from 1s to 24h"),
                Arguments.of("PASSWORD", "PASSWORD, intervall: 1s", "(did you mean \"interval\"?)"),
                Arguments.of(
                        "id: a1",
                        "id: a1\nrouters: { ca: /no/such }",
                        "routers.ca: must name a file of certificates in PEM that can be read"),
                Arguments.of(
                        "id: a1",
                        "id: a1\nrouters: { ca: PASSWORD }",
                        "routers.ca: must name a file of certificates in PEM that can be read"),
                watch("inventoryInterval: 1s", "watch.inventoryInterval: must be from 5s to 1h"),
                watch("inventoryFile: ''", "watch.inventoryFile: must not be empty"),
                watch("enabled: maybe", "watch.enabled: must be true or false"),
                watch(
                        "ownership: { schema: '(?<p>.+)' }",
                        "watch.ownership.schema: must have the group (?<project>...)"),
                watch("ownership: { table: '(' }", "watch.ownership.table: is no pattern"),
                watch(
                        "ownership: { tenant: '.' }",
                        "watch.ownership.tenant: must have the group (?<tenant>...)"),
                watch("limits: { window: 1s }", "watch.limits.window: must be from 10s to 1h"),
                watch("limits: { tables: 0 }", "watch.limits.tables: must be a whole number"),
                watch("limits: { sharePercent: 101 }", "watch.limits.sharePercent: must be a"),
                watch(
                        "limits: { deletedSharePercent: 9 }",
                        "watch.limits.deletedSharePercent: must not be below sharePercent (10)"),
                watch("limits: { minRows: 0 }", "watch.limits.minRows: must be a whole number"),
                watch("limits: { allowedTables: -1 }", "watch.limits.allowedTables: must be a"),
                watch("limits: { clusterTables: 1 }", "watch.limits.clusterTables: must be a"),
                watch("limits: { errors: 0 }", "watch.limits.errors: must be a whole number"),
                watch("canary: { address: here }", "watch.canary.address: must be host:port"),
                watch("canary: { address: 'a:70000' }", "watch.canary.address: must be host:port"),
                watch("canary: { address: 'a:1' }", "watch.canary.user: is required"),
                watch("canary: { schema: 'a`b' }", "watch.canary.schema: must be 1 to 64 letters"),
                watch("canary: { user: a }", "watch.canary.passwordFile: is required"),
                watch("canary: { tls: follow }", "watch.canary.tls: must not be follow"),
                watch("canary: { tls: on }", "watch.canary.tls: "),
                Arguments.of("id: a1", "id: a1\ntls: { key: /k }", "tls.certificate: is required"),
                watch("canary: { interval: 0s }", "watch.canary.interval: must be from 1s to 10m"),
                watch("webhook: { url: 'ftp://a' }", "watch.webhook.url: must be http://host"),
                watch(
                        "webhook: { url: 'https://u:p@a' }",
                        "watch.webhook.url: must be http://host"),
                watch("webhook: { url: 'http://a' }", "watch.webhook.secretFile: is required"),
                watch("webhook: { timeout: 0s }", "watch.webhook.timeout: must be from 1s to 1m"),
                watch("webhook: { giveUpAfter: 1s }", "watch.webhook.giveUpAfter: must be from"),
                Arguments.of("id: a1", "id: a1\nadmin: { bind: '' }", "admin.bind: must not be"),
                Arguments.of("id: a1", "id: a1\nadmin: { port: 0 }", "admin.port: must be a"),
                Arguments.of("id: a1", "id: a1\nadmin: here", "admin: must be an object"));
    }

    @ParameterizedTest
    @MethodSource("brokenRules")
    void saysWhichRuleIsBrokenWhere(String good, String bad, String problem) {
        // Given
        String content = SMALLEST.replaceFirst(Pattern.quote(good), bad);

        // Then
        assertThatThrownBy(() -> read(content))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void reportsTheProblemsOfAllSectionsAtOnce() {
        // Given
        String content =
                """
                id: a1
                zookeeper: { connect: zk1, sessionTimeout: 500ms }
                probe: { passwordFile: PASSWORD, failures: none }
                admin: { port: 70000 }
                """;

        // Then
        assertThatThrownBy(() -> read(content))
                .hasMessageContaining("has 5 problems")
                .hasMessageContaining("cluster:")
                .hasMessageContaining("zookeeper.connect:")
                .hasMessageContaining("zookeeper.sessionTimeout:")
                .hasMessageContaining("probe.failures:")
                .hasMessageContaining("admin.port:");
    }

    @Test
    void neverPrintsThePassword() throws Exception {
        assertThat(read(SMALLEST).toString()).doesNotContain("sesame").contains("***");
    }

    @Test
    void neverPrintsTheSecretsOfTheWatch() throws Exception {
        // When
        AgentConfig config =
                read(
                        SMALLEST
                                + """
                                watch:
                                  canary: { address: "r1:7306", user: app, passwordFile: PASSWORD, schema: c }
                                  webhook: { url: "https://a/token-in-the-path", secretFile: PASSWORD }
                                """);

        // Then
        assertThat(config.toString()).doesNotContain("sesame").doesNotContain("token-in");
    }

    @Test
    void readsTheExampleFileWhoseValuesAreTheDefaults() throws Exception {
        // Given
        String example =
                Files.readString(EXAMPLE).replace("/etc/homeport/agent.password", "PASSWORD");

        // When
        AgentConfig config = read(example);
        AgentConfig withEverything = read(example.replaceAll("(?m)^( *)#([a-zA-Z]+: )", "$1$2"));

        // Then
        assertThat(withEverything).isEqualTo(config);
        assertThat(config.probe()).isEqualTo(read(SMALLEST).probe());
        assertThat(config.watch()).isEqualTo(WatchConfig.DEFAULT);
        assertThat(config.admin()).isEqualTo(AdminConfig.DEFAULT);
    }

    private AgentConfig read(String content) throws ConfigException, IOException {
        Path file = directory.resolve("agent.yaml");
        Files.writeString(file, content.replace("PASSWORD", passwordFile.toString()));
        return AgentConfig.read(file);
    }
}
