package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.router.admission.LimitKind;
import dev.homeport.router.session.Outage;
import dev.homeport.router.tls.CertificateState;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.TopologyException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class FleetProblemsTest {
    private static final ClusterId C1 = new ClusterId("c1");

    private final TestClock clock = new TestClock();

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
    void whatIsNotReadAtAllIsToldForEachReasonOnce() {
        // Given
        String refused = "ZooKeeper refuses to let this daemon read";
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withRejected(
                                new RejectedEdit("", "", refused, Optional.empty(), FakeFleet.NOW));

        // When
        List<FleetProblem> one = FleetProblems.of(picture(fleet), unread(refused));
        List<FleetProblem> two = FleetProblems.of(picture(fleet), unread("a bug"));

        // Then
        assertThat(one)
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.subject()).isEqualTo("ZooKeeper");
                            assertThat(problem.what()).isEqualTo("cannot be read: " + refused);
                        });
        assertThat(two).extracting(FleetProblem::what).hasSize(2).anyMatch(w -> w.contains("bug"));
    }

    @Test
    void withoutAPictureThatIsTheWorst() {
        // When
        List<FleetProblem> problems =
                FleetProblems.withoutPicture(
                        FakeFleet.withoutPicture().status(),
                        new OwnState(
                                Map.of(),
                                Map.of("tokens", FakeFleet.NOW),
                                Map.of(),
                                Map.of(),
                                Optional.empty()));

        // Then
        assertThat(problems)
                .extracting(FleetProblem::what)
                .containsExactly(
                        "has no picture of the fleet",
                        "cannot use the file of admin.tokensFile as it is now");
    }

    @Test
    void projectsThatAreNotProvisionedAreNamed() throws TopologyException {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
        failed(fleet, "p7");

        // Then
        assertThat(problems(fleet))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.what()).endsWith("for p7");
                            assertThat(problem.since()).contains(FakeFleet.NOW);
                        });
    }

    @Test
    void ofManyThatAreNotProvisionedNobodyKnowsTheEldest() throws TopologyException {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
        for (int i = 0; i < 7; i++) {
            failed(fleet, "p" + i);
        }

        // Then
        assertThat(problems(fleet))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.what()).matches(".* for p\\d(, p\\d){4}");
                            assertThat(problem.since()).isEmpty();
                        });
    }

    @Test
    void aClusterThatLosesItsLastAgentIsUnknownSinceThen() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
        Watch watch = new Watch(fleet);
        clock.advance(Duration.ofHours(1));

        // When
        fleet.withoutAgents("c1");
        clock.advance(Duration.ofMinutes(5));

        // Then
        assertThat(watch.problems())
                .singleElement()
                .satisfies(
                        problem ->
                                assertThat(problem.since())
                                        .contains(FakeFleet.NOW.plus(Duration.ofHours(1))));
        assertThat(watch.picture().health(fleet.current().orElseThrow().clusters().get(C1)).since())
                .isEqualTo(watch.problems().getFirst().since());
        fleet.withAgent("agent-c1", "c1");
        assertThat(watch.problems()).isEmpty();
    }

    @Test
    void sinceWhenAClusterHasNoAgentIsNotSaidByARouterThatDidNotSeeIt() {
        // Given: the verdict is older than the router
        Watch watch = new Watch(FakeFleet.empty().with("c1", Health.HEALTHY).withoutAgents("c1"));

        // Then
        assertThat(watch.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.since()).isEmpty());
    }

    @Test
    void anAgentThatIsNotLetInBesideOneThatIsHasAProblem() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withAgent("agent-c1", "c1", answers("c1-1"), answers("c1-2"))
                        .withAgent("spare", "c1", answers("c1-1"), answers("c1-2"));
        Watch watch = new Watch(fleet);
        Instant since = clock.advance(Duration.ofHours(1));

        // When
        fleet.withAgent("spare", "c1", lockedOut("c1-1"), silent("c1-2"));

        // Then: not for a moment, and not anew when something else changes
        clock.advance(Since.SETTLING.minusMillis(1));
        assertThat(watch.problems()).isEmpty();
        fleet.withAgent("spare", "c1", lockedOut("c1-1"), lockedOut("c1-2"));
        clock.advance(Duration.ofMillis(1));
        assertThat(watch.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                            assertThat(problem.subject()).isEqualTo("agent spare");
                            assertThat(problem.what())
                                    .isEqualTo(
                                            "of cluster c1 is not let in by c1-1, c1-2, which"
                                                    + " another agent can ask");
                            assertThat(problem.since()).contains(since);
                            assertThat(problem.affects()).startsWith("nobody is refused");
                            assertThat(problem.advice()).contains("probe account");
                        });

        // When: it is mended
        fleet.withAgent("spare", "c1", answers("c1-1"), answers("c1-2"));

        // Then
        assertThat(watch.problems()).isEmpty();
    }

    @Test
    void anAgentThatSeesWhatAllSeeHasNoProblem() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withAgent("agent-c1", "c1", answers("c1-1"), silent("c1-2"))
                        .withAgent("spare", "c1", answers("c1-1"), lockedOut("c1-2"))
                        .with("c2", Health.HEALTHY)
                        .withAgent("agent-c2", "c2", lockedOut("c2-1"));
        Watch watch = new Watch(fleet);
        clock.advance(Duration.ofHours(1));

        // Then: nobody can ask c1-2, and c2 has nobody else
        assertThat(watch.problems()).isEmpty();
    }

    @Test
    void sinceWhenAnAgentIsBlindIsNotSaidByARouterThatDidNotSeeIt() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withAgent("agent-c1", "c1", answers("c1-1"), answers("c1-2"))
                        .withAgent("spare", "c1", silent("c1-1"), lockedOut("c1-2"));
        Watch watch = new Watch(fleet);

        // When
        clock.advance(Since.SETTLING);

        // Then
        assertThat(watch.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.what())
                                    .contains(
                                            "is not let in by c1-2 and gets no answer from c1-1,");
                            assertThat(problem.since()).isEmpty();
                        });
    }

    @Test
    void aRouterThatGoesWithoutAWordIsMissedUntilItIsForgotten() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withRouter(FakeFleet.report("r2", 5, 2))
                        .withRouter(FakeFleet.report("r3", 5, 2));
        Watch watch = new Watch(fleet);
        Instant since = clock.advance(Duration.ofHours(1));

        // When: r3 is restarted
        fleet.withRouter(FakeFleet.stopping("r3", 0)).withoutRouter("r2").withoutRouter("r3");

        // Then
        assertThat(watch.problems()).isEmpty();
        clock.advance(Since.SETTLING);
        assertThat(watch.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                            assertThat(problem.subject()).isEqualTo("router r2");
                            assertThat(problem.what()).startsWith("is not registered any more");
                            assertThat(problem.since()).contains(since);
                            assertThat(problem.advice()).endsWith("10 minutes after it went");
                        });
        clock.advance(DaemonMemory.MEMORY);
        assertThat(watch.problems()).isEmpty();
    }

    @Test
    void aSpareAgentThatGoesIsMissedUntilItIsForgotten() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.HEALTHY)
                        .withAgent("spare", "c1")
                        .withAgent("restarted", "c1");
        Watch watch = new Watch(fleet);
        Instant since = clock.advance(Duration.ofHours(1));

        // When
        fleet.withoutAgent("spare", "c1").withoutAgent("restarted", "c1").withoutAgents("c2");
        clock.advance(Duration.ofSeconds(20));
        fleet.withAgent("restarted", "c1");
        clock.advance(Since.SETTLING);

        // Then: what c2 suffers from is told of the cluster
        assertThat(watch.problems())
                .extracting(FleetProblem::subject)
                .containsExactly("agent spare", "cluster c2");
        FleetProblem spare = watch.problems().getFirst();
        assertThat(spare.severity()).isEqualTo(Severity.WARNING);
        assertThat(spare.what()).isEqualTo("of cluster c1 is not registered any more");
        assertThat(spare.since()).contains(since);
        assertThat(spare.affects()).contains("2 agents are left");
        clock.advance(DaemonMemory.MEMORY);
        assertThat(watch.problems())
                .extracting(FleetProblem::subject)
                .containsExactly("cluster c2");
    }

    @Test
    void aRouterThatGoesWhileItDrainsIsMissed() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withRouter(FakeFleet.report("r2", 5, 2));
        Watch watch = new Watch(fleet);

        // When
        fleet.withRouter(FakeFleet.stopping("r2", 3)).withoutRouter("r2");
        clock.advance(Since.SETTLING);

        // Then
        assertThat(watch.problems()).extracting(FleetProblem::subject).containsExactly("router r2");
    }

    @Test
    void whatHappenedWhileZooKeeperWasAwayHasNoTime() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withRouter(FakeFleet.report("r2", 5, 2));
        Watch watch = new Watch(fleet);
        clock.advance(Duration.ofHours(1));

        // When
        fleet.agreeAgain().withoutAgents("c1").agreeAgain().withoutRouter("r2");
        clock.advance(Since.SETTLING);

        // Then
        assertThat(watch.problems())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem.since()).isEmpty());
    }

    @Test
    void whatAPictureOfYesterdayDidNotSayHasNoTime() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY).fromFile(true);
        Watch watch = new Watch(fleet);

        // When
        fleet.fromFile(false).withoutAgents("c1");

        // Then
        assertThat(watch.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.since()).isEmpty());
    }

    @Test
    void aClockThatIsSetBackHidesNothing() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withRouter(FakeFleet.report("r2", 5, 2));
        Watch watch = new Watch(fleet);

        // When
        fleet.withoutRouter("r2");
        clock.advance(Since.SETTLING);
        clock.jump(Duration.ofHours(-1));

        // Then
        assertThat(watch.problems()).hasSize(1);
    }

    @Test
    void aRouterThatComesBackIsNotMissed() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withRouter(FakeFleet.report("r2", 5, 2));
        Watch watch = new Watch(fleet);

        // When
        fleet.withoutRouter("r2");
        clock.advance(Duration.ofSeconds(20));
        fleet.withRouter(FakeFleet.report("r2", 0, 0));
        clock.advance(Duration.ofMinutes(5));

        // Then
        assertThat(watch.problems()).isEmpty();
    }

    @Test
    void thisRoutersLimitsAndFilesAreToldWithoutWhatStandsInThem() {
        // Given
        Picture picture = picture(FakeFleet.empty().with("c1", Health.HEALTHY));
        Instant since = FakeFleet.NOW.minusSeconds(7);

        // When
        List<FleetProblem> problems =
                FleetProblems.of(
                        picture,
                        new OwnState(
                                Map.of(
                                        LimitKind.CONNECTIONS,
                                        1,
                                        LimitKind.LOGINS_OF_PROJECT,
                                        1,
                                        LimitKind.CONNECTS_OF_ADDRESS,
                                        2),
                                Map.of("certificate", since),
                                Map.of(),
                                Map.of(),
                                Optional.empty()));

        // Then
        assertThat(problems)
                .allSatisfy(
                        problem -> {
                            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                            assertThat(problem.subject()).isEqualTo("this router");
                        })
                .extracting(FleetProblem::what)
                .containsExactly(
                        "cannot use the file of admin.tls as it is now",
                        "is at 80 % of limits.maxConnections or above",
                        "has 2 addresses at 80 % of limits.connectsPerSecondPerAddress or above",
                        "has 1 project at 80 % of limits.loginsPerSecondPerProject or above");
        assertThat(problems.getFirst().since()).contains(since);
        assertThat(problems.get(1).since()).isEmpty();
    }

    @Test
    void aClusterThatIsFullIsANotice() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.HEALTHY)
                        .withProject("p1", "c1", ProjectState.SERVING)
                        .withCapacity("c1", 2);
        Watch watch = new Watch(fleet);
        assertThat(watch.problems()).isEmpty();
        Instant since = clock.advance(Duration.ofHours(1));

        // When
        fleet.withProject("p2", "c1", ProjectState.SERVING);
        clock.advance(Duration.ofHours(1));
        fleet.withProject("p3", "c1", ProjectState.SERVING);

        // Then
        assertThat(watch.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.severity()).isEqualTo(Severity.NOTICE);
                            assertThat(problem.what()).isEqualTo("is full, 3 of 2 projects");
                            assertThat(problem.since()).contains(since);
                            assertThat(problem.affects())
                                    .startsWith("its 3 projects are served; it takes no new");
                        });
    }

    @Test
    void aFullClusterThatTakesNoProjectsAnywayIsOnlyTakenOffline() throws TopologyException {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.HEALTHY)
                        .withCapacity("c1", 0);
        offline(fleet, "c1");

        // Then
        assertThat(problems(fleet))
                .extracting(FleetProblem::what)
                .containsExactly("is taken offline by bob: works");
    }

    @Test
    void sinceWhenTheGuardOnlyObservesIsSaidByWhoSawIt() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
        Watch watch = new Watch(fleet);
        Instant since = clock.advance(Duration.ofHours(1));

        // When
        fleet.with(observing(GuardPolicy.DEFAULT_GENERATIONS));
        clock.advance(Duration.ofHours(1));
        fleet.with(observing(GuardPolicy.DEFAULT_GENERATIONS + 1));

        // Then
        assertThat(watch.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.since()).contains(since));
        assertThat(new Watch(fleet).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.since()).isEmpty());
    }

    private static GuardState observing(int generations) {
        GuardPolicy usual = GuardPolicy.DEFAULT;
        return new GuardState(
                new GuardPolicy(
                        true,
                        usual.rules(),
                        usual.retention(),
                        usual.quotaBytes(),
                        generations,
                        usual.memory(),
                        usual.burst(),
                        usual.sharedTables(),
                        usual.tenantPattern()),
                List.of(),
                List.of());
    }

    private static InstanceStatus answers(String instance) {
        return status(instance, Reachability.ANSWERS);
    }

    private static InstanceStatus silent(String instance) {
        return status(instance, Reachability.SILENT);
    }

    private static InstanceStatus lockedOut(String instance) {
        return status(instance, Reachability.LOCKED_OUT);
    }

    private static InstanceStatus status(String instance, Reachability reachability) {
        return new InstanceStatus(
                new InstanceId(instance),
                reachability,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "");
    }

    @Test
    void aPrimaryThatOnlyThisRouterDoesNotReachIsCritical() throws TopologyException {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.UNREACHABLE)
                        .withProject("p1", "c1", ProjectState.SERVING);
        Instant since = FakeFleet.NOW.minusSeconds(90);
        Map<String, Outage> outages = new HashMap<>();
        fleet.current()
                .orElseThrow()
                .clusters()
                .values()
                .forEach(
                        cluster ->
                                cluster.definition()
                                        .instances()
                                        .forEach(
                                                one ->
                                                        outages.put(
                                                                one.address(),
                                                                new Outage(since, FakeFleet.NOW))));
        OwnState own = new OwnState(Map.of(), Map.of(), outages, Map.of(), Optional.empty());

        // When
        List<FleetProblem> problems = FleetProblems.of(picture(fleet), own);
        offline(fleet, "c1");
        List<FleetProblem> offline = FleetProblems.of(picture(fleet), own);

        // Then
        assertThat(problems.getFirst().severity()).isEqualTo(Severity.CRITICAL);
        assertThat(problems.getFirst().subject()).isEqualTo("cluster c1");
        assertThat(problems.getFirst().what())
                .startsWith("is not reached by this router: connections to its primary c1-1 at ")
                .endsWith("fail, the last one at " + FakeFleet.NOW);
        assertThat(problems.getFirst().since()).contains(since);
        assertThat(problems.getFirst().affects()).startsWith("its 1 project is refused");
        assertThat(problems)
                .filteredOn(one -> one.what().contains("not reached by this router"))
                .hasSize(1);
        assertThat(offline).noneMatch(one -> one.what().contains("not reached by this router"));
    }

    @Test
    void certificatesAreToldOfBeforeTheyEnd() {
        // Given
        Picture picture = picture(FakeFleet.empty().with("c1", Health.HEALTHY));
        Map<String, CertificateState> certificates = new TreeMap<>();
        certificates.put("listener fine", new CertificateState(Duration.ofDays(8), false));
        certificates.put("listener main", new CertificateState(Duration.ofHours(50), true));
        certificates.put("the admin port", new CertificateState(Duration.ofSeconds(-1), false));

        // When
        List<FleetProblem> problems =
                FleetProblems.of(
                        picture,
                        new OwnState(Map.of(), Map.of(), Map.of(), certificates, Optional.empty()));

        // Then
        assertThat(problems)
                .extracting(one -> one.severity() + " " + one.what())
                .containsExactly(
                        "CRITICAL the certificate of the admin port has expired",
                        "WARNING cannot use the files of the certificate of listener main as they"
                                + " are now",
                        "WARNING the certificate of listener main expires in 2 days");
    }

    @Test
    void whatHappensToAClusterThatIsOfflineWakesNobody() throws TopologyException {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("a", Health.HEALTHY).with("b", Health.UNREACHABLE);
        offline(fleet, "b");

        // When
        List<FleetProblem> problems = problems(fleet);

        // Then
        assertThat(problems)
                .allSatisfy(one -> assertThat(one.severity()).isEqualTo(Severity.NOTICE))
                .extracting(FleetProblem::what)
                .containsExactlyInAnyOrder(
                        "is unreachable: because the test says so",
                        "is taken offline by bob: works");
    }

    @Test
    void recordsThatAreLostAreTheFirstThingToKnow() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("a", Health.HEALTHY).with("b", Health.DEGRADED);
        fleet.withRejected(edit("clusters", "all clusters are gone; they stay in force", 5))
                .withRejected(edit("projects", "40 znodes are gone with 90 projects", 9));
        for (int i = 0; i < 30; i++) {
            fleet.withRejected(edit("verdicts/c" + i, "is gone", 5));
        }
        fleet.withRejected(edit(RejectedEdit.OTHERS, "and 3 more that are not listed", 0));

        // When
        List<FleetProblem> problems = problems(fleet);

        // Then
        assertThat(problems.getFirst().severity()).isEqualTo(Severity.CRITICAL);
        assertThat(problems.getFirst().what())
                .isEqualTo(
                        "has lost records: clusters: all clusters are gone; they stay in force;"
                                + " projects: 40 znodes are gone with 90 projects");
        assertThat(problems.getFirst().since()).contains(FakeFleet.NOW.minusSeconds(9));
        assertThat(problems.getFirst().advice()).contains("homeport ensemble restore");
        assertThat(problems).noneMatch(one -> one.what().startsWith("cannot be read"));
        assertThat(problems).filteredOn(one -> one.subject().startsWith("znode ")).hasSize(10);
        assertThat(problems).extracting(FleetProblem::subject).contains("znodes");
    }

    @Test
    void nothingIsLostOfAFleetThatNobodyHasSeen() {
        // Given
        FakeFleet fleet =
                FakeFleet.withoutPicture()
                        .withRejected(edit("clusters", "there is no cluster that can be used", 5));

        // Then
        assertThat(FleetProblems.withoutPicture(fleet.status(), OwnState.SOUND))
                .extracting(FleetProblem::what)
                .containsExactly(
                        "has no picture of the fleet: there is no cluster that can be used");
    }

    @Test
    void whatFailedBeforeTheVerdictSaysNothingOfNow() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
        String address =
                fleet.current()
                        .flatMap(picture -> picture.cluster(C1))
                        .flatMap(ClusterSnapshot::primary)
                        .orElseThrow()
                        .address();
        Instant before = FakeFleet.NOW.minusSeconds(1);
        Map<String, Outage> outages = Map.of(address, new Outage(before, before));

        // Then
        assertThat(
                        FleetProblems.of(
                                picture(fleet),
                                new OwnState(
                                        Map.of(), Map.of(), outages, Map.of(), Optional.empty())))
                .isEmpty();
    }

    private static RejectedEdit edit(String znode, String rule, int secondsAgo) {
        return new RejectedEdit(
                znode, "", rule, Optional.empty(), FakeFleet.NOW.minusSeconds(secondsAgo));
    }

    private static OwnState unread(String why) {
        return new OwnState(Map.of(), Map.of(), Map.of(), Map.of(), Optional.of(why));
    }

    private static void failed(FakeFleet fleet, String project) throws TopologyException {
        fleet.withProject(project, "c1", ProjectState.PROVISIONING)
                .changePlacement(new ProjectId(project), found -> found.failed("no rights"));
    }

    /** A router that watches the fleet from now on. */
    private final class Watch {
        private final FakeFleet fleet;
        private final DaemonMemory daemons;
        private final ConditionMemory conditions;

        private Watch(FakeFleet fleet) {
            this.fleet = fleet;
            this.daemons = DaemonMemory.of(fleet, clock, clock::nanos);
            this.conditions = ConditionMemory.of(fleet, fleet, clock, clock::nanos);
        }

        Picture picture() {
            return new Picture(
                    fleet.current().orElseThrow(),
                    fleet.status(),
                    fleet.routers(),
                    fleet.agents(),
                    Map.of(),
                    daemons.notHeardOf(),
                    daemons.missingAgents(),
                    conditions.standing());
        }

        List<FleetProblem> problems() {
            return FleetProblems.of(picture(), OwnState.SOUND);
        }
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
        return FleetProblems.of(picture(fleet), OwnState.SOUND);
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
