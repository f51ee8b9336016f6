package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.fields.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementDigestTest {
    private static final ProjectId P42 = new ProjectId("p42");
    private static final ClusterId C1 = new ClusterId("c1");
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123456789Z");
    private static final Placement OFFLINE =
            new Placement(C1, ProjectState.OFFLINE, NOW, "für €", Optional.empty(), terms(5, 60));

    @Test
    void isTheBeginningOfTheHashOfWhatStandsInTheBucket() {
        // {"v":1,"projects":{"p42":{"home":"c1","state":"offline",
        // "since":"2026-01-31T12:00:00.123456789Z","reason":"für €","deadline":5,"retryAfter":60}}}
        // on one line, through sha256sum
        assertThat(PlacementDigest.of(P42, OFFLINE)).isEqualTo("90638e5b45041846");
    }

    @Test
    void isAnotherOneWithWhateverChangesInTheRecord() {
        // Given
        List<Placement> all = new ArrayList<>(List.of(OFFLINE));
        ClusterId c2 = new ClusterId("c2");
        RefusalTerms terms = OFFLINE.terms();
        Optional<String> error = OFFLINE.error();
        String reason = OFFLINE.reason();
        ProjectState offline = ProjectState.OFFLINE;
        all.add(new Placement(c2, offline, NOW, reason, error, terms));
        all.add(new Placement(C1, ProjectState.DELETED, NOW, reason, error, terms));
        all.add(new Placement(C1, offline, NOW.plusNanos(1), reason, error, terms));
        all.add(new Placement(C1, offline, NOW, reason + ".", error, terms));
        all.add(new Placement(C1, offline, NOW, reason, Optional.of(""), terms));
        all.add(new Placement(C1, offline, NOW, "", Optional.of(reason), terms));
        all.add(OFFLINE.on(terms(6, 60)));
        all.add(OFFLINE.on(terms(5, 61)));
        all.add(OFFLINE.on(new RefusalTerms(terms.deadline(), Optional.empty())));
        all.add(OFFLINE.on(new RefusalTerms(Optional.empty(), terms.deadline())));
        all.add(OFFLINE.on(RefusalTerms.NONE));

        // Then
        assertThat(all.stream().map(one -> PlacementDigest.of(P42, one)))
                .doesNotHaveDuplicates()
                .allMatch(digest -> digest.matches("[0-9a-f]{16}"));
        assertThat(PlacementDigest.of(new ProjectId("p43"), OFFLINE))
                .isNotEqualTo(PlacementDigest.of(P42, OFFLINE));
        // Whoever adds a field tries it above.
        assertThat(components(Placement.class))
                .containsExactly("home", "state", "since", "reason", "error", "terms");
        assertThat(components(RefusalTerms.class)).containsExactly("deadline", "retryAfter");
    }

    @Test
    void isTheSameOnceItWasWrittenAndReadWhoeverElseIsInTheBucket() {
        // Given
        int bucket = Buckets.of(P42);
        ProjectId neighbour = neighbour(bucket);
        Placement other = OFFLINE.in(ProjectState.SERVING, NOW, "another one");
        Codec<PackedBucket> codec = PlacementBucketCodec.znode(bucket);

        // When
        byte[] written =
                codec.write(PackedBucket.of(bucket, Map.of(P42, OFFLINE, neighbour, other)));
        PackedBucket read = codec.read(written, new Problems()).orElseThrow();

        // Then
        assertThat(PlacementDigest.of(P42, read.find(P42).orElseThrow()))
                .isEqualTo(PlacementDigest.of(P42, OFFLINE));
    }

    private static ProjectId neighbour(int bucket) {
        return IntStream.range(0, 100 * Buckets.COUNT)
                .mapToObj(i -> new ProjectId("n" + i))
                .filter(one -> Buckets.of(one) == bucket)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> components(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents()).map(one -> one.getName()).toList();
    }

    private static RefusalTerms terms(int deadline, int retryAfter) {
        return new RefusalTerms(
                Optional.of(Duration.ofSeconds(deadline)),
                Optional.of(Duration.ofSeconds(retryAfter)));
    }
}
