package dev.homeport.router.admin;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Health;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.ProjectState;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetChangesTest {
    private static FleetSnapshot fleet(Clusters cluster, Incident... incidents) {
        var fleet = aFleet().with(cluster).withProject("p1", "c1");
        for (Incident incident : incidents) {
            fleet = fleet.with(incident);
        }
        return fleet.build();
    }

    private static Clusters c1() {
        return aCluster("c1").withPrimary("c1-1");
    }

    private static JsonNode data(FleetEvent event) {
        try {
            return Json.parse(event.data());
        } catch (Refusal e) {
            throw new AssertionError(e);
        }
    }

    private static List<FleetEvent.Kind> kinds(List<FleetEvent> events) {
        return events.stream().map(FleetEvent::kind).toList();
    }

    @Test
    void sameIsNoEvent() {
        assertThat(FleetChanges.between(fleet(c1()), fleet(c1()))).isEmpty();
    }

    @Test
    void incidentsAreOpenedAmendedAndClosed() {
        // Given
        Incident one = Incidents.dataLoss("i1", "c1", IncidentLimit.ALERT, "p1");
        Incident more = Incidents.dataLoss("i1", "c1", IncidentLimit.CONTAIN, "p1", "p2");

        // When
        List<FleetEvent> opened = FleetChanges.between(fleet(c1()), fleet(c1(), one));
        List<FleetEvent> amended = FleetChanges.between(fleet(c1(), one), fleet(c1(), more));
        List<FleetEvent> closed = FleetChanges.between(fleet(c1(), more), fleet(c1()));

        // Then
        assertThat(kinds(opened)).containsExactly(FleetEvent.Kind.INCIDENT_OPENED);
        assertThat(data(opened.getFirst()).path("id").asText()).isEqualTo("i1");
        assertThat(data(opened.getFirst()).path("state").asText()).isEqualTo("open");
        assertThat(data(opened.getFirst()).path("actor").asText()).isEqualTo("app of a test");
        assertThat(kinds(amended))
                .containsExactly(
                        FleetEvent.Kind.INCIDENT_AMENDED, FleetEvent.Kind.PROJECT_AVAILABILITY);
        assertThat(data(amended.getFirst()).at("/scope/projects")).hasSize(2);
        assertThat(kinds(closed))
                .containsExactly(
                        FleetEvent.Kind.INCIDENT_CLOSED, FleetEvent.Kind.PROJECT_AVAILABILITY);
        assertThat(data(closed.getFirst()).path("state").asText()).isEqualTo("closed");
        assertThat(opened.getFirst().data()).doesNotContain("\n");
    }

    @Test
    void tellsWhenAClusterIsLimitedAndWhyNot() {
        // When
        List<FleetEvent> away = FleetChanges.between(fleet(c1()), fleet(c1().offline("disk")));
        List<FleetEvent> back = FleetChanges.between(fleet(c1().offline("disk")), fleet(c1()));

        // Then
        assertThat(kinds(away)).containsExactly(FleetEvent.Kind.CLUSTER_AVAILABILITY);
        JsonNode data = data(away.getFirst());
        assertThat(data.path("cluster").asText()).isEqualTo("c1");
        assertThat(data.path("before").asText()).isEqualTo("serve");
        assertThat(data.path("after").asText()).isEqualTo("refuse");
        assertThat(data.path("limitedBy").asText()).isEqualTo("cluster-offline");
        assertThat(data.path("reason").asText()).isEqualTo("disk");
        assertThat(data(back.getFirst()).path("after").asText()).isEqualTo("serve");
        assertThat(data(back.getFirst()).path("limitedBy").isNull()).isTrue();
    }

    @Test
    void anIncidentOfTheWholeClusterComesBeforeWhatItLimits() {
        // When
        List<FleetEvent> events =
                FleetChanges.between(
                        fleet(c1()),
                        fleet(c1(), Incidents.dataLoss("i1", "c1", IncidentLimit.OFFLINE, "p1")));

        // Then
        assertThat(kinds(events))
                .containsExactly(
                        FleetEvent.Kind.INCIDENT_OPENED,
                        FleetEvent.Kind.CLUSTER_AVAILABILITY,
                        FleetEvent.Kind.PROJECT_AVAILABILITY);
        assertThat(data(events.get(1)).path("limitedBy").asText()).isEqualTo("cluster-data-loss");
        assertThat(data(events.get(2)).path("limitedBy").asText()).isEqualTo("project-data-loss");
    }

    @Test
    void aPrimaryThatIsLostAndClustersThatComeAndGoAreTold() {
        // When
        List<FleetEvent> lost =
                FleetChanges.between(
                        fleet(c1()), fleet(c1().withoutPrimary().with(Health.NO_PRIMARY)));
        List<FleetEvent> added =
                FleetChanges.between(
                        fleet(c1()),
                        aFleet().with(c1())
                                .with(aCluster("c2").withPrimary("c2-1"))
                                .withProject("p1", "c1")
                                .build());
        List<FleetEvent> removed = FleetChanges.between(fleet(c1()), aFleet().build());

        // Then
        assertThat(data(lost.getFirst()).path("after").asText()).isEqualTo("hold");
        assertThat(data(added.getFirst()).path("before").isNull()).isTrue();
        assertThat(data(added.getFirst()).path("cluster").asText()).isEqualTo("c2");
        assertThat(data(removed.getFirst()).path("after").isNull()).isTrue();
    }

    private static FleetSnapshot resident(Clusters cluster, ProjectState state) {
        return aFleet().with(cluster).withProject("p1", "c1", state).build();
    }

    @Test
    void aProjectIsToldByItsOwnStateAndNotByWhatItsClusterGoesThrough() {
        // When
        List<FleetEvent> away =
                FleetChanges.between(
                        resident(c1(), ProjectState.SERVING), resident(c1(), ProjectState.OFFLINE));
        List<FleetEvent> both =
                FleetChanges.between(
                        resident(c1(), ProjectState.SERVING),
                        resident(c1().offline("disk"), ProjectState.SERVING));
        List<FleetEvent> placed =
                FleetChanges.between(
                        resident(c1(), ProjectState.PROVISIONING),
                        resident(c1(), ProjectState.SERVING));

        // Then
        assertThat(kinds(away)).containsExactly(FleetEvent.Kind.PROJECT_AVAILABILITY);
        JsonNode data = data(away.getFirst());
        assertThat(data.path("project").asText()).isEqualTo("p1");
        assertThat(data.path("cluster").asText()).isEqualTo("c1");
        assertThat(data.path("before").asText()).isEqualTo("serve");
        assertThat(data.path("after").asText()).isEqualTo("refuse");
        assertThat(data.path("limitedBy").asText()).isEqualTo("project-offline");
        assertThat(kinds(both)).containsExactly(FleetEvent.Kind.CLUSTER_AVAILABILITY);
        assertThat(placed).isEmpty();
    }

    @Test
    void manyProjectsAtOnceAreToldAsANumber() {
        // When
        List<FleetEvent> events =
                FleetChanges.between(
                        residents(ProjectState.SERVING), residents(ProjectState.DELETED));

        // Then
        assertThat(events).hasSize(ProjectChanges.MOST_EVENTS + 1);
        assertThat(events.getLast().kind()).isEqualTo(FleetEvent.Kind.PROJECTS_CHANGED);
        assertThat(data(events.getLast()).path("projects").asInt()).isEqualTo(50);
    }

    private static FleetSnapshot residents(ProjectState state) {
        var fleet = aFleet().with(c1());
        for (int i = 0; i < ProjectChanges.MOST_EVENTS + 50; i++) {
            fleet = fleet.withProject("p" + i, "c1", state);
        }
        return fleet.build();
    }
}
