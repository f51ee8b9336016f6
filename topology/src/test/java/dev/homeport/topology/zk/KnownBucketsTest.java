package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.fields.Problems;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnownBucketsTest {
    private static final ProjectId P42 = new ProjectId("p42");
    private static final int BUCKET = Buckets.of(P42);
    private static final ProjectId OTHER = other();

    private final AtomicReference<Optional<FleetSnapshot>> picture =
            new AtomicReference<>(Optional.empty());
    private final KnownBuckets known = new KnownBuckets(picture::get);

    @Test
    void whatIsInThePictureIsNotParsedAgain() {
        // Given
        byte[] content = content(placed("one"));
        FleetImage image = inForce(content);

        // When
        PackedBucket read = read(BUCKET, content);

        // Then
        assertThat(read).isSameAs(bucketOf(image));
        assertThat(read).isEqualTo(placed("one"));
    }

    @Test
    void whatOthersHaveWrittenIsParsed() {
        // Given
        inForce(content(placed("one")));

        // When, then
        assertThat(read(BUCKET, content(placed("two")))).isEqualTo(placed("two"));
    }

    @Test
    void whatWasWrittenHereIsNotParsedAgain() {
        // Given
        byte[] content = content(placed("one"));
        known.writing(placed("one"), content);

        // When, then
        assertThat(read(BUCKET, content)).isSameAs(read(BUCKET, content)).isEqualTo(placed("one"));
    }

    /** A transaction that was refused has left other bytes there. */
    @Test
    void whatWasToBeWrittenAndIsNotThereIsNotBelieved() {
        // Given
        byte[] before = content(placed("one"));
        inForce(before);
        known.writing(placed("two"), content(placed("two")));

        // When, then
        assertThat(read(BUCKET, before)).isEqualTo(placed("one"));
        assertThat(read(BUCKET, content(placed("three")))).isEqualTo(placed("three"));
    }

    @Test
    void aChangedBucketIsNoMoreWhatItWasStoredAs() {
        // Given
        byte[] content = content(placed("one"));
        FleetImage image = inForce(content);
        Placement moved = new Placement(C1, ProjectState.OFFLINE, NOON, "two", Optional.empty());

        // When
        PackedBucket changed = bucketOf(image).with(P42, moved);

        // Then
        assertThat(bucketOf(image).isStored()).isTrue();
        assertThat(changed.isStored()).isFalse();
        assertThat(changed.isStoredAs(new byte[0])).isFalse();
        assertThat(changed.isStoredAs(changed)).isFalse();
    }

    @Test
    void whatIsInThePictureIsNotKeptTwice() {
        // Given
        byte[] content = content(placed("one"));
        known.writing(placed("one"), content);
        FleetImage image = inForce(content);

        // When
        known.settle(image.good().orElseThrow());
        picture.set(Optional.empty());

        // Then
        assertThat(known.parsed()).isZero();
        read(BUCKET, content);
        assertThat(known.parsed()).isOne();
    }

    /** As after a start from the snapshot file, which has no contents of znodes. */
    @Test
    void whatWasKnownOtherwiseIsKnownByItsContentOnceItWasRead() {
        // Given
        FleetImage fromFile =
                FleetImage.startingWith(inForce(content(placed("one"))).good(), known);
        byte[] spaced =
                new String(content(placed("one")), StandardCharsets.US_ASCII)
                        .replace(":{", ": {")
                        .getBytes(StandardCharsets.US_ASCII);

        // When
        FleetImage after = apply(fromFile, spaced);

        // Then
        assertThat(read(BUCKET, spaced)).isSameAs(bucketOf(after)).isEqualTo(placed("one"));
    }

    @Test
    void theContentOfAnotherBucketIsRefused() {
        // Given
        byte[] content = content(placed("one"));
        inForce(content);
        known.writing(placed("one"), content);
        var problems = new Problems();

        // When
        Optional<PackedBucket> read = known.znode(BUCKET + 1).read(content, problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains("belongs into bucket");
    }

    @Test
    void whatIsWrongIsWrongEachTime() {
        // Given
        byte[] bad = "{\"v\":1}".getBytes(StandardCharsets.US_ASCII);

        for (int i = 0; i < 2; i++) {
            // When
            var problems = new Problems();
            Optional<PackedBucket> read = known.znode(BUCKET).read(bad, problems);

            // Then
            assertThat(read).isEmpty();
            assertThat(problems.text()).contains("projects").contains("is required");
        }
    }

    /** One project is gone, which does not count; the other one is changed, which does. */
    @Test
    void whatIsJudgedToBeOtherwiseIsReadAsItStands() {
        // Given
        PackedBucket two = placed("one").with(OTHER, because("one"));
        FleetImage image = inForce(content(two));
        PackedBucket edit = placed("two");

        // When
        FleetImage after = apply(image, content(edit));

        // Then
        assertThat(bucketOf(after)).isEqualTo(edit.with(OTHER, because("one")));
        assertThat(read(BUCKET, content(edit))).isEqualTo(edit);
    }

    private FleetImage inForce(byte[] content) {
        FleetImage image =
                FleetImage.startingWith(Optional.empty(), known)
                        .apply(
                                Map.of(
                                        ZnodePaths.cluster(C1),
                                        znode(
                                                ClusterDefinitionCodec.znode(C1)
                                                        .write(Records.cluster(C1)))),
                                7,
                                NOON);
        return apply(image, content);
    }

    private FleetImage apply(FleetImage image, byte[] content) {
        FleetImage next = image.apply(Map.of(ZnodePaths.bucket(BUCKET), znode(content)), 8, NOON);
        picture.set(next.good());
        return next;
    }

    private PackedBucket read(int bucket, byte[] content) {
        var problems = new Problems();
        Optional<PackedBucket> read = known.znode(bucket).read(content, problems);
        assertThat(problems.all()).isEmpty();
        return read.orElseThrow();
    }

    private static PackedBucket bucketOf(FleetImage image) {
        return image.good().orElseThrow().placements().bucket(BUCKET);
    }

    private static PackedBucket placed(String reason) {
        return PackedBucket.of(BUCKET, Map.of(P42, because(reason)));
    }

    private static Placement because(String reason) {
        return new Placement(C1, ProjectState.SERVING, NOON, reason, Optional.empty());
    }

    private static ProjectId other() {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> new ProjectId("other-" + i))
                .filter(id -> Buckets.of(id) == BUCKET)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] content(PackedBucket bucket) {
        return PlacementBucketCodec.znode(BUCKET).write(bucket);
    }

    private static Znode znode(byte[] bytes) {
        return Znode.of(bytes, 0, 5);
    }
}
