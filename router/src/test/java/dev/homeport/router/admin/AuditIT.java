package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Health;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.ProjectState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the audit has of requests, over real HTTP, with a fleet in memory. */
final class AuditIT {
    private static final Clock CLOCK = Clock.fixed(FakeFleet.NOW, ZoneOffset.UTC);
    private static final String REASON = "{\"reason\": \"works\"}";
    private static final String NEW_CLUSTER =
            "{\"family\": \"mariadb\","
                    + " \"instances\": [{\"id\": \"a\", \"host\": \"10.0.0.1\", \"port\": 3306}]}";

    @TempDir private Path directory;

    private final FakeFleet fleet =
            FakeFleet.empty()
                    .with("c1", Health.HEALTHY)
                    .with("c2", Health.HEALTHY)
                    .withProject("p1", "c1", ProjectState.SERVING);
    private TestAdmin admin;

    @BeforeEach
    void start() throws Exception {
        admin = TestAdmin.on(fleet, directory, CLOCK);
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
    }

    @Test
    void tellsWhoDidWhatAndWhy() {
        // When
        admin.as("operator")
                .post("/v1/clusters/c1/offline", "{\"reason\": \"disk\", \"retryAfter\": 60}");

        // Then
        JsonNode entry = entries("").path(0);
        assertThat(entry.path("id").asText()).isNotEmpty();
        assertThat(entry.deepCopy().toString())
                .isEqualTo(
                        "{\"number\":0,\"at\":\"2026-01-31T12:00:00Z\",\"by\":\"the-operator\","
                                + "\"role\":\"operator\",\"address\":\"127.0.0.1\",\"router\":\"r1\","
                                + "\"id\":\"%s\",\"method\":\"POST\","
                                        .formatted(entry.path("id").asText())
                                + "\"route\":\"/v1/clusters/{id}/offline\",\"target\":\"c1\","
                                + "\"reason\":\"disk\",\"status\":200,\"changes\":"
                                + "{\"intent\":\"active -> offline\",\"retryAfter\":\"1m\","
                                + "\"intentVersion\":\"0\"}}");
    }

