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
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.ClusterDefinitionCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/** {@code /v1/clusters}. */
final class ClusterEndpoints {
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(2);

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
        return Answer.ok(
                ClusterView.detailed(picture, cluster, picture.considered().get(cluster.id())));
    }

    Answer put(Call call) throws Refusal, TopologyException {
        ClusterId id = call.cluster();
        ClusterDefinition definition = call.body(fields -> ClusterDefinitionCodec.read(id, fields));
        // Without a picture too: this is how the first cluster of a fleet comes about.
        boolean isNew = parts.source().current().flatMap(fleet -> fleet.cluster(id)).isEmpty();
        Written<ClusterDefinition> written =
                parts.writer().putCluster(definition, OptionalInt.empty());
        ObjectNode json = Json.object().put("id", id.value());
        ClusterDefinitionCodec.write(written.value(), json);
        putWritten(json, written);
        return Answer.of(isNew ? HttpStatus.CREATED : HttpStatus.OK, json);
    }

    Answer delete(Call call) throws Refusal, TopologyException {
        ClusterId id = call.cluster();
        parts.writer().deleteCluster(id);
        return Answer.ok(Json.object().put("id", id.value()).put("deleted", true));
    }

    /** The handler of one verb. */
    Endpoint.Handler change(IntentVerb verb) {
        return call -> change(call, verb);
    }

    private Answer change(Call call, IntentVerb verb) throws Refusal, TopologyException {
        ClusterId id = call.cluster();
        if (call.isDryRun()) {
            return dryRun(id, verb);
        }
        IntentRequest request = call.body(fields -> IntentRequest.read(verb, fields));
        Written<ClusterIntent> written =
                parts.writer()
                        .changeIntent(
                                id,
                                found ->
                                        IntentChange.apply(
                                                verb,
                                                found,
                                                request,
                                                call.caller().name(),
                                                clock.instant()));
        ObjectNode json = Json.object().put("id", id.value());
        ClusterView.putIntent(json, written.value());
        putWritten(json, written);
        return Answer.ok(json);
    }

    private Answer dryRun(ClusterId id, IntentVerb verb) throws Refusal {
        Picture picture = pictures.take();
        ClusterSnapshot cluster = find(picture, id);
        try {
            return Answer.ok(
                    BlastRadius.json(
                            picture, cluster, IntentChange.checked(verb, cluster.intent())));
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
