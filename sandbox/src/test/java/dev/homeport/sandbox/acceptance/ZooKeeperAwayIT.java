package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mysql.MySqlTestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Without ZooKeeper, and without agents, everything goes on as it was. As long as promised with
 * {@code -Dhomeport.zookeeper.away=120}.
 */
@Timeout(400)
final class ZooKeeperAwayIT {
    /** Longer than the session timeout of 6 s, so that every session is lost. */
    private static final Duration AWAY =
            Duration.ofSeconds(Integer.getInteger("homeport.zookeeper.away", 12));

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> PROJECTS = List.of("demo1", "demo2");

    @TempDir private static Path directory;
    private static RunningFleet fleet;

    @BeforeAll
    static void startFleet() {
        fleet = RunningFleet.start(directory, 0, 2);
    }

    @AfterAll
    static void stopFleet() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void trafficAndRestartsGoOnWithoutZooKeeper() throws Exception {
        // Given
        awaitRegistered();
        awaitInSnapshotFile("r2");
        SteadyTraffic traffic = SteadyTraffic.start(fleet, List.of("r1"), PROJECTS, 4);
        try (traffic) {
            // When
            fleet.zooKeeperServer().kill();
            fleet.router("r2").kill();
            fleet.router("r2").restart();
            fleet.router("r2").awaitReady();

            // Then: the restarted one serves from its file, until and after the others lose hope
            assertServing("r2");
            // Not a wait for something to happen: the length of the time is what is tried.
            Thread.sleep(AWAY);
            assertServing("r1");
            assertServing("r2");
            Answer refused = fleet.place("r2", "too-early");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body().toString()).contains("placement_unavailable");

            // And when it is back, all are registered again and hear what is new
            fleet.zooKeeperServer().restart();
            awaitRegistered();
            fleet.change("r1", "c1", "cordon");
            awaitIntent("cordoned");
            fleet.change("r2", "c1", "uncordon");
            awaitIntent("active");
        }
        assertThat(traffic.errors()).isEmpty();
        System.out.printf(
                "ZooKeeper away for %d s: %d answers on connections from before, %d errors%n",
                AWAY.toSeconds(), traffic.answers(), traffic.errors().size());
    }

    @Test
    void trafficGoesOnWithoutAgents() throws Exception {
        // Given
        awaitHealth("healthy");
        SteadyTraffic traffic = SteadyTraffic.start(fleet, fleet.routers(), PROJECTS, 2);
        try (traffic) {
            // When
            fleet.agentOf("c1").kill();
            fleet.agentOf("c2").kill();

            // Then
            awaitHealth("unknown");
            for (String router : fleet.routers()) {
                assertServing(router);
            }
        } finally {
            fleet.agentOf("c1").restart();
            fleet.agentOf("c2").restart();
        }
        assertThat(traffic.errors()).isEmpty();
        awaitHealth("healthy");
    }

    private static void assertServing(String router) throws Exception {
        for (String project : PROJECTS) {
            try (MySqlTestClient client = fleet.connect(router, project)) {
                assertThat(client.query("SELECT text FROM notes WHERE id = 1").toString())
                        .contains("This is " + project);
            }
        }
    }

    private static void awaitRegistered() {
        for (String router : fleet.routers()) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertThat(ids(router, "routers")).containsExactly("r1", "r2");
                                assertThat(ids(router, "agents")).hasSize(2);
                            });
        }
    }

    /** The file may be a second behind the picture that the router serves by. */
    private static void awaitInSnapshotFile(String router) {
        Path file = directory.resolve("sandbox").resolve(router).resolve("fleet.snapshot");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(file)
                                        .content()
                                        .contains(
                                                PROJECTS.stream()
                                                        .map("\"%s\":{\"home\""::formatted)
                                                        .toList()));
    }

    private static Set<String> ids(String router, String what) {
        Set<String> ids = new TreeSet<>();
        for (JsonNode one : fleet.get(router, "/v1/" + what).path(what)) {
            ids.add(one.path("id").asText());
        }
        return ids;
    }

    private static void awaitIntent(String intent) {
        awaitOnEveryRouter("c1", "intent", intent);
    }

    private static void awaitHealth(String health) {
        awaitOnEveryRouter("c1", "health", health);
        awaitOnEveryRouter("c2", "health", health);
    }

    private static void awaitOnEveryRouter(String cluster, String field, String value) {
        for (String router : fleet.routers()) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    fleet.get(router, "/v1/clusters/" + cluster)
                                                            .path(field)
                                                            .asText())
                                            .isEqualTo(value));
        }
    }
}
