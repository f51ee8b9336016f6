package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FleetProblemsTest {
    @Test
    void aSoundFleetHasNone() {
        assertThat(problems(FakeFleet.empty().with("c1", Health.HEALTHY))).isEmpty();
    }

    @Test
    void theWorstComesFirst() throws TopologyException {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("a", Health.HEALTHY)
                        .with("b", Health.DEGRADED)
                        .with("z", Health.NO_PRIMARY)
                        .withProject("p1", "z", ProjectState.SERVING);
        offline(fleet, "a");

        // When
        List<FleetProblem> problems = problems(fleet);

        // Then
        assertThat(problems)
                .extracting(FleetProblem::severity)
                .containsExactly(Severity.CRITICAL, Severity.WARNING, Severity.NOTICE);
        FleetProblem worst = problems.getFirst();
        assertThat(worst.subject()).isEqualTo("cluster z");
        assertThat(worst.what()).isEqualTo("has no primary: because the test says so");
        assertThat(worst.since()).contains(FakeFleet.NOW);
        assertThat(worst.affects()).isEqualTo("its 1 project is refused");
        assertThat(problems.getLast().what()).isEqualTo("is taken offline by bob: works");
    }

    @Test
    void lostDataComeBeforeEverythingElse() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("a", Health.NO_PRIMARY)
                        .with("b", Health.HEALTHY)
                        .withProject("p1", "b", ProjectState.SERVING)
                        .with(Incidents.dataLoss("i1", "b", IncidentLimit.CONTAIN, "p1"));

        // When
        FleetProblem first = problems(fleet).getFirst();

        // Then
        assertThat(first.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(first.subject()).isEqualTo("incident i1");
        assertThat(first.what()).isEqualTo("cluster b has lost data: 2 tables; by app of a test");
        assertThat(first.since()).isPresent();
        assertThat(first.affects()).startsWith("project p1 is refused, the others are served");
        assertThat(first.advice()).contains("homeport incident close i1 --reason");
    }

    @Test
    void whatAnIncidentLimitsIsSaid() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("b", Health.HEALTHY)
                        .withProject("p1", "b", ProjectState.SERVING)
                        .with(Incidents.dataLoss("i1", "b", IncidentLimit.ALERT, "p1", "p2"))
                        .with(Incidents.dataLoss("i2", "b", IncidentLimit.OFFLINE))
                        .with(
                                Incidents.dataLoss(
                                        "i3", "b", IncidentLimit.CONTAIN, "p1", "p2", "p3", "p4"));

        // Then
        assertThat(problems(fleet))
                .filteredOn(one -> one.subject().startsWith("incident "))
                .extracting(FleetProblem::affects)
                .containsExactly(
                        "projects p1, p2, p3 and 1 more are refused, the others are served; new"
                                + " projects go elsewhere",
                        "all 1 projects of the cluster are refused (limit offline); new projects"
                                + " go elsewhere",
                        "nobody is refused; it concerns projects p1, p2");
    }

    @Test
    void ofManyIncidentsOnlyTheFirstAreShown() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("b", Health.HEALTHY);
        for (int i = 0; i < 30; i++) {
            fleet.with(Incidents.dataLoss("i" + i, "b", IncidentLimit.ALERT));
        }

        // Then
        assertThat(problems(fleet))
                .hasSize(21)
                .last()
                .satisfies(one -> assertThat(one.what()).isEqualTo("10 more are open"));
    }

    @Test
    void aVerdictWithoutAnAgentIsNotBelieved() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY).withoutAgents("c1");

        // Then
        assertThat(problems(fleet))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                            assertThat(problem.what())
                                    .startsWith("is of unknown health: no agent is registered")
                                    .contains("the last verdict was healthy");
                        });
    }

    @Test
    void nobodyTakesNewProjects() {
        assertThat(problems(FakeFleet.empty().with("c1", Health.UNREACHABLE)))
                .extracting(FleetProblem::subject)
                .containsExactly("cluster c1", "placement");
    }

    @Test
    void zooKeeperIsAwayAndAnEditIsRejected() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withRejected(
                                new RejectedEdit(
                                        "clusters/c1",
                                        "wieght",
                                        "unknown field",
                                        Optional.of("weight"),
                                        FakeFleet.NOW));
        fleet.connection(Connection.SUSPENDED);

        // When
        List<FleetProblem> problems = problems(fleet);

        // Then
        assertThat(problems)
                .extracting(FleetProblem::subject)
                .containsExactly("ZooKeeper", "znode clusters/c1");
        assertThat(problems.getFirst().what()).contains("the connection is suspended");
        assertThat(problems.getLast().advice()).contains("did you mean \"weight\"?");
    }

    @Test
    void withoutAPictureThatIsTheWorst() {
        // When
        List<FleetProblem> problems =
                FleetProblems.withoutPicture(FakeFleet.withoutPicture().status());

        // Then
        assertThat(problems.getFirst().what()).isEqualTo("has no picture of the fleet");
    }

    @Test
    void projectsThatAreNotProvisionedAreNamed() {
        // Given
        Picture picture = picture(FakeFleet.empty().with("c1", Health.HEALTHY));

        // Then
        assertThat(FleetProblems.of(picture, List.of(new ProjectId("p7"))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("p7"));
    }

    private static void offline(FakeFleet fleet, String cluster) throws TopologyException {
        fleet.changeIntent(
                new ClusterId(cluster),
                found ->
                        IntentChange.apply(
                                IntentVerb.OFFLINE,
                                found,
                                new IntentRequest(
                                        "works", Optional.empty(), Optional.of(Duration.ZERO)),
                                "bob",
                                FakeFleet.NOW));
    }

    private static List<FleetProblem> problems(FakeFleet fleet) {
        return FleetProblems.of(picture(fleet), List.of());
    }

    private static Picture picture(FakeFleet fleet) {
        return new Picture(
                fleet.current().orElseThrow(),
                fleet.status(),
                fleet.routers(),
                fleet.agents(),
                Map.of());
    }
}
