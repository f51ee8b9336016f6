package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code projects/<bucket>}: the placements of some projects by their ids. A placement without
 * {@code since} was written by hand and counts as very old.
 *
 * <p>Where the JSON is longer than {@link #MOST_PLAIN_BYTES}, it stands there compressed with gzip;
 * see decisions/0012. Both forms are read at any length.
 */
final class PlacementBucketCodec implements Codec<PackedBucket> {
    /** With as much in each bucket a fleet is 32 MiB. */
    static final int MOST_PLAIN_BYTES = 8 * 1024;

    private final int bucket;

    private PlacementBucketCodec(int bucket) {
        this.bucket = bucket;
    }

    static Codec<PackedBucket> znode(int bucket) {
        return new PlacementBucketCodec(bucket);
    }

    @Override
    public byte[] write(PackedBucket placements) {
        return content(json(placements));
    }

    /** What stands in the znode for that JSON. */
    static byte[] content(byte[] json) {
        return json.length > MOST_PLAIN_BYTES ? Gzip.compress(json) : json;
    }

    @Override
    public Optional<PackedBucket> read(byte[] bytes, Problems problems) {
        Optional<byte[]> json =
                Gzip.isGzip(bytes) ? uncompressed(bytes, problems) : Optional.of(bytes);
        return json.flatMap(text -> readJson(text, problems));
    }

    /** The record without compression, on one line. */
    static byte[] json(PackedBucket placements) {
        return QuickBucketWriter.json(placements);
    }

    /** No more than a bucket may have: a few bytes can stand for very many. */
    private static Optional<byte[]> uncompressed(byte[] bytes, Problems problems) {
        try {
            byte[] json = Gzip.decompress(bytes, Json.MOST_BUCKET_BYTES + 1);
            if (json.length <= Json.MOST_BUCKET_BYTES) {
                return Optional.of(json);
            }
            problems.add(
                    "",
                    "must be at most %d bytes once it is uncompressed"
                            .formatted(Json.MOST_BUCKET_BYTES));
        } catch (IOException e) {
            problems.add("", "must be JSON, or JSON compressed with gzip: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Optional<PackedBucket> readJson(byte[] json, Problems problems) {
        return json.length <= Json.MOST_BUCKET_BYTES
                ? QuickBucketReader.read(bucket, json).or(() -> readFields(json, problems))
                : readFields(json, problems);
    }

    /** What nobody but a person has written; says what is wrong with it. */
    private Optional<PackedBucket> readFields(byte[] json, Problems problems) {
        return Json.parse(json, Json.MOST_BUCKET_BYTES, problems)
                .flatMap(
                        node -> {
                            Fields fields = Fields.of(node, problems);
                            fields.version();
                            return read(fields);
                        });
    }

    private Optional<PackedBucket> read(Fields fields) {
        Map<ProjectId, Placement> placements = new TreeMap<>();
        if (!fields.has("projects")) {
            fields.problems().add("projects", "is required");
        }
        fields.objectMap("projects")
                .forEach(
                        (name, one) ->
                                project(name, one)
                                        .ifPresent(
                                                project ->
                                                        placement(one)
                                                                .ifPresent(
                                                                        placement ->
                                                                                placements.put(
                                                                                        project,
                                                                                        placement))));
        return fields.build(() -> PackedBucket.of(bucket, placements));
    }

    private Optional<ProjectId> project(String name, Fields fields) {
        Optional<ProjectId> project = ProjectId.parse(name);
        String path = "projects." + name;
        if (project.isEmpty() || !project.get().value().equals(name)) {
            fields.problems().add(path, "is no project id in lower case");
            return Optional.empty();
        }
        int right = Buckets.of(project.get());
        fields.problems()
                .require(
                        right == bucket,
                        path,
                        "belongs into bucket "
                                + Buckets.name(right)
                                + ", not "
                                + Buckets.name(bucket));
        return project;
    }

    private static Optional<Placement> placement(Fields fields) {
        Optional<ClusterId> home = fields.required("home", ClusterId::new);
        Optional<ProjectState> state = fields.requiredWord("state", ProjectState.class);
        Instant since = fields.optionalInstant("since").orElse(Instant.EPOCH);
        String reason = fields.string("reason", "");
        Optional<String> error = fields.optionalString("error");
        Optional<Duration> deadline = fields.optionalSeconds("deadline");
        Optional<Duration> retryAfter = fields.optionalSeconds("retryAfter");
        return fields.build(
                () ->
                        new Placement(
                                home.orElseThrow(),
                                state.orElseThrow(),
                                since,
                                reason,
                                error,
                                new RefusalTerms(deadline, retryAfter)));
    }
}
