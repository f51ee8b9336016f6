package dev.homeport.router.routing;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.RoutingDecision.Go;
import dev.homeport.router.routing.RoutingDecision.Place;
import dev.homeport.router.routing.RoutingDecision.Reject;
import dev.homeport.router.routing.SessionLimit.Cut;
import dev.homeport.router.routing.SessionLimit.Finish;
import dev.homeport.router.routing.SessionLimit.RefuseNext;
import dev.homeport.router.routing.SessionLimit.Unlimited;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.fleet.Fleets;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.UnknownProjects;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingPolicyTest {
    private static ClusterIntent intent(Intent intent, Optional<Duration> deadline) {
        return new ClusterIntent(
                intent,
                "secret reason",
                "somebody",
                Optional.empty(),
                Optional.of(Duration.ofSeconds(60)),
                deadline,
                Optional.empty());
    }

    private static Clusters home() {
        return aCluster("c1").withPrimary("c1-1");
    }

    private static Fleets fleet(Clusters home, ProjectState state) {
        return aFleet().with(home)
                .with(aCluster("c2").withPrimary("c2-1"))
                .withProject("p1", "c1", state)
                .withProject("p2", "c2");
    }

    private static Route route() {
        return ((Go)
                        RoutingPolicy.decide(
                                fleet(home(), ProjectState.SERVING).build(), Family.MARIADB, "p1"))
                .route();
    }

    private static ClientError rejected(FleetSnapshot fleet, String project) {
        return ((Reject) RoutingPolicy.decide(fleet, Family.MARIADB, project)).error();
    }

    @Test
    void sendsAProjectToThePrimaryOfItsHome() {
        // When
        Route route = route();
        // Then
        assertThat(route.cluster()).hasToString("c1");
        assertThat(route.instance().id()).hasToString("c1-1");
        assertThat(route.epoch()).isEqualTo(1);
    }

    @Test
    void comparesProjectsWithoutCase() {
        assertThat(
                        RoutingPolicy.decide(
                                fleet(home(), ProjectState.SERVING).build(), Family.MARIADB, "P1"))
                .isEqualTo(new Go(route()));
    }

    @Test
    void refusesWhatNobodyKnows() {
        // Given
        FleetSnapshot fleet = fleet(home(), ProjectState.SERVING).build();
        // When / Then
        assertThat(rejected(fleet, "p3").kind()).isEqualTo(ErrorKind.UNKNOWN_PROJECT);
        assertThat(rejected(fleet, "p3").project()).contains(new ProjectId("p3"));
        assertThat(rejected(fleet, "no id!").kind()).isEqualTo(ErrorKind.UNKNOWN_PROJECT);
        assertThat(rejected(fleet, "no id!").project()).isEmpty();
        assertThat(rejected(fleet, "").kind()).isEqualTo(ErrorKind.UNKNOWN_PROJECT);
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE,   HEALTHY,     SERVING,      ",
        "ACTIVE,   DEGRADED,    SERVING,      ",
        "ACTIVE,   UNKNOWN,     SERVING,      ",
        "ACTIVE,   UNREACHABLE, SERVING,      ",
        "CORDONED, HEALTHY,     SERVING,      ",
        "ACTIVE,   NO_PRIMARY,  SERVING,      NO_PRIMARY",
        "CORDONED, NO_PRIMARY,  SERVING,      NO_PRIMARY",
        "DRAINING, HEALTHY,     SERVING,      CLUSTER_DRAINING",
        "DRAINING, NO_PRIMARY,  SERVING,      CLUSTER_DRAINING",
        "OFFLINE,  HEALTHY,     SERVING,      CLUSTER_OFFLINE",
        "OFFLINE,  NO_PRIMARY,  SERVING,      CLUSTER_OFFLINE",
        "ACTIVE,   HEALTHY,     MOVING,       PROJECT_MOVING",
        "ACTIVE,   HEALTHY,     PROVISIONING, PROJECT_PROVISIONING",
        "ACTIVE,   HEALTHY,     OFFLINE,      PROJECT_OFFLINE",
        "ACTIVE,   HEALTHY,     RESTORING,    PROJECT_RESTORING",
        "ACTIVE,   HEALTHY,     DELETED,      PROJECT_DELETED",
        "OFFLINE,  HEALTHY,     DELETED,      PROJECT_DELETED"
    })
    void refusesLoginsAsTheAvailabilitySays(
            Intent intent, Health health, ProjectState state, ErrorKind refusal) {
        // Given
        FleetSnapshot fleet =
                fleet(home().with(intent(intent, Optional.empty())).with(health), state).build();
        // When
        RoutingDecision decision = RoutingPolicy.decide(fleet, Family.MARIADB, "p1");
        // Then
        if (refusal == null) {
            assertThat(decision).isInstanceOf(Go.class);
        } else {
            ClientError error = ((Reject) decision).error();
            assertThat(error.kind()).isEqualTo(refusal);
            assertThat(error.message()).doesNotContain("secret reason");
        }
    }

    @Test
    void anIncidentRefusesTheProjectsInItsScopeAndNobodyElse() {
        // Given
        FleetSnapshot fleet =
                fleet(home(), ProjectState.SERVING)
                        .withProject("p3", "c1")
                        .with(Incidents.dataLoss("i1", "c1", IncidentLimit.CONTAIN, "p1", "p2"))
                        .build();
        // Then
        assertThat(rejected(fleet, "p1").kind()).isEqualTo(ErrorKind.PROJECT_DATA_LOSS);
        assertThat(RoutingPolicy.decide(fleet, Family.MARIADB, "p2")).isInstanceOf(Go.class);
        assertThat(RoutingPolicy.decide(fleet, Family.MARIADB, "p3")).isInstanceOf(Go.class);
        assertThat(RoutingPolicy.limit(fleet, route()))
                .isInstanceOfSatisfying(
                        Cut.class,
                        cut -> {
                            assertThat(cut.error().kind()).isEqualTo(ErrorKind.PROJECT_DATA_LOSS);
                            assertThat(cut.error().message())
                                    .endsWith("[homeport project_data_loss cluster=c1 project=p1]");
                        });
    }

    @Test
    void anIncidentOfTheWholeClusterRefusesAllWhoLiveThere() {
        // Given
        FleetSnapshot fleet =
                fleet(home(), ProjectState.SERVING)
                        .with(Incidents.dataLoss("i1", "c1", IncidentLimit.OFFLINE))
                        .build();
        // Then
        assertThat(rejected(fleet, "p1").kind()).isEqualTo(ErrorKind.CLUSTER_DATA_LOSS);
        assertThat(RoutingPolicy.decide(fleet, Family.MARIADB, "p2")).isInstanceOf(Go.class);
        assertThat(RoutingPolicy.limit(fleet, route())).isInstanceOf(Cut.class);
    }

    @Test
    void anIncidentThatOnlyAlertsRefusesNobody() {
        // Given
        FleetSnapshot fleet =
                fleet(home(), ProjectState.SERVING)
                        .with(Incidents.dataLoss("i1", "c1", IncidentLimit.ALERT, "p1"))
                        .build();
        // Then
        assertThat(RoutingPolicy.limit(fleet, route())).isInstanceOf(Unlimited.class);
    }

    @Test
    void refusesLoginsToAClusterThatNeverHadAPrimary() {
        assertThat(rejected(fleet(aCluster("c1"), ProjectState.SERVING).build(), "p1").kind())
                .isEqualTo(ErrorKind.NO_PRIMARY);
    }

    @Test
    void sendsNewProjectsToWhatAgentsSeeNowAndNotToWhatTheyOnceSaw() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.DEGRADED)
                        .withPolicy(PlacementPolicy.DEFAULT.with(UnknownProjects.PLACE));
        RoutingDecision watched = decideOrPlace(fleet, "fresh");
        // When
        fleet.withoutAgents("c1");
        // Then
        assertThat(homeOf(watched)).isEqualTo("c1");
        assertThat(homeOf(decideOrPlace(fleet, "fresh"))).isEqualTo("c2");
    }

    @Test
    void goesByTheVerdictsUntilItHasHeardOfAgents() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.DEGRADED)
                        .withPolicy(PlacementPolicy.DEFAULT.with(UnknownProjects.PLACE));
        for (int i = 0; i < 20; i++) {
            // When
            RoutingDecision decision =
                    RoutingPolicy.decideOrPlace(
                            fleet.current().orElseThrow(),
                            Family.MARIADB,
                            "fresh" + i,
                            Optional.empty());
            // Then
            assertThat(homeOf(decision)).isEqualTo("c1");
        }
    }

    @Test
    void sendsNewProjectsWhereAPlacementWouldPutThemAndNowhereElse() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c2", Health.HEALTHY)
                        .with("c3", Health.DEGRADED)
                        .withPolicy(PlacementPolicy.DEFAULT.with(UnknownProjects.PLACE));
        for (int i = 0; i < 100; i++) {
            String project = "fresh" + i;
            // When
            RoutingDecision decision = decideOrPlace(fleet, project);
            // Then
            PlacementChoice.Choice choice =
                    PlacementChoice.choose(new ProjectId(project), fleet.current().orElseThrow());
            assertThat(choice)
                    .isInstanceOfSatisfying(
                            PlacementChoice.Choice.Chosen.class,
                            chosen ->
                                    assertThat(homeOf(decision))
                                            .isEqualTo(chosen.cluster().value()));
        }
    }

    @Test
    void refusesNewProjectsWhereNoClusterMayTakeThem() {
        // Given
        FakeFleet fleet =
                FakeFleet.empty()
                        .with("c1", Health.UNREACHABLE)
                        .withPolicy(PlacementPolicy.DEFAULT.with(UnknownProjects.PLACE));
        // When
        RoutingDecision decision = decideOrPlace(fleet, "fresh");
        // Then
        assertThat(((Reject) decision).error().kind()).isEqualTo(ErrorKind.NO_CLUSTER_AVAILABLE);
    }

    private static RoutingDecision decideOrPlace(FakeFleet fleet, String project) {
        return RoutingPolicy.decideOrPlace(
                fleet.current().orElseThrow(), Family.MARIADB, project, fleet.knownAgents());
    }

    private static String homeOf(RoutingDecision decision) {
        return ((Place) decision).route().cluster().value();
    }

    @ParameterizedTest
    @CsvSource({"MARIADB, MYSQL", "MYSQL, MARIADB"})
    void refusesLoginsOnAPortOfTheOtherFamily(Family port, Family family) {
        // Given
        FleetSnapshot fleet = fleet(home().with(family), ProjectState.SERVING).build();
        // When
        RoutingDecision other = RoutingPolicy.decide(fleet, port, "p1");
        RoutingDecision own = RoutingPolicy.decide(fleet, family, "p1");
        // Then
        String needed = family.name().toLowerCase(Locale.ROOT);
        assertThat(((Reject) other).error().message())
                .isEqualTo(
                        "The project's database cluster cannot be reached through this port: its"
                                + " family is %s, this port's is %s; connect to a listener of"
                                        .formatted(needed, port.name().toLowerCase(Locale.ROOT))
                                + " family %s [homeport wrong_listener cluster=c1 project=p1]"
                                        .formatted(needed));
        assertThat(own).isInstanceOf(Go.class);
    }

    @Test
    void saysThatThePortIsWrongAlsoWhileTheClusterIsOffline() {
        // Given
        Clusters offline = home().with(Family.MYSQL).with(intent(Intent.OFFLINE, Optional.empty()));
        // When / Then
        assertThat(rejected(fleet(offline, ProjectState.SERVING).build(), "p1").kind())
                .isEqualTo(ErrorKind.WRONG_LISTENER);
    }

    @Test
    void leavesSessionsAloneWhileAllIsWell() {
        assertThat(limit(home(), ProjectState.SERVING)).isInstanceOf(Unlimited.class);
        assertThat(limit(home().cordoned(), ProjectState.SERVING)).isInstanceOf(Unlimited.class);
        assertThat(limit(home().with(Health.UNREACHABLE), ProjectState.SERVING))
                .isInstanceOf(Unlimited.class);
        assertThat(limit(home().with(Health.UNKNOWN), ProjectState.SERVING))
                .isInstanceOf(Unlimited.class);
    }

    private static SessionLimit limit(Clusters home, ProjectState state) {
        return RoutingPolicy.limit(fleet(home, state).build(), route());
    }

    @Test
    void holdsNewCommandsBackWithoutAPrimary() {
        // When
        SessionLimit limit = limit(home().withoutPrimary(), ProjectState.SERVING);
        // Then
        assertThat(((RefuseNext) limit).error().kind()).isEqualTo(ErrorKind.NO_PRIMARY);
    }

    @Test
    void holdsNewCommandsBackWhileTheProjectMoves() {
        assertThat(((RefuseNext) limit(home(), ProjectState.MOVING)).error().kind())
                .isEqualTo(ErrorKind.PROJECT_MOVING);
    }

    @Test
    void letsTransactionsFinishWhileTheClusterDrains() {
        // Given
        Clusters draining = home().with(intent(Intent.DRAINING, Optional.empty()));
        // When
        Finish limit = (Finish) limit(draining, ProjectState.SERVING);
        // Then
        assertThat(limit.error().kind()).isEqualTo(ErrorKind.CLUSTER_DRAINING);
        assertThat(limit.deadline()).isEqualTo(ClusterIntent.DEFAULT_DRAIN_DEADLINE);
        assertThat(limit.error().detail()).isEqualTo("secret reason");
        assertThat(limit.error().retryAfter()).contains(Duration.ofSeconds(60));
    }

    @Test
    void cutsSessionsOfAnOfflineClusterByTheOperatorsDeadline() {
        // Given
        Clusters offline = home().with(intent(Intent.OFFLINE, Optional.of(Duration.ZERO)));
        // When
        Cut limit = (Cut) limit(offline, ProjectState.SERVING);
        // Then
        assertThat(limit.error().kind()).isEqualTo(ErrorKind.CLUSTER_OFFLINE);
        assertThat(limit.deadline()).isZero();
        assertThat(limit.mayContinue()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "OFFLINE,      PROJECT_OFFLINE",
        "RESTORING,    PROJECT_RESTORING",
        "DELETED,      PROJECT_DELETED",
        "PROVISIONING, PROJECT_PROVISIONING"
    })
    void cutsSessionsOfAProjectThatIsRefused(ProjectState state, ErrorKind kind) {
        // When
        Cut limit = (Cut) limit(home(), state);
        // Then
        assertThat(limit.error().kind()).isEqualTo(kind);
        assertThat(limit.deadline()).isEqualTo(ClusterIntent.DEFAULT_OFFLINE_DEADLINE);
    }

    @ParameterizedTest
    @CsvSource({
        "3600, ACTIVE,     , false, 3600",
        "3600, CORDONED,   , false, 3600",
        "3600, OFFLINE,   0, false,    0",
        "3600, OFFLINE,    , false,    1",
        "3600, DRAINING, 60, false,   60",
        "3600, ACTIVE,     , true,     1",
        "   5, DRAINING, 60, false,    5",
        "   0, OFFLINE,   9, true,     0"
    })
    void leavesASessionTheShortestTimeOfAllThatLimitsIt(
            long ofProject, Intent intent, Long ofIntent, boolean hasIncident, long left) {
        // Given
        Optional<Duration> deadline = Optional.ofNullable(ofIntent).map(Duration::ofSeconds);
        for (IncidentLimit incident : List.of(IncidentLimit.CONTAIN, IncidentLimit.OFFLINE)) {
            Fleets fleet =
                    fleet(home().with(intent(intent, deadline)), ProjectState.OFFLINE)
                            .withProject("p1", "c1", ProjectState.OFFLINE, terms(ofProject));
            if (hasIncident) {
                fleet.with(Incidents.dataLoss("i1", "c1", incident, "p1"));
            }
            // When
            Cut limit = (Cut) RoutingPolicy.limit(fleet.build(), route());
            // Then
            assertThat(limit.error().kind()).isEqualTo(ErrorKind.PROJECT_OFFLINE);
            assertThat(limit.deadline()).isEqualTo(Duration.ofSeconds(left));
        }
    }

    private static RefusalTerms terms(long seconds) {
        return new RefusalTerms(Optional.of(Duration.ofSeconds(seconds)), Optional.empty());
    }

    @Test
    void sendsNoOtherStatementToAFormerHome() {
        // Given
        FleetSnapshot moved = fleet(home(), ProjectState.SERVING).withProject("p1", "c2").build();
        // When
        Cut limit = (Cut) RoutingPolicy.limit(moved, route());
        // Then
        assertThat(limit.mayContinue()).isFalse();
        assertThat(limit.error().kind()).isEqualTo(ErrorKind.PROJECT_MOVING);
    }

    @Test
    void sendsNoOtherStatementToAFormerPrimary() {
        // Given
        Clusters failedOver = home().withPrimary("c1-2");
        // When
        Cut limit = (Cut) limit(failedOver, ProjectState.SERVING);
        // Then
        assertThat(limit.mayContinue()).isFalse();
        assertThat(limit.error().kind()).isEqualTo(ErrorKind.NO_PRIMARY);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT0S", "PT1H, PT1S"})
    void sendsNoOtherStatementToAFormerPrimaryOfAnOfflineCluster(Duration said, Duration left) {
        // Given
        Clusters failedOver =
                home().withPrimary("c1-2").with(intent(Intent.OFFLINE, Optional.of(said)));
        // When
        Cut limit = (Cut) limit(failedOver, ProjectState.SERVING);
        // Then
        assertThat(limit.mayContinue()).isFalse();
        assertThat(limit.deadline()).isEqualTo(left);
        assertThat(limit.error().kind()).isEqualTo(ErrorKind.CLUSTER_OFFLINE);
    }

    @Test
    void staysOnAPrimaryThatWasElectedAgain() {
        assertThat(limit(home().withEpoch(7), ProjectState.SERVING)).isInstanceOf(Unlimited.class);
    }

    @Test
    void cutsSessionsOfAProjectThatIsGone() {
        // Given
        FleetSnapshot without = aFleet().with(home()).build();
        // When
        Cut limit = (Cut) RoutingPolicy.limit(without, route());
        // Then
        assertThat(limit.error().kind()).isEqualTo(ErrorKind.UNKNOWN_PROJECT);
        assertThat(limit.mayContinue()).isFalse();
    }

    @Property(tries = 1000)
    void neverRoutesToAnyOtherThanTheHomeAndItsPrimary(
            @ForAll Intent intent,
            @ForAll Health health,
            @ForAll ProjectState state,
            @ForAll Family port,
            @ForAll @IntRange(min = 1, max = 3) int home,
            @ForAll @IntRange(min = 0, max = 2) int primaries) {
        // Given
        Fleets fleets = aFleet();
        for (int id = 1; id <= 3; id++) {
            Clusters cluster = aCluster("c" + id).with(intent(intent, Optional.empty()));
            for (int primary = 1; primary <= primaries; primary++) {
                cluster.withPrimary("c" + id + "-" + primary);
            }
            fleets.with(cluster.with(health).with(id == 3 ? Family.MYSQL : Family.MARIADB));
        }
        FleetSnapshot fleet = fleets.withProject("p1", "c" + home, state).build();
        // When
        RoutingDecision decision = RoutingPolicy.decide(fleet, port, "p1");
        // Then
        Availability availability =
                Availability.of(
                        fleet.cluster(homeOf(fleet)).orElseThrow(), new ProjectId("p1"), state);
        if (decision instanceof Go go) {
            assertThat(availability).isEqualTo(Availability.SERVE);
            assertThat(go.route().cluster()).isEqualTo(homeOf(fleet));
            assertThat(fleet.cluster(homeOf(fleet)).orElseThrow().definition().family())
                    .isEqualTo(port);
            assertThat(Optional.of(go.route().instance()))
                    .isEqualTo(fleet.cluster(homeOf(fleet)).orElseThrow().primary());
        }
        assertThat(decision instanceof Go)
                .isEqualTo(
                        availability == Availability.SERVE
                                && primaries > 0
                                && port == (home == 3 ? Family.MYSQL : Family.MARIADB));
    }

    private static ClusterId homeOf(FleetSnapshot fleet) {
        return fleet.placements().find(new ProjectId("p1")).map(Placement::home).orElseThrow();
    }

    @Property(tries = 1000)
    void limitsARunningSessionAtLeastAsMuchAsItWouldALogin(
            @ForAll Intent intent,
            @ForAll Health health,
            @ForAll ProjectState state,
            @ForAll boolean moved,
            @ForAll boolean failedOver) {
        // Given
        Clusters home = failedOver ? home().withPrimary("c1-2") : home();
        FleetSnapshot fleet =
                fleet(home.with(intent(intent, Optional.empty())).with(health), state)
                        .withProject("p1", moved ? "c2" : "c1", state)
                        .build();
        // When
        SessionLimit limit = RoutingPolicy.limit(fleet, route());
        // Then
        boolean wouldGoThere =
                RoutingPolicy.decide(fleet, Family.MARIADB, "p1") instanceof Go go
                        && go.route().instance().equals(route().instance());
        assertThat(limit instanceof Unlimited).isEqualTo(wouldGoThere);
        if (moved || failedOver) {
            assertThat(limit).isInstanceOf(Cut.class);
            assertThat(((Cut) limit).mayContinue()).isFalse();
        }
    }
}
