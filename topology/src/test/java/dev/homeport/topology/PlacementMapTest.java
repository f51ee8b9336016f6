package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacementMapTest {
    private static final ProjectId P42 = new ProjectId("p42");
    private static final ClusterId C1 = new ClusterId("c1");
    private static final ClusterId C2 = new ClusterId("c2");

    @Test
    void replacingABucketMakesANewMapWithNewCounts() {
        // Given
        PlacementMap before =
                PlacementMap.EMPTY.withBucket(
                        Buckets.of(P42), Map.of(P42, placement(C1, ProjectState.SERVING)));

        // When
        PlacementMap after =
                before.withBucket(
                        Buckets.of(P42), Map.of(P42, placement(C2, ProjectState.DELETED)));

        // Then
        assertThat(before.find(P42)).map(Placement::home).contains(C1);
        assertThat(before.residents(C1)).isEqualTo(1);
        assertThat(after.residents(C1)).isZero();
        assertThat(after.residents(C2)).isZero();
        assertThat(after.records(C2)).isEqualTo(1);
        assertThat(after.size()).isEqualTo(1);
    }

    @Test
    void aProjectInAnotherBucketIsRefused() {
        // Given
        int wrong = Buckets.of(P42) ^ 1;

        // When
        var thrown =
                assertThatThrownBy(
                        () ->
                                PlacementMap.EMPTY.withBucket(
                                        wrong, Map.of(P42, placement(C1, ProjectState.SERVING))));

        // Then
        thrown.hasMessageContaining("project p42 belongs into bucket f24");
    }

    private static Placement placement(ClusterId home, ProjectState state) {
        return new Placement(home, state, Instant.EPOCH, "", Optional.empty());
    }
}