    @Test
    void aPlacementThatStopsHalfWayIsEnteredOnce() throws Exception {
        // Given
        Path own = Files.createDirectory(directory.resolve("provisioning"));
        try (TestAdmin provisioning = TestAdmin.provisioning(fleet, own, CLOCK)) {
            // When: an application asks until somebody mends it
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                statuses.add(
                        provisioning
                                .as("operator")
                                .post("/v1/projects", "{\"id\": \"p9\", \"cluster\": \"c1\"}")
                                .status());
            }

            // Then
            assertThat(statuses).containsOnly(503);
            await().until(() -> !entries("").isEmpty());
        }
        assertThat(entries("")).hasSize(1);
        assertThat(entries("").path(0).path("target").asText()).isEqualTo("p9");
        assertThat(entries("").path(0).path("status").asInt()).isEqualTo(503);
    }

    @Test
    void everyKindOfChangeLeavesOneEntry() {
        // Given
        Incident incident = Incidents.dataLoss("i1", "c1", IncidentLimit.CONTAIN, "p1");
        fleet.with(incident);

        // When
        List<Integer> statuses = new ArrayList<>();
        statuses.add(as().put("/v1/clusters/c3?reason=new", NEW_CLUSTER).status());
        statuses.add(as().put("/v1/clusters/c3", NEW_CLUSTER.replace("10.0.0.1", "db")).status());
        statuses.add(as().post("/v1/clusters/c3/cordon", REASON).status());
        statuses.add(as().delete("/v1/clusters/c3?reason=gone").status());
        statuses.add(as().post("/v1/projects/p1/offline", REASON).status());
        statuses.add(as().delete("/v1/projects/p1?reason=left").status());
        statuses.add(
                as().put(
                                "/v1/placement-policy",
                                "{\"provision\": [\"CREATE DATABASE `{project}` COMMENT 'secret'\"]}")
                        .status());
        statuses.add(as().put("/v1/guard", "{\"observe\": true}").status());
        statuses.add(
                as().post(
                                "/v1/approvals",
                                "{\"project\": \"p1\", \"classes\": [\"drop-table\"],"
                                        + " \"tables\": [\"x_*\"], \"reason\": \"tidy\"}")
                        .status());
        statuses.add(
                as().post("/v1/announcements", "{\"project\": \"p1\", \"reason\": \"leaves\"}")
                        .status());
        statuses.add(as().post("/v1/incidents/i1/close", REASON).status());

        // Then
        assertThat(statuses).containsExactly(201, 200, 200, 200, 200, 200, 200, 200, 201, 201, 200);
        JsonNode entries = entries("");
        assertThat(entries).hasSize(statuses.size());
        List<String> told = new ArrayList<>();
        entries.forEach(
                one -> told.add(0, one.path("target").asText() + " " + one.path("changes")));
        assertThat(told.get(0)).startsWith("c3 {\"version\":\"0\",\"family\":\"none -> ");
        assertThat(told.get(1)).startsWith("c3 {\"version\":\"1\",\"instances\":").contains("db");
        assertThat(told.get(2)).startsWith("c3 {\"intent\":\"active -> cordoned\"");
        assertThat(told.get(3)).isEqualTo("c3 {\"deleted\":\"true\"}");
        assertThat(told.get(4)).contains("\"state\":\"serving -> offline\"");
        assertThat(told.get(5)).contains("\"state\":\"offline -> deleted\"");
        assertThat(told.get(6)).contains("\"provision\":\"changed\"").doesNotContain("secret");
        assertThat(told.get(7))
                .isEqualTo("guard {\"version\":\"0\",\"observe\":\"false -> true\"}");
        assertThat(told.get(8)).startsWith("p1 ").contains("[drop-table]");
        assertThat(told.get(9)).startsWith("p1 ").contains("announcement");
        assertThat(told.get(10)).isEqualTo("i1 {\"cluster\":\"c1\",\"limit\":\"contain -> none\"}");
        assertThat(entries.path(7).path("reason").asText()).isEqualTo("gone");
    }

    @Test
    void whatIsRefusedOrOnlyAskedLeavesNone() {
        // When
        as().get("/v1/clusters");
        as().post("/v1/clusters/c1/offline?dryRun=true", "{}");
        as().post("/v1/clusters/c1/uncordon", REASON);
        as().post("/v1/clusters/c9/cordon", REASON);
        as().post("/v1/clusters/c1/cordon", "{}");
        as().post("/v1/projects", "{\"id\": \"p1\"}");
        as().post("/v1/projects/p1/offline?dryRun=true", "{}");
        as().put("/v1/clusters/c1?dryRun=true", NEW_CLUSTER);
        admin.as("viewer").post("/v1/clusters/c1/cordon", REASON);
        admin.as("peer")
                .post(
                        "/v1/failed-creations",
                        "{\"project\": \"p1\", \"schema\": \"p1\", \"table\": \"x\"}");

        // Then
        assertThat(entries("")).isEmpty();
    }

    @Test
    void pagesAndFiltersBeginWithTheNewest() {
        // Given
        for (int i = 0; i < 5; i++) {
            admin.as("operator").post("/v1/clusters/c1/cordon", REASON);
            as().post("/v1/clusters/c2/cordon", REASON);
        }

        // When
        JsonNode first = as().get("/v1/audit?limit=4").json();
        JsonNode second =
                as().get("/v1/audit?limit=100&after=" + first.path("next").asLong()).json();
        JsonNode of = as().get("/v1/audit?target=c1&by=the-operator&limit=3").json();

        // Then
        assertThat(numbers(first)).containsExactly(9L, 8L, 7L, 6L);
        assertThat(numbers(second)).containsExactly(5L, 4L, 3L, 2L, 1L, 0L);
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(numbers(of)).containsExactly(8L, 6L, 4L);
        assertThat(of.path("next").asLong()).isEqualTo(4);
        assertThat(entries("?target=c1&by=the-admin")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=x", "after=-1", "limit=0", "limit=1001", "limit=x", "who=mia"})
    void aWrongQuestionIsRefused(String query) {
        assertThat(as().get("/v1/audit?" + query).status()).isEqualTo(400);
    }

    @Test
    void anEntryIsBoundedAndOneLine() {
        // When
        as().delete("/v1/projects/p1?reason=" + "x".repeat(4000) + "%0Ay");

        // Then
        String reason = entries("").path(0).path("reason").asText();
        assertThat(reason).hasSizeLessThan(220).doesNotContain("\n");
    }

    @Test
    void whatMayHaveBeenDoneWhileZooKeeperWentAwayIsToldWhenItIsBack() {
        // Given
        fleet.connection(Connection.SUSPENDED);

        // When
        Reply reply = as().post("/v1/clusters/c1/cordon", REASON);
        Reply audit = as().get("/v1/audit");
        double waiting = admin.meters().value("router.audit.waiting");
        fleet.connection(Connection.CONNECTED);

        // Then
        assertThat(reply.status()).isEqualTo(503);
        assertThat(audit.status()).isEqualTo(503);
        assertThat(waiting).isEqualTo(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> entries("").size() == 1);
        assertThat(entries("").path(0).path("status").asInt()).isEqualTo(503);
        assertThat(admin.meters().value("router.audit.waiting")).isZero();
        assertThat(admin.meters().value("router.audit.lost")).isZero();
    }

    private HttpCaller as() {
        return admin.as("admin");
    }

    private JsonNode entries(String query) {
        return admin.as("viewer").get("/v1/audit" + query).json().path("entries");
    }

    private static List<Long> numbers(JsonNode page) {
        JsonNode entries = page.path("entries");
        return IntStream.range(0, entries.size())
                .mapToObj(i -> entries.path(i).path("number").asLong())
                .toList();
    }
}
