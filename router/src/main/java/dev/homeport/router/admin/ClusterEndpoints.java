package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import dev.homeport.router.placement.AppliedWrites;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.PlacementChoice.Considered;
import dev.homeport.topology.RecordVersions;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.zk.ClusterDefinitionCodec;
import dev.homeport.topology.zk.WriteRules;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** {@code /v1/clusters}. */
final class ClusterEndpoints {
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(2);
    private static final Duration GONE_PATIENCE = Duration.ofSeconds(3);

    private final AdminParts parts;
    private final PictureTaker pictures;
    private final AppliedWrites applied;
    private final Clock clock;

    ClusterEndpoints(AdminParts parts, PictureTaker pictures, Clock clock) {
        this.parts = parts;
        this.pictures = pictures;
        this.applied = new AppliedWrites(parts.source());
        this.clock = clock;
    }

    Answer list(Call call) throws Refusal {
        Picture picture = pictures.take();
        Map<ClusterId, Considered> considered = picture.considered();
        ObjectNode json = Json.object();
        ArrayNode clusters = json.putArray("clusters");
        for (ClusterSnapshot cluster : picture.fleet().clusters().values()) {
            clusters.add(ClusterView.json(picture, cluster, considered.get(cluster.id())));
        }
        return Answer.ok(json);
    }

    Answer get(Call call) throws Refusal {
        Picture picture = pictures.take();
        ClusterSnapshot cluster = find(picture, call.cluster());
        RecordVersions versions = picture.fleet().versions();
        return Answer.ok(
                        ClusterView.detailed(
                                picture, cluster, picture.considered().get(cluster.id())))
                .withEtag(
                        EntityTags.ofCluster(
                                versions.definition(cluster.id()), versions.intent(cluster.id())));
    }

    /** In the form in which it is put, and nothing that follows from it. */
    Answer definition(Call call) throws Refusal {
        Picture picture = pictures.take();
        ClusterSnapshot cluster = find(picture, call.cluster());
        return Answer.ok(form(cluster.definition()))
                .withEtag(EntityTags.of(picture.fleet().versions().definition(cluster.id())));
    }

    Answer put(Call call) throws Refusal, TopologyException {
        ClusterId id = call.cluster();
        ClusterDefinition definition = call.body(fields -> ClusterDefinitionCodec.read(id, fields));
        OptionalInt expected = EntityTags.expected(call);
        // Without a picture too: this is how the first cluster of a fleet comes about.
        Optional<ClusterSnapshot> before =
                parts.source().current().flatMap(fleet -> fleet.cluster(id));
        if (before.isEmpty() && EntityTags.isAny(call)) {
            throw Refusal.versionConflict(
                    "there is no cluster " + id, EntityTags.of(RecordVersions.ABSENT));
        }
        ObjectNode old = before.map(one -> form(one.definition())).orElseGet(Json::object);
        if (call.isDryRun()) {
            return dryRun(definition, old, expected);
        }
        Written<ClusterDefinition> written = parts.writer().putCluster(definition, expected);
        ObjectNode json = Json.object().put("id", id.value());
        ClusterDefinitionCodec.write(written.value(), json);
        putWritten(json, written);
        return Answer.of(before.isEmpty() ? HttpStatus.CREATED : HttpStatus.OK, json)
                .withEtag(Optional.of(EntityTags.of(written.version())))
                .changing(
                        Changed.of(id)
                                .with("version", written.version())
                                .fields(old, form(definition)));
    }

    private Answer dryRun(ClusterDefinition definition, ObjectNode old, OptionalInt expected)
            throws Refusal, TopologyException {
        Picture picture = pictures.take();
        WriteRules.requireReadable(definition);
        requireCurrent(picture, definition.id(), expected);
        WriteRules.requireFitting(definition, picture.fleet());
        return Answer.ok(
                BlastRadius.ofDefinition(
                        picture, definition, Changed.differing(old, form(definition))));
    }

