package dev.homeport.agent;

import static dev.homeport.agent.AgentFleet.C1;
import static dev.homeport.agent.AgentFleet.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Containment;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.ProjectId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From tables that are gone on a real server to an incident in a real ZooKeeper, and back. */
final class DataLossIT {
    private static final ProjectId P1 = new ProjectId("p1");
    private static final String EXPIRY =
            "SELECT CAST(@@binlog_expire_logs_seconds AS UNSIGNED INTEGER)";

    @TempDir Path directory;

    private AgentFleet fleet;

    @BeforeEach
    void startFleet() throws Exception {
        fleet = new AgentFleet(directory);
        for (String project : List.of("p1", "p2")) {
            fleet.primary.execute("CREATE DATABASE " + project);
            for (int i = 0; i < 5; i++) {
                fleet.primary.execute("CREATE TABLE %s.t%d (x INT)".formatted(project, i));
            }
        }
    }

    @AfterEach
    void stopFleet() {
        fleet.close();
    }

    @Test
    void aLossAroundTheRoutersContainsItsProjectUntilAnOperatorClosesTheIncident()
            throws Exception {
        // Given
        fleet.primary.execute("SET GLOBAL binlog_expire_logs_seconds = 864000");
        fleet.startWatchingAgent("a1");

        // When
        fleet.primary.execute("DROP TABLE p1.t0, p1.t1");
        Incident incident = awaitIncidents(1).getFirst();

        // Then
        assertThat(incident.kind()).isEqualTo(IncidentKind.DATA_LOSS);
        assertThat(incident.limit()).isEqualTo(IncidentLimit.CONTAIN);
        assertThat(incident.scope().projects()).containsExactly(P1);
        assertThat(incident.tablesLost()).isEqualTo(2);
        assertThat(incident.gtidBefore()).isPresent();
        assertThat(incident.actor()).startsWith("not through a router (thread ");
        assertThat(containment().projects()).containsExactly(P1);
        assertThat(containment().acceptsProjects()).isFalse();
        awaitExpiry("0");

        // When
        fleet.view.writer().closeIncident(incident.id(), "mia", "restored by hand");

        // Then
        await().atMost(PATIENCE).until(() -> containment().equals(Containment.NONE));
        awaitExpiry("864000");

        // When what comes after the closing is another incident
        fleet.primary.execute("DROP DATABASE p1");

        // Then
        assertThat(awaitIncidents(1).getFirst().id()).isNotEqualTo(incident.id());
    }

    @Test
    void whatASuccessorFindsOpenItHoldsAndReleases() throws Exception {
        // Given
        fleet.primary.execute("SET GLOBAL binlog_expire_logs_seconds = 864000");
        AgentMain first = fleet.startWatchingAgent("a1");
        fleet.primary.execute("DROP TABLE p1.t0, p1.t1");
        Incident incident = awaitIncidents(1).getFirst();
        awaitExpiry("0");

        // When
        first.close();
        fleet.primary.execute("DROP TABLE p1.t2");
        fleet.startWatchingAgent("a2");
        await().atMost(PATIENCE)
                .until(() -> awaitIncidents(1).getFirst().tablesLost(), lost -> lost == 3);
        fleet.view.writer().closeIncident(incident.id(), "mia", "restored by hand");

        // Then
        awaitExpiry("864000");
        assertThat(awaitIncidents(0)).isEmpty();
        assertThat(fleet.view.incidents().all()).hasSize(1);
    }

    @Test
    void whatWasAnnouncedIsNoLoss() throws Exception {
        // Given
        fleet.view.writer().place(P1, Optional.of(C1));
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        fleet.view
                .writer()
                .putAnnouncement(
                        new Announcement(
                                AnnouncementId.of(now, 1),
                                P1,
                                Optional.empty(),
                                now.plusSeconds(600),
                                "mia",
                                "the customer has left"));
        AgentMain agent = fleet.startWatchingAgent("a1");
        await().atMost(PATIENCE)
                .until(
                        () -> snapshot().map(one -> one.guard().announcements().size()).orElse(0),
                        n -> n == 1);

        // When
        fleet.primary.execute("DROP DATABASE p1");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                fleet.metrics(agent)
                                        .contains(
                                                "agent_watch_statements_total{outcome=\"announced\"} 1.0"));

        // Then
        fleet.primary.execute("DROP DATABASE p2");
        assertThat(awaitIncidents(1).getFirst().scope().projects())
                .containsExactly(new ProjectId("p2"));
    }

    private void awaitExpiry(String seconds) {
        await().atMost(PATIENCE)
                .until(() -> fleet.primary.query(EXPIRY), List.of(List.of(seconds))::equals);
    }

    private Optional<FleetSnapshot> snapshot() {
        return fleet.view.source().current();
    }

    private List<Incident> awaitIncidents(int number) {
        return await().atMost(PATIENCE)
                .until(
                        () -> snapshot().map(FleetSnapshot::incidents).orElse(List.of()),
                        open -> open.size() == number);
    }

    private Containment containment() {
        return snapshot()
                .flatMap(one -> one.cluster(C1))
                .map(ClusterSnapshot::containment)
                .orElse(Containment.NONE);
    }
}
