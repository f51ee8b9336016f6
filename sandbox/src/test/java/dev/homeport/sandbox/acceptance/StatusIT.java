package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.testkit.mysql.MySqlTestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a router tells of daemons that stop, die and come back. */
@Timeout(400)
final class StatusIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String R1 = "r1";
    private static final String R2 = "r2";
    private static final String PROJECT = "shop";

    @TempDir private static Path directory;
    private static RunningFleet fleet;

    @BeforeAll
    static void startFleet() {
        fleet = RunningFleet.start(directory, 0, 2);
        awaitRouters(2);
    }

    @AfterAll
    static void stopFleet() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void aRouterThatStopsIsNotMissedAndOneThatDiesIs() throws Exception {
        // Given
        fleet.placeOn("c1", PROJECT);
        fleet.awaitEveryRouter("/v1/projects/" + PROJECT, "cluster", "c1");

        // When: with a session, which it ends
        try (MySqlTestClient session = fleet.connect(R2, PROJECT)) {
            await().atMost(PATIENCE).until(() -> sessionsOn(R2) == 1);
            fleet.router(R2).stop();
            session.readToEnd();
        }

        // Then
        awaitRouters(1);
        assertThat(notHeardOf()).isEmpty();

        // Given
        fleet.router(R2).restart();
        fleet.router(R2).awaitReady();
        awaitRouters(2);

        // When
        Instant killed = Instant.now();
        fleet.router(R2).kill();

        // Then
        awaitRouters(1);
        assertThat(notHeardOf()).containsExactly(R2);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(problems("router " + R2))
                                        .singleElement()
                                        .satisfies(
                                                one -> {
                                                    assertThat(one.path("severity").asText())
                                                            .isEqualTo("warning");
                                                    assertThat(since(one)).isAfter(killed);
                                                }));

        // When
        fleet.router(R2).restart();
        fleet.router(R2).awaitReady();

        // Then
        awaitRouters(2);
        assertThat(problems("router " + R2)).isEmpty();
        assertThat(notHeardOf()).isEmpty();
    }

    @Test
    void aClusterIsUnknownSinceItsAgentWentAndNotSinceItsLastVerdict() {
        // Given
        await().atMost(PATIENCE).until(() -> cluster(R1).path("health").asText().equals("healthy"));
        Instant judged = Instant.parse(cluster(R1).path("healthSince").asText());

        // When
        Instant killed = Instant.now();
        fleet.agentOf("c1").kill();
        await().atMost(PATIENCE).until(() -> cluster(R1).path("health").asText().equals("unknown"));

        // Then
        assertThat(judged).isBefore(killed);
        assertThat(Instant.parse(cluster(R1).path("healthSince").asText())).isAfter(killed);
        assertThat(problems("cluster c1"))
                .singleElement()
                .satisfies(one -> assertThat(since(one)).isAfter(killed));

        // When: a router that was not there when it went
        fleet.router(R2).stop();
        fleet.router(R2).restart();
        fleet.router(R2).awaitReady();
        await().atMost(PATIENCE).until(() -> cluster(R2).path("health").asText().equals("unknown"));

        // Then
        assertThat(cluster(R2).path("healthSince").isNull()).isTrue();

        // When
        fleet.agentOf("c1").restart();

        // Then
        await().atMost(PATIENCE).until(() -> cluster(R1).path("health").asText().equals("healthy"));
        assertThat(cluster(R1).path("healthSince").asText()).isEqualTo(judged.toString());
        awaitRouters(2);
    }

    private static JsonNode cluster(String router) {
        return fleet.get(router, "/v1/clusters/c1");
    }

    private static List<JsonNode> problems(String subject) {
        return fleet.get(R1, "/v1/status")
                .path("problems")
                .valueStream()
                .filter(one -> one.path("subject").asText().equals(subject))
                .toList();
    }

    private static Instant since(JsonNode problem) {
        return Instant.parse(problem.path("since").asText());
    }

    /** How many that router has reported to the other. */
    private static int sessionsOn(String router) {
        return fleet.get(R1, "/v1/routers")
                .path("routers")
                .valueStream()
                .filter(one -> one.path("id").asText().equals(router))
                .mapToInt(one -> one.path("sessions").path("c1").asInt())
                .sum();
    }

    /** The routers that a change of a cluster could not count. */
    private static List<String> notHeardOf() {
        return fleet.admin(R1)
                .post(
                        "/v1/clusters/c1/offline?dryRun=true",
                        AdminClient.object().put("reason", "acceptance test"))
                .body()
                .path("notHeardOf")
                .valueStream()
                .map(JsonNode::asText)
                .toList();
    }

    private static void awaitRouters(int count) {
        await().atMost(PATIENCE)
                .until(() -> fleet.get(R1, "/v1/routers").path("routers").size() == count);
    }
}
