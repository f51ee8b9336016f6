package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.topology.Health;
import dev.homeport.topology.ProjectState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How operators say what the sessions of a project have left, over real HTTP. */
final class ProjectTermsIT {
    private static final String OFFLINE = "/v1/projects/p1/offline";

    @TempDir private Path directory;

    private TestAdmin admin;

    @BeforeEach
    void start() throws Exception {
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withProject("p1", "c1", ProjectState.SERVING);
        admin = TestAdmin.on(fleet, directory, Clock.fixed(FakeFleet.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void offlineHasADeadlineAndATimeToComeBackWhichOnlineEnds() {
        // When
        Reply offline = post(OFFLINE, "{\"reason\":\"x\",\"deadline\":7,\"retryAfter\":60}");
        Reply again = post(OFFLINE, "{\"reason\":\"y\",\"now\":true}");
        Reply online = post("/v1/projects/p1/online", "{\"reason\":\"z\"}");

        // Then
        assertTerms(offline, "offline", "7", "60");
        assertTerms(again, "offline", "0", "null");
        assertThat(again.json().path("reason").asText()).isEqualTo("y");
        assertTerms(online, "serving", "null", "null");
    }

    @Test
    void aTombstoneHasADeadline() {
        // When
        Reply deleted = admin.as("operator").delete("/v1/projects/p1?reason=x&deadline=5");

        // Then
        assertTerms(deleted, "deleted", "5", "null");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "{'reason':'x','now':true,'deadline':5} | now",
                "{'reason':'x','deadline':-1}           | deadline",
                "{'reason':'x','retryAfter':'soon'}     | retryAfter",
                "{'reason':'x','dedline':1}             | dedline"
            })
    void whatMakesNoSenseIsNamed(String body, String field) {
        // When
        Reply reply = post(OFFLINE, body.replace('\'', '"'));

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/problems/0/field").asText()).isEqualTo(field);
        assertThat(admin.as("viewer").get("/v1/projects/p1").json().path("state").asText())
                .isEqualTo("serving");
    }

    @ParameterizedTest
    @CsvSource({"-1", "soon", "3000000000", "99999999999"})
    void aDeadlineOfATombstoneIsANumberOfSeconds(String deadline) {
        // When
        Reply reply = admin.as("operator").delete("/v1/projects/p1?reason=x&deadline=" + deadline);

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/problems/0/field").asText()).isEqualTo("deadline");
    }

    @Test
    void aTombstoneMayBeTightened() {
        // Given
        admin.as("operator").delete("/v1/projects/p1?reason=x&deadline=3600");

        // When
        Reply again = admin.as("operator").delete("/v1/projects/p1?reason=y");
        Reply tightened = admin.as("operator").delete("/v1/projects/p1?reason=y&deadline=0");

        // Then
        assertTerms(again, "deleted", "3600", "null");
        assertTerms(tightened, "deleted", "0", "null");
        assertThat(tightened.json().path("reason").asText()).isEqualTo("x");
    }

    private Reply post(String path, String body) {
        return admin.as("operator").post(path, body);
    }

    private static void assertTerms(Reply reply, String state, String deadline, String retryAfter) {
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
        assertThat(reply.json().path("state").asText()).isEqualTo(state);
        assertThat(reply.json().path("deadline").asText()).isEqualTo(deadline);
        assertThat(reply.json().path("retryAfter").asText()).isEqualTo(retryAfter);
    }
}
