package dev.homeport.agent;

import static dev.homeport.agent.AgentFleet.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.Health;
import dev.homeport.topology.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a process of its own, as the launcher starts it. */
final class AgentProcessIT {
    @TempDir Path directory;

    @Test
    void aKilledLeaderIsReplacedAndAStoppedOneLeavesAtOnce() throws Exception {
        try (AgentFleet fleet = new AgentFleet(directory);
                ChildProcess first = start("a1", configFile(fleet, "a1"))) {
            // Given
            fleet.awaitHealth(Health.HEALTHY);
            ChildProcess second = start("a2", configFile(fleet, "a2"));
            await().atMost(PATIENCE).until(() -> fleet.reports().size() == 2);

            // When
            first.kill();
            fleet.replica.kill();
            Verdict afterKill = fleet.awaitHealth(Health.DEGRADED);
            await().atMost(PATIENCE).until(() -> !fleet.reports().containsKey(new AgentId("a1")));
            boolean stoppedInTime = second.stop(Duration.ofSeconds(20));
            await().atMost(PATIENCE).until(() -> fleet.reports().isEmpty());

            // Then
            assertThat(afterKill.primary()).contains(AgentFleet.DB1);
            assertThat(stoppedInTime).isTrue();
            String log = Files.readString(second.log());
            assertThat(log)
                    .contains("agent started")
                    .contains("agent stopped")
                    .doesNotContain("WARNING")
                    .doesNotContain("SLF4J")
                    .doesNotContain(fleet.account.password());
        }
    }

    /** At level TRACE, its libraries too: the driver of the database, ZooKeeper's, HTTP. */
    @Test
    void noLevelOfLoggingShowsSecrets() throws Exception {
        Path logging =
                Files.writeString(
                        directory.resolve("trace.xml"),
                        """
                        <configuration>
                          <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                            <encoder><pattern>%level %logger %msg %kvp%n%ex</pattern></encoder>
                          </appender>
                          <root level="TRACE"><appender-ref ref="OUT"/></root>
                        </configuration>
                        """);
        List<String> jvm = List.of("-Xmx128m", "-Dlogback.configurationFile=" + logging);
        try (AgentFleet fleet = new AgentFleet(directory)) {
            // When
            List<String> arguments = List.of("--config", configFile(fleet, "a1").toString());
            ChildProcess agent =
                    ChildProcess.start(
                            "a1",
                            JavaCommand.withOwnClassPath(AgentMain.class.getName(), jvm, arguments),
                            log("a1"));
            try (agent) {
                fleet.awaitHealth(Health.HEALTHY);
            }

            // Then
            String log = Files.readString(agent.log());
            assertThat(log)
                    .contains("TRACE org.mariadb.jdbc")
                    .contains("DEBUG org.apache.zookeeper");
            for (String secret : List.of(fleet.account.password(), AgentFleet.DIGEST_SECRET)) {
                byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
                assertThat(log)
                        .doesNotContain(secret)
                        .doesNotContain(HexFormat.of().formatHex(bytes))
                        .doesNotContain(Arrays.toString(bytes))
                        .doesNotContain(Base64.getEncoder().withoutPadding().encodeToString(bytes));
            }
        }
    }

    @Test
    void saysWhatIsWrongWithItsConfiguration() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("agent.yaml"), "id: a1\nclutser: c1\n");

        // When
        ChildProcess agent = start("wrong", file);
        await().atMost(PATIENCE).until(() -> !agent.isAlive());

        // Then
        assertThat(Files.readString(agent.log()))
                .startsWith(file + " has 4 problems:\n")
                .contains("cluster: is required")
                .contains("(did you mean \"cluster\"?)")
                .doesNotContain("at dev.homeport");
    }

    @Test
    void saysHowItIsCalled() throws Exception {
        // When
        ChildProcess agent = AgentProcess.start("usage", List.of(), log("usage"));
        await().atMost(PATIENCE).until(() -> !agent.isAlive());

        // Then
        assertThat(Files.readString(agent.log())).isEqualTo("usage: agent --config FILE\n");
    }

    private ChildProcess start(String name, Path config) {
        return AgentProcess.start(name, List.of("--config", config.toString()), log(name));
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private Path configFile(AgentFleet fleet, String id) throws IOException {
        return AgentProcess.configFile(fleet, directory, id, "1m");
    }
}
