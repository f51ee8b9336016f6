package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.router.FakeFleet;
import dev.homeport.topology.Health;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterReport;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of routers, over real HTTP, with a fleet in memory. */
final class RouterListIT {
    @TempDir private Path directory;

    private final FakeFleet fleet =
            FakeFleet.empty()
                    .with("c1", Health.HEALTHY)
                    .withRouter(FakeFleet.report("r1", 1, 0))
                    .withRouter(FakeFleet.report("r2", 1, 0))
                    .withRouter(FakeFleet.report("r3", 1, 0));
    private TestAdmin admin;

    @BeforeEach
    void start() throws Exception {
        admin = TestAdmin.on(fleet, directory, new TestClock());
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void namesThoseThatHaveGone() {
        // Given
        fleet.withoutRouter("r1").withoutRouter("r3");

        // When
        JsonNode answer = routers();

        // Then: the one that answers is heard of
        assertThat(answer.path("routers")).hasSize(1);
        assertThat(answer.path("notHeardOf").toString()).isEqualTo("[\"r3\"]");
    }

    @Test
    void saysWhereMoreEditsMayBeRejectedThanAreTold() {
        // Given
        fleet.withRouter(rejecting("r2", RouterReport.MOST_REJECTED - 1))
                .withRouter(rejecting("r3", RouterReport.MOST_REJECTED));

        // When
        JsonNode answer = routers();

        // Then
        assertThat(answer.at("/routers/1/rejectedEdits").asInt()).isEqualTo(19);
        assertThat(answer.at("/routers/1/rejectedMayBeMore").asBoolean()).isFalse();
        assertThat(answer.at("/routers/2/rejectedEdits").asInt()).isEqualTo(20);
        assertThat(answer.at("/routers/2/rejectedMayBeMore").asBoolean()).isTrue();
    }

    private JsonNode routers() {
        return admin.as("viewer").get("/v1/routers").json();
    }

    private static RouterReport rejecting(String id, int edits) {
        RouterReport last = FakeFleet.report(id, 1, 0);
        return new RouterReport(
                last.id(),
                last.mysqlAddress(),
                last.adminUrl(),
                last.version(),
                last.started(),
                last.numbers(),
                last.appliedZxid(),
                Collections.nCopies(
                        edits,
                        new RejectedEdit(
                                "/homeport/guard",
                                "retention",
                                "must be a time",
                                Optional.empty(),
                                last.started())),
                last.sessions());
    }
}
