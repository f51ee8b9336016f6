package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementMapTest {
    private static final ProjectId P42 = new ProjectId("p42");
    private static final ClusterId C1 = new ClusterId("c1");
    private static final ClusterId C2 = new ClusterId("c2");
    private static final List<ProjectState> STATES = List.of(ProjectState.values());

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

    /**
     * Homes come and go, and leave their numbers to others; more of them than there are numbers.
     */
    @Test
    void everyProjectIsFoundHoweverManyHomesThereAre() {
        // Given
        PlacementMap map = PlacementMap.EMPTY;
        Map<ProjectId, ClusterId> model = new HashMap<>();

        for (int round = 0; round < 3; round++) {
            // When
            for (int i = 0; i < 13_000; i++) {
                var project = new ProjectId("p" + i);
                model.put(project, new ClusterId("c" + (i * (round + 1)) % 13_000 + "-" + round));
            }
            map = map.with(buckets(model));

            // Then
            PlacementMap now = map;
            assertThat(model)
                    .allSatisfy(
                            (project, home) ->
                                    assertThat(now.residence(project))
                                            .contains(new Residence(home, ProjectState.SERVING)));
            assertThat(now.residence(new ProjectId("nobody"))).isEmpty();
        }
    }

    @Test
    void homesThatGoLeaveTheirNumbersToOthers() {
        // Given
        var other = new ProjectId("other");
        PlacementMap map = PlacementMap.EMPTY;

        for (int i = 0; i < 30_000; i++) {
            // When
            var home = new ClusterId("c" + i);
            map = map.withBucket(Buckets.of(P42), Map.of(P42, placement(home, state(i))));
            if (i % 1000 == 0) {
                map = map.withBucket(Buckets.of(other), Map.of(other, placement(home, state(i))));
            }

            // Then
            assertThat(map.residence(P42)).contains(new Residence(home, state(i)));
            assertThat(map.residence(other).orElseThrow().home())
                    .isEqualTo(new ClusterId("c" + i / 1000 * 1000));
        }
    }

    /** Found by computing: the CRC-32C of both is c4660ab6. */
    @ParameterizedTest
    @ValueSource(ints = {0, 6000})
    void idsWithTheSameHashAreTwoProjects(int others) {
        // Given
        var one = new ProjectId("p2190c3bf00539");
        var other = new ProjectId("p9827e8d96ea37");
        Map<ProjectId, ClusterId> model = new HashMap<>();
        for (int i = 0; i < others; i++) {
            model.put(new ProjectId("p" + i), C2);
        }
        model.put(one, C1);

        // When
        PlacementMap alone = PlacementMap.EMPTY.with(buckets(model));
        model.put(other, C2);
        PlacementMap together = PlacementMap.EMPTY.with(buckets(model));

        // Then
        assertThat(one.crc()).isEqualTo(other.crc());
        assertThat(one).isNotEqualTo(other).hasSameHashCodeAs(other);
        assertThat(alone.residence(one).map(Residence::home)).contains(C1);
        assertThat(alone.residence(other)).isEmpty();
        assertThat(alone.find(other)).isEmpty();
        assertThat(alone.bucket(Buckets.of(other)).residence(other)).isEmpty();
        assertThat(together.residence(one).map(Residence::home)).contains(C1);
        assertThat(together.residence(other).map(Residence::home)).contains(C2);
        assertThat(together.find(other).map(Placement::home)).contains(C2);
    }

    /** Whoever holds an older map, or takes a bucket from one map into another. */
    @Test
    void eachMapHasItsOwnNumbers() {
        // Given
        var other = new ProjectId("other");
        List<PackedBucket> first = buckets(Map.of(P42, C1));
        List<PackedBucket> second = buckets(Map.of(other, C2));
        PlacementMap one = PlacementMap.EMPTY.with(first).with(second);
        PlacementMap reversed = PlacementMap.EMPTY.with(second).with(first);

        // When
        PlacementMap mixed =
                one.with(List.of(reversed.bucket(Buckets.of(P42))))
                        .with(List.of(reversed.bucket(Buckets.of(other))));
        PlacementMap moved = one.with(buckets(Map.of(P42, C2)));

        // Then
        for (PlacementMap map : List.of(one, reversed, mixed)) {
            assertThat(map.residence(P42).map(Residence::home)).contains(C1);
            assertThat(map.residence(other).map(Residence::home)).contains(C2);
        }
        assertThat(moved.residence(P42).map(Residence::home)).contains(C2);
    }

    private static ProjectState state(int i) {
        return STATES.get(i % STATES.size());
    }

    private static List<PackedBucket> buckets(Map<ProjectId, ClusterId> model) {
        Map<Integer, Map<ProjectId, Placement>> byBucket = new TreeMap<>();
        model.forEach(
                (project, home) ->
                        byBucket.computeIfAbsent(Buckets.of(project), key -> new HashMap<>())
                                .put(project, placement(home, ProjectState.SERVING)));
        return byBucket.entrySet().stream()
                .map(entry -> PackedBucket.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Placement placement(ClusterId home, ProjectState state) {
        return new Placement(home, state, Instant.EPOCH, "", Optional.empty());
    }
}
