package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Problems;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementBucketCodecTest {
    private static final ProjectId P42 = new ProjectId("p42");
    private static final int BUCKET = Buckets.of(P42);
    private static final String ONE =
            "{\"v\":1,\"projects\":{\"p42\":{\"home\":\"c1\",\"state\":\"serving\","
                    + "\"since\":\"2026-01-31T12:00:00.123Z\",\"reason\":\"r\",\"error\":\"e\"}}}";

    @Provide
    Arbitrary<Map<ProjectId, Placement>> contents() {
        Arbitrary<Instant> moments =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                Instant.EPOCH,
                                Instant.MIN,
                                Instant.MAX,
                                Instant.parse("0000-01-01T00:00:00Z"),
                                Instant.parse("9999-12-31T23:59:59.999Z"),
                                Instant.parse("2024-02-29T23:59:59.000001Z"),
                                Instant.parse("2026-01-31T12:00:00Z"),
                                Instant.parse("2026-01-31T12:00:00.123456789Z")),
                        Arbitraries.longs()
                                .between(-4_000_000_000_000L, 4_000_000_000_000L)
                                .map(Instant::ofEpochMilli));
        Arbitrary<String> texts =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                "",
                                "\"q\" \\ \n\t\b\f\r\u0001\u001f / \u007f",
                                "für €",
                                "\uD83D\uDE80"),
                        Arbitraries.strings().ascii().ofMaxLength(60));
        Arbitrary<Placement> placements =
                Combinators.combine(
                                Arbitraries.of("c1", "fra1-02", "c" + "9".repeat(62))
                                        .map(ClusterId::new),
                                Arbitraries.of(ProjectState.class),
                                moments,
                                texts,
                                texts.optional(0.3))
                        .as(Placement::new);
        return Arbitraries.maps(
                        Arbitraries.integers().between(0, 400).map(PlacementBucketCodecTest::id),
                        placements)
                .ofMaxSize(80);
    }

    /** One of very many in that bucket. */
    private static ProjectId id(int number) {
        return IdsOfOneBucket.ALL[number];
    }

    private static final class IdsOfOneBucket {
        private static final ProjectId[] ALL = find(401);

        private static ProjectId[] find(int many) {
            var found = new ProjectId[many];
            int size = 0;
            for (int i = 0; size < many; i++) {
                var id = new ProjectId("tenant-" + i);
                if (Buckets.of(id) == BUCKET) {
                    found[size++] = id;
                }
            }
            return found;
        }
    }

    @Property(tries = 300)
    void whatIsWrittenIsReadAgain(@ForAll("contents") Map<ProjectId, Placement> content) {
        // Given
        PackedBucket bucket = PackedBucket.of(BUCKET, content);

        // When
        byte[] written = PlacementBucketCodec.znode(BUCKET).write(bucket);
        PackedBucket read = read(written);

        // Then
        assertThat(read).isEqualTo(bucket);
        assertThat(read.toMap()).isEqualTo(new TreeMap<>(content));
        assertThat(read.failures()).isEqualTo(bucket.failures());
    }

    @Property(tries = 300)
    void bothWaysOfReadingReadTheSame(@ForAll("contents") Map<ProjectId, Placement> content) {
        // Given
        byte[] json = PlacementBucketCodec.json(PackedBucket.of(BUCKET, content));

        // When
        Optional<PackedBucket> quick = QuickBucketReader.read(BUCKET, json);
        // White space is what only the other way reads.
        PackedBucket asTree = read(concat(json, " ".getBytes(StandardCharsets.US_ASCII)));

        // Then
        assertThat(quick).contains(asTree);
    }

    @Property(tries = 300)
    void theTextIsThatOfAWriterWhoKnowsJson(@ForAll("contents") Map<ProjectId, Placement> content)
            throws IOException {
        // Given
        var expected = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(expected)) {
            json.writeStartObject();
            json.writeNumberField("v", 1);
            json.writeObjectFieldStart("projects");
            for (var entry : new TreeMap<>(content).entrySet()) {
                json.writeFieldName(entry.getKey().value());
                write(entry.getValue(), json);
            }
            json.writeEndObject();
            json.writeEndObject();
        }

        // When
        byte[] json = PlacementBucketCodec.json(PackedBucket.of(BUCKET, content));

        // Then
        assertThat(new String(json, StandardCharsets.UTF_8))
                .isEqualTo(expected.toString(StandardCharsets.UTF_8));
    }

    private static void write(Placement placement, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("home", placement.home().value());
        json.writeStringField("state", Words.of(placement.state()));
        if (!placement.since().equals(Instant.EPOCH)) {
            json.writeStringField("since", placement.since().toString());
        }
        if (!placement.reason().isEmpty()) {
            json.writeStringField("reason", placement.reason());
        }
        if (placement.error().isPresent()) {
            json.writeStringField("error", placement.error().get());
        }
        json.writeEndObject();
    }

    @Test
    void whatIsCutShortAnywhereOrWrongInAnyByteIsNeverReadQuicklyAsSomethingElse() {
        byte[] good = ONE.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < good.length; at++) {
            for (int other : new int[] {0, ' ', '"', '\\', ',', '{', '}', 'A', '9', 0xff}) {
                // Given
                byte[] bad = good.clone();
                bad[at] = (byte) other;

                // When
                Optional<PackedBucket> quick = QuickBucketReader.read(BUCKET, bad);

                // Then
                quick.ifPresent(
                        one -> assertThat(read(concat(bad, new byte[] {' '}))).isEqualTo(one));
            }
            assertThat(QuickBucketReader.read(BUCKET, Arrays.copyOf(good, at))).isEmpty();
        }
        assertThat(QuickBucketReader.read(BUCKET, good)).isPresent();
    }

    @Test
    void theTermsOfARefusalAreKeptAlsoWhereTheyAreNone() {
        // Given
        Map<ProjectId, Placement> content = new TreeMap<>();
        List<RefusalTerms> terms =
                List.of(
                        RefusalTerms.NONE,
                        new RefusalTerms(Optional.of(Duration.ZERO), Optional.empty()),
                        new RefusalTerms(
                                Optional.of(Duration.ofSeconds(5)),
                                Optional.of(Duration.ofSeconds(90))));
        for (int i = 0; i < terms.size(); i++) {
            content.put(
                    IdsOfOneBucket.ALL[i],
                    new Placement(
                                    new ClusterId("c1"),
                                    ProjectState.OFFLINE,
                                    Instant.EPOCH,
                                    "moving house",
                                    Optional.of("failed"))
                            .on(terms.get(i)));
        }
        PackedBucket bucket = PackedBucket.of(BUCKET, content);

        // When
        PackedBucket again = read(PlacementBucketCodec.znode(BUCKET).write(bucket));
        PackedBucket more = again.with(IdsOfOneBucket.ALL[3], content.get(IdsOfOneBucket.ALL[2]));

        // Then
        assertThat(bucket.toMap()).isEqualTo(content);
        assertThat(again).isEqualTo(bucket);
        content.forEach((project, one) -> assertThat(more.find(project)).contains(one));
    }

    @Test
    void aLongBucketIsTheSameJsonCompressed() throws IOException {
        // Given
        Map<ProjectId, Placement> content = new TreeMap<>();
        for (ProjectId id : IdsOfOneBucket.ALL) {
            content.put(
                    id,
                    new Placement(
                            new ClusterId("c1"),
                            ProjectState.SERVING,
                            Instant.EPOCH,
                            "c1 is preferred and healthy",
                            Optional.empty()));
        }
        PackedBucket bucket = PackedBucket.of(BUCKET, content);

        // When
        byte[] written = PlacementBucketCodec.znode(BUCKET).write(bucket);

        // Then
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(written))) {
            assertThat(gzip.readAllBytes()).isEqualTo(PlacementBucketCodec.json(bucket));
        }
        assertThat(read(written)).isEqualTo(bucket);
        assertThat(read(PlacementBucketCodec.json(bucket))).isEqualTo(bucket);
    }

    /** Texts are looked through eight bytes at a time. */
    @Test
    void whereverACharacterStandsItIsReadAgain() {
        for (int before = 0; before < 17; before++) {
            for (char c = 0; c < 0x180; c++) {
                // Given
                String reason = "x".repeat(before) + c + "y".repeat(9);
                PackedBucket bucket = PackedBucket.of(BUCKET, Map.of(P42, because(reason)));

                // When, then
                assertThat(read(PlacementBucketCodec.json(bucket)))
                        .as("U+%04x behind %d", (int) c, before)
                        .isEqualTo(bucket);
            }
        }
    }

    @Test
    void noControlCharacterStandsInATextAsItIs() {
        String good =
                new String(
                        PlacementBucketCodec.json(
                                PackedBucket.of(BUCKET, Map.of(P42, because("ABCDEFGHIJKLMNOP")))),
                        StandardCharsets.US_ASCII);
        for (int at = 0; at < 16; at++) {
            for (char c = 0; c < ' '; c++) {
                // Given
                byte[] bad = good.replace((char) ('A' + at), c).getBytes(StandardCharsets.US_ASCII);
                var problems = new Problems();

                // When
                Optional<PackedBucket> read =
                        PlacementBucketCodec.znode(BUCKET).read(bad, problems);

                // Then
                assertThat(read).as("U+%04x at %d", (int) c, at).isEmpty();
                assertThat(problems.all()).isNotEmpty();
            }
        }
    }

    private static Placement because(String reason) {
        return new Placement(
                new ClusterId("c1"), ProjectState.SERVING, Instant.EPOCH, reason, Optional.empty());
    }

    @Test
    void aShortBucketIsPlainJson() {
        // Given
        PackedBucket bucket = read(ONE.getBytes(StandardCharsets.US_ASCII));

        // When
        byte[] written = PlacementBucketCodec.znode(BUCKET).write(bucket);

        // Then
        assertThat(new String(written, StandardCharsets.US_ASCII)).isEqualTo(ONE);
    }

    @Test
    void fewBytesThatStandForVeryManyAreRefused() throws IOException {
        // Given
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            gzip.write("{\"v\":1,\"projects\":{".getBytes(StandardCharsets.US_ASCII));
            gzip.write(new byte[50_000_000]);
        }
        var problems = new Problems();

        // When
        Optional<PackedBucket> read =
                PlacementBucketCodec.znode(BUCKET).read(bomb.toByteArray(), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains("must be at most 1024000 bytes");
    }

    @ParameterizedTest
    @CsvSource({"3", "12", "40"})
    void compressedBytesThatAreCutShortAreRefused(int length) {
        // Given
        byte[] good = compressed(ONE);
        var problems = new Problems();

        // When
        Optional<PackedBucket> read =
                PlacementBucketCodec.znode(BUCKET).read(Arrays.copyOf(good, length), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains("must be JSON, or JSON compressed with gzip");
    }

    private static byte[] compressed(String json) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static PackedBucket read(byte[] bytes) {
        var problems = new Problems();
        Optional<PackedBucket> read = PlacementBucketCodec.znode(BUCKET).read(bytes, problems);
        assertThat(problems.all()).isEmpty();
        return read.orElseThrow();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }
}
