package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes would do, over real HTTP, with a fleet in memory. */
final class BlastRadiusIT {
    @TempDir private Path directory;

    private final FakeFleet fleet =
            FakeFleet.empty()
                    .with("c1", Health.HEALTHY, server("c1-1", 3306), server("c1-2", 3307))
                    .with("c2", Health.HEALTHY, server("c2-1", 3308))
                    .with("c3", Health.HEALTHY, server("c3-1", 3309))
                    .withProject("p1", "c1", ProjectState.SERVING)
                    .withProject("p2", "c2", ProjectState.SERVING)
                    .withProject("p3", "c2", ProjectState.RESTORING)
                    .withRouter(FakeFleet.report("r1", 99, 99))
                    .withRouter(FakeFleet.report("r2", 5, 2))
                    .withRouter(FakeFleet.report("r3", 7, 0));
    private final TestClock clock = new TestClock();
    private TestAdmin admin;

    @BeforeEach
    void start() throws Exception {
        admin = TestAdmin.on(fleet, directory, clock);
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
    }

    @Test
    void namesTheRoutersThatHaveGoneAlsoWhereTheClockJumps() {
        // Given
        fleet.withoutRouter("r3");

        // When
        JsonNode radius = post("/v1/clusters/c1/offline?dryRun=true").json();
        clock.advance(Duration.ofHours(1));
        JsonNode later = post("/v1/clusters/c1/offline?dryRun=true").json();

        // Then: the own three and those of r2
        assertThat(radius.path("sessions").asInt()).isEqualTo(8);
        assertThat(radius.path("transactions").asInt()).isEqualTo(3);
        assertThat(radius.path("otherRouters").toString()).isEqualTo("{\"r2\":5}");
        assertThat(radius.path("notHeardOf").toString()).isEqualTo("[\"r3\"]");
        assertThat(radius.path("complete").asBoolean()).isTrue();
        assertThat(later.path("notHeardOf").toString()).isEqualTo("[\"r3\"]");
    }

    @Test
    void oneThatSaidThatItStopsIsNotMissed() {
        // Given
        fleet.withRouter(FakeFleet.stopping("r3", 0)).withoutRouter("r3");

        // When
        JsonNode radius = post("/v1/clusters/c1/offline?dryRun=true").json();

        // Then
        assertThat(radius.path("notHeardOf")).isEmpty();
        assertThat(radius.path("otherRouters").toString()).isEqualTo("{\"r2\":5}");
    }

    @Test
    void aRouterThatComesBackIsCountedAgain() {
        // Given
        fleet.withoutRouter("r2").withoutRouter("r3").withRouter(FakeFleet.report("r3", 4, 1));

        // When
        JsonNode radius = post("/v1/clusters/c1/drain?dryRun=true").json();

        // Then
        assertThat(radius.path("sessions").asInt()).isEqualTo(7);
        assertThat(radius.path("notHeardOf").toString()).isEqualTo("[\"r2\"]");
    }

    @Test
    void ofAClusterThatGoes() {
        // When
        JsonNode radius = admin.as("admin").delete("/v1/clusters/c3?dryRun=true").json();
        Reply home = admin.as("admin").delete("/v1/clusters/c1?dryRun=true");

        // Then
        assertThat(radius.path("to").asText()).isEqualTo("deleted");
        assertThat(radius.path("residents").asInt()).isZero();
        assertThat(radius.path("newProjectsPercent").has("c3")).isFalse();
        assertThat(radius.path("newProjectsPercent")).hasSize(2);
        assertThat(home.status()).isEqualTo(409);
        assertThat(home.errorMessage()).contains("is the home of 1 projects");
        assertThat(picture().cluster(new ClusterId("c3"))).isPresent();
    }

