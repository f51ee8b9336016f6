package dev.homeport.router.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Health;
import dev.homeport.topology.Intent;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What needs no server. */
final class PlacementServiceTest {
    private static final ClusterIntent OFFLINE =
            new ClusterIntent(
                    Intent.OFFLINE,
                    "disks",
                    "jo",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private static final RouterId SELF = new RouterId("r1");

    private final FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
    private final PlacementService service =
            PlacementService.open(
                    SELF,
                    fleet,
                    fleet,
                    new ServiceAccountConfig(
                            "maker",
                            Path.of("/unread"),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(2)),
                    new Secret("secret"),
                    any -> AccountLink.DEFAULT,
                    Clock.systemUTC());

    @AfterEach
    void closeService() {
        service.close();
    }

    @Test
    void placesNothingWithoutAnAccount() {
        // Given
        try (PlacementService without =
                PlacementService.withoutProvisioning(SELF, fleet, fleet, Clock.systemUTC())) {
            // When
            PlacementOutcome outcome = without.place(request("p1", Optional.empty()));

            // Then
            assertThat(outcome).isInstanceOf(PlacementOutcome.NotConfigured.class);
            assertThat(fleet.current().orElseThrow().placements().size()).isZero();
        }
    }

    @Test
    void placesNothingWhileZooKeeperIsAway() {
        // Given
        fleet.connection(Connection.SUSPENDED);

        // Then
        assertThat(service.place(request("p1", Optional.empty())))
                .isInstanceOf(PlacementOutcome.Unavailable.class);
    }

    @Test
    void saysWhereAProjectLivesThatHasAHome() {
        // Given
        fleet.withProject("p1", "c1", ProjectState.OFFLINE);

        // When
        PlacementOutcome outcome = service.place(request("p1", Optional.of("c1")));

        // Then
        assertThat(outcome).isEqualTo(new PlacementOutcome.Placed(fleet.placement("p1"), false));
    }

    @Test
    void refusesAnotherClusterThanTheHome() {
        // Given
        fleet.with("c2", Health.HEALTHY).withProject("p1", "c1", ProjectState.SERVING);

        // Then
        assertThat(service.place(request("p1", Optional.of("c2"))))
                .isEqualTo(new PlacementOutcome.AlreadyElsewhere(fleet.placement("p1")));
    }

    @Test
    void placesNoTombstoneAnew() {
        // Given
        fleet.withProject("p1", "c1", ProjectState.DELETED);

        // Then
        assertThat(service.place(request("p1", Optional.empty())))
                .isEqualTo(new PlacementOutcome.Deleted(fleet.placement("p1")));
    }

    @Test
    void saysWhyNoClusterIsAvailable() {
        // Given
        FakeFleet sick = FakeFleet.empty().with("c1", Health.NO_PRIMARY);
        try (PlacementService placing = over(sick)) {
            // When
            PlacementOutcome outcome = placing.place(request("p1", Optional.empty()));

            // Then
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            PlacementOutcome.NoClusterAvailable.class,
                            none ->
                                    assertThat(none.considered().getFirst().why())
                                            .isEqualTo("not fit: its health is no-primary"));
        }
    }

    @Test
    void saysThatAClusterAskedForIsUnknown() {
        assertThat(service.place(request("p1", Optional.of("nowhere"))))
                .isEqualTo(new PlacementOutcome.UnknownCluster(new ClusterId("nowhere")));
    }

    @Test
    void leavesARecordWithItsErrorWhereTheHomeHasNoPrimary() {
        // Given
        FakeFleet sick =
                FakeFleet.empty()
                        .with("c1", Health.NO_PRIMARY)
                        .withProject("p1", "c1", ProjectState.PROVISIONING);
        try (PlacementService placing = over(sick)) {
            // When
            PlacementOutcome outcome = placing.place(request("p1", Optional.empty()));

            // Then
            assertThat(outcome).isInstanceOf(PlacementOutcome.Unfinished.class);
            assertThat(sick.placement("p1").state()).isEqualTo(ProjectState.PROVISIONING);
            assertThat(sick.placement("p1").error()).contains("cluster c1 has no primary");
        }
    }

    @Test
    void makesNothingOnAHomeThatIsOffline() throws TopologyException {
        // Given
        FakeFleet away =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .withProject("p1", "c1", ProjectState.PROVISIONING);
        away.changeIntent(new ClusterId("c1"), before -> OFFLINE);
        try (PlacementService placing = over(away)) {
            // When
            PlacementOutcome outcome = placing.place(request("p1", Optional.empty()));

            // Then
            assertThat(outcome).isInstanceOf(PlacementOutcome.Unfinished.class);
            assertThat(away.placement("p1").error().orElseThrow())
                    .contains("cluster c1 is offline");
        }
    }

    private static PlacementService over(FakeFleet fleet) {
        return PlacementService.open(
                SELF,
                fleet,
                fleet,
                new ServiceAccountConfig(
                        "maker", Path.of("/unread"), Duration.ofSeconds(1), Duration.ofSeconds(2)),
                new Secret("secret"),
                any -> AccountLink.DEFAULT,
                Clock.systemUTC());
    }

    private static PlacementRequest request(String project, Optional<String> wanted) {
        return new PlacementRequest(
                new ProjectId(project), wanted.map(ClusterId::new), false, "test");
    }
}
