package dev.homeport.testkit.fleet;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Health;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FleetsTest {
    @Test
    void aClusterWithAPrimaryIsHealthyAndActiveUnlessSomethingElseIsSaid() {
        // When
        ClusterSnapshot built = aCluster("c1").withPrimary("c1-1", 7401).build();
        ClusterSnapshot cordoned = aCluster("c2").withPrimary("c2-1").cordoned().build();

        // Then
        assertThat(built.health()).isEqualTo(Health.HEALTHY);
        assertThat(built.intent().intent()).isEqualTo(Intent.ACTIVE);
        assertThat(built.primary().orElseThrow().port()).isEqualTo(7401);
        assertThat(cordoned.intent().intent()).isEqualTo(Intent.CORDONED);
    }

    @Test
    void aFleetGoesOnFromAnother() {
        // Given
        FleetSnapshot before =
                aFleet().with(aCluster("c1").withPrimary("c1-1").withReplica("c1-2"))
                        .withProject("p1", "c1")
                        .build();

        // When
        FleetSnapshot after = Fleets.from(before).withProject("p2", "c1").build();

        // Then
        assertThat(after.placements().residents(new ClusterId("c1"))).isEqualTo(2);
        assertThat(after.placements().find(new ProjectId("p1")).map(Placement::home))
                .contains(new ClusterId("c1"));
        assertThat(after.zxid()).isGreaterThan(before.zxid());
    }

    @Test
    void aFakeSourceTellsItsListenersOfEachPicture() {
        // Given
        FakeFleetSource source = new FakeFleetSource();
        List<Optional<FleetSnapshot>> before = new ArrayList<>();
        source.onChange((old, now) -> before.add(old));
        FleetSnapshot first = aFleet().build();

        // When
        source.set(first);
        source.set(aFleet().with(aCluster("c1")));

        // Then
        assertThat(before).containsExactly(Optional.empty(), Optional.of(first));
        assertThat(source.current().orElseThrow().clusters()).hasSize(1);
    }
}