    @Test
    void ofAnotherDefinition() {
        // Given
        String body =
                "{\"family\": \"mariadb\", \"weight\": 1000, \"instances\":"
                        + " [{\"id\": \"c1-1\", \"host\": \"127.0.0.1\", \"port\": 3306}]}";

        // When
        JsonNode radius = admin.as("admin").put("/v1/clusters/c1?dryRun=true", body).json();
        JsonNode added =
                admin.as("admin")
                        .put("/v1/clusters/c9?dryRun=true", body.replace("3306", "3310"))
                        .json();
        Reply shared = admin.as("admin").put("/v1/clusters/c9?dryRun=true", body);
        Reply wrong = admin.as("admin").put("/v1/clusters/c1?dryRun=true", "{}");

        // Then
        assertThat(radius.path("changes").toString()).isEqualTo("[\"instances\",\"weight\"]");
        assertThat(radius.path("instancesRemoved").toString()).isEqualTo("[\"c1-2\"]");
        assertThat(radius.path("isNew").asBoolean()).isFalse();
        assertThat(radius.path("sessions").asInt()).isEqualTo(15);
        assertThat(radius.at("/newProjectsPercent/c1").asInt()).isGreaterThan(60);
        assertThat(added.path("isNew").asBoolean()).isTrue();
        assertThat(shared.status()).isEqualTo(409);
        assertThat(shared.errorMessage())
                .isEqualTo(
                        "instances must not name 127.0.0.1:3306, which is instance c1-1 of cluster c1");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(picture().cluster(new ClusterId("c1")).orElseThrow().definition().weight())
                .isEqualTo(100);
        assertThat(picture().cluster(new ClusterId("c9"))).isEmpty();
    }

    @Test
    void ofAnotherPlacementPolicy() {
        // When
        JsonNode radius =
                admin.as("admin")
                        .put("/v1/placement-policy?dryRun=true", "{\"preferred\": [\"c3\"]}")
                        .json();
        Reply unknown =
                admin.as("admin")
                        .put("/v1/placement-policy?dryRun=true", "{\"preferred\": [\"c9\"]}");

        // Then
        assertThat(radius.path("newProjectsPercentBefore")).hasSize(3);
        assertThat(radius.path("newProjectsPercent").toString()).isEqualTo("{\"c3\":100}");
        assertThat(radius.path("changes").toString()).isEqualTo("[\"preferred\"]");
        assertThat(radius.path("sessions").asInt()).isZero();
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(picture().policy().clusters()).isEmpty();
    }

    @Test
    void ofOtherRulesOfTheGuard() {
        // When
        JsonNode radius =
                admin.as("admin").put("/v1/guard?dryRun=true", "{\"observe\": true}").json();

        // Then
        assertThat(radius.path("changes").toString()).isEqualTo("[\"observe\"]");
        assertThat(radius.path("residents").asInt()).isEqualTo(3);
        assertThat(radius.path("sessions").asInt()).isEqualTo(15);
        assertThat(picture().guard().policy().observe()).isFalse();
    }

    @Test
    void ofAProjectAsFarAsItIsKnown() {
        for (String verb : List.of("offline", "online")) {
            // When
            Reply reply = post("/v1/projects/p1/" + verb + "?dryRun=true");

            // Then
            assertThat(reply.status()).as(verb).isEqualTo(200);
            assertThat(reply.json().path("from").asText()).isEqualTo("serving");
            assertThat(reply.json().path("sessionsAtMost").asInt()).isEqualTo(15);
            assertThat(reply.json().path("transactionsAtMost").asInt()).isEqualTo(3);
            assertThat(reply.json().path("note").asText()).contains("of the 15 on c1");
        }
        JsonNode deleted = admin.as("operator").delete("/v1/projects/p1?dryRun=true").json();
        assertThat(deleted.path("to").asText()).isEqualTo("deleted");
        assertThat(post("/v1/projects/p3/offline?dryRun=true").status()).isEqualTo(409);
        assertThat(admin.as("operator").delete("/v1/projects/p3?dryRun=true").status())
                .isEqualTo(409);
        assertThat(post("/v1/projects/p9/offline?dryRun=true").status()).isEqualTo(404);
        assertThat(fleet.placement("p1").state()).isEqualTo(ProjectState.SERVING);
    }

    @Test
    void aDryRunIsNoAct() {
        // When
        assertThat(post("/v1/clusters/c1/offline?dryRun=true").status()).isEqualTo(200);
        assertThat(post("/v1/projects/p1/offline?dryRun=true").status()).isEqualTo(200);

        // Then
        assertThat(admin.as("viewer").get("/v1/audit").json().path("entries")).isEmpty();
    }

    private static Instance server(String id, int port) {
        return new Instance(new InstanceId(id), "127.0.0.1", port);
    }

    private FleetSnapshot picture() {
        return fleet.current().orElseThrow();
    }

    private Reply post(String path) {
        return admin.as("operator").post(path, "{}");
    }
}
