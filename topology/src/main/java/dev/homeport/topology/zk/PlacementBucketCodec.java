package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code projects/<bucket>}: the placements of some projects by their ids. A placement without
 * {@code since} was written by hand and counts as very old.
 */
final class PlacementBucketCodec {
    private PlacementBucketCodec() {}

    static Codec<Map<ProjectId, Placement>> znode(int bucket) {
        return Codec.of(
                Json.MOST_BUCKET_BYTES,
                fields -> read(bucket, fields),
                PlacementBucketCodec::write);
    }

    private static Optional<Map<ProjectId, Placement>> read(int bucket, Fields fields) {
        Map<ProjectId, Placement> placements = new TreeMap<>();
        if (!fields.has("projects")) {
            fields.problems().add("projects", "is required");
        }
        fields.objectMap("projects")
                .forEach(
                        (name, one) ->
                                project(bucket, name, one)
                                        .ifPresent(
                                                project ->
                                                        placement(one)
                                                                .ifPresent(
                                                                        placement ->
                                                                                placements.put(
                                                                                        project,
                                                                                        placement))));
        return fields.build(() -> placements);
    }

    private static Optional<ProjectId> project(int bucket, String name, Fields fields) {
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
        return fields.build(
                () -> new Placement(home.orElseThrow(), state.orElseThrow(), since, reason, error));
    }

    private static void write(Map<ProjectId, Placement> placements, ObjectNode json) {
        ObjectNode projects = json.putObject("projects");
        new TreeMap<>(placements)
                .forEach((project, one) -> write(one, projects.putObject(project.value())));
    }

    private static void write(Placement placement, ObjectNode json) {
        json.put("home", placement.home().value());
        Json.word(json, "state", placement.state());
        if (!placement.since().equals(Instant.EPOCH)) {
            json.put("since", placement.since().toString());
        }
        Json.optional(json, "reason", placement.reason());
        Json.optional(json, "error", placement.error());
    }
}