    Answer delete(Call call) throws Refusal, TopologyException {
        ClusterId id = call.cluster();
        OptionalInt expected = EntityTags.expected(call);
        if (call.isDryRun()) {
            Picture picture = pictures.take();
            ClusterSnapshot cluster = find(picture, id);
            requireCurrent(picture, id, expected);
            WriteRules.requireUnneeded(
                    id, picture.fleet().policy(), picture.fleet().placements().records(id));
            return Answer.ok(BlastRadius.ofRemoval(picture, cluster));
        }
        parts.writer().deleteCluster(id, expected);
        // What is gone is believed after a while: until then its servers would count as taken.
        applied.await(fleet -> fleet.cluster(id).isEmpty(), GONE_PATIENCE);
        return Answer.ok(Json.object().put("id", id.value()).put("deleted", true))
                .changing(Changed.of(id).with("deleted", true));
    }

    private static void requireCurrent(Picture picture, ClusterId id, OptionalInt expected)
            throws Refusal {
        OptionalInt current =
                picture.fleet().cluster(id).isEmpty()
                        ? OptionalInt.of(RecordVersions.ABSENT)
                        : picture.fleet().versions().definition(id);
        EntityTags.requireCurrent(
                expected, current, EntityTags.of(current.orElse(RecordVersions.ABSENT)));
    }

    private static ObjectNode form(ClusterDefinition definition) {
        ObjectNode json = Json.object();
        ClusterDefinitionCodec.write(definition, json);
        return json;
    }

    /** The handler of one verb. */
    Endpoint.Handler change(IntentVerb verb) {
        return call -> change(call, verb);
    }

    private Answer change(Call call, IntentVerb verb) throws Refusal, TopologyException {
        ClusterId id = call.cluster();
        OptionalInt expected = EntityTags.expectedIntent(call);
        if (call.isDryRun()) {
            return dryRun(id, verb, expected);
        }
        IntentRequest request = call.body(fields -> IntentRequest.read(verb, fields));
        // The last one that is asked about is the one that was replaced.
        var before = new AtomicReference<>(ClusterIntent.ACTIVE);
        Written<ClusterIntent> written =
                changeIntent(
                        id,
                        expected,
                        found -> {
                            before.set(found);
                            return IntentChange.apply(
                                    verb, found, request, call.caller().name(), clock.instant());
                        });
        ClusterIntent after = written.value();
        ObjectNode json = Json.object().put("id", id.value());
        ClusterView.putIntent(json, after);
        putWritten(json, written);
        return Answer.ok(json)
                .withEtag(Optional.of(EntityTags.ofIntent(written.version())))
                .changing(
                        Changed.of(id)
                                .fromTo("intent", before.get().intent(), after.intent())
                                .with("deadline", after.deadline().map(Fields::text))
                                .with("retryAfter", after.retryAfter().map(Fields::text))
                                .with("intentVersion", written.version()));
    }

    private Written<ClusterIntent> changeIntent(
            ClusterId id, OptionalInt expected, UnaryOperator<ClusterIntent> change)
            throws Refusal, TopologyException {
        try {
            return parts.writer().changeIntent(id, expected, change);
        } catch (TopologyException e) {
            if (e.currentVersion().isPresent()) {
                throw Refusal.versionConflict(
                        e.getMessage(), EntityTags.ofIntent(e.currentVersion().getAsInt()));
            }
            throw e;
        }
    }

    private Answer dryRun(ClusterId id, IntentVerb verb, OptionalInt expected) throws Refusal {
        Picture picture = pictures.take();
        ClusterSnapshot cluster = find(picture, id);
        OptionalInt current = picture.fleet().versions().intent(id);
        EntityTags.requireCurrent(
                expected, current, EntityTags.ofIntent(current.orElse(RecordVersions.ABSENT)));
        try {
            return Answer.ok(
                            BlastRadius.json(
                                    picture, cluster, IntentChange.checked(verb, cluster.intent())))
                    .withEtag(EntityTags.ofIntent(current));
        } catch (IllegalStateException e) {
            throw Refusal.conflict("conflict", e.getMessage());
        }
    }

    private void putWritten(ObjectNode json, Written<?> written) {
        json.put("zxid", written.zxid());
        json.put("applied", applied.await(written.zxid(), APPLY_PATIENCE));
    }

    private static ClusterSnapshot find(Picture picture, ClusterId id) throws Refusal {
        return picture.fleet()
                .cluster(id)
                .orElseThrow(
                        () -> Refusal.notFound("unknown_cluster", "there is no cluster " + id));
    }
}
