package dev.homeport.router.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.TopologyException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FleetMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Set<Instance> isOut = new HashSet<>();
    private final Clock clock =
            Clock.fixed(FakeFleet.NOW.plus(Duration.ofSeconds(3)), ZoneOffset.UTC);

    @Test
    void showTheAgeOfThePictureAndTheConnection() {
        // Given
        FakeFleet fleet = FakeFleet.empty();
        bind(fleet);

        // When
        fleet.connection(Connection.LOST);

        // Then
        assertThat(registry.get("router.map.age").timeGauge().value(TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(state("connected")).isZero();
        assertThat(state("lost")).isEqualTo(1);
        assertThat(registry.get("router.edits.rejected").gauge().value()).isZero();
    }

    @Test
    void haveNoAgeWithoutAPicture() {
        // Given
        bind(FakeFleet.withoutPicture());

        // Then
        assertThat(registry.get("router.map.age").timeGauge().value()).isNaN();
    }

    @Test
    void followTheClustersAsTheyComeAndGo() throws TopologyException {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
        bind(fleet);

        // When
        fleet.with("c2", Health.NO_PRIMARY).withProject("p1", "c2", ProjectState.SERVING);
        fleet.deleteCluster(new ClusterId("c1"));

        // Then
        assertThat(registry.find("router.cluster.residents").tag("cluster", "c1").gauge()).isNull();
        assertThat(cluster("residents")).isEqualTo(1);
        assertThat(cluster("available")).isZero();
        assertThat(cluster("epoch")).isEqualTo(7);
        assertThat(cluster("agents")).isEqualTo(1);
        assertThat(
                        registry.get("router.cluster.health")
                                .tags("cluster", "c2", "health", "no-primary")
                                .gauge()
                                .value())
                .isEqualTo(1);
        assertThat(
                        registry.get("router.cluster.intent")
                                .tags("cluster", "c2", "intent", "active")
                                .gauge()
                                .value())
                .isEqualTo(1);
    }

    @Test
    void countTheIncidentsThatAreOpen() throws TopologyException {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY);
        bind(fleet);

        // When
        fleet.with(Incidents.dataLoss("i1", "c1", IncidentLimit.CONTAIN, "p1"));
        fleet.with(Incidents.dataLoss("i2", "c1", IncidentLimit.ALERT, "p1"));
        fleet.closeIncident(new IncidentId("i1"), "mia", "restored");

        // Then
        assertThat(incidents("data-loss")).isEqualTo(1);
        assertThat(incidents("suspicious-drop")).isZero();
    }

    @Test
    void tellWhichPrimaryIsOutOfReach() {
        // Given
        FakeFleet fleet = FakeFleet.empty().with("c2", Health.HEALTHY);
        bind(fleet);
        assertThat(cluster("out.of.reach")).isZero();

        // When
        isOut.addAll(
                fleet.current()
                        .flatMap(picture -> picture.cluster(new ClusterId("c2")))
                        .orElseThrow()
                        .definition()
                        .instances());

        // Then
        assertThat(cluster("out.of.reach")).isEqualTo(1);
    }

    private double incidents(String kind) {
        return registry.get("router.incidents.open").tag("kind", kind).gauge().value();
    }

    @Test
    void haveABoundedNumberOfSeries() {
        // Given
        FakeFleet fleet = FakeFleet.empty();
        bind(fleet);

        // When
        for (int i = 0; i < ClusterMeters.MAX_CLUSTERS + 5; i++) {
            fleet.with("c" + i, Health.HEALTHY);
        }

        // Then
        assertThat(registry.get("router.cluster.epoch").gauges())
                .hasSize(ClusterMeters.MAX_CLUSTERS);
    }

    private void bind(FakeFleet fleet) {
        FleetMeters.bind(registry, fleet, fleet, isOut::contains, clock);
    }

    private double state(String word) {
        return registry.get("router.zookeeper.state").tag("state", word).gauge().value();
    }

    private double cluster(String name) {
        return registry.get("router.cluster." + name).tag("cluster", "c2").gauge().value();
    }
}
