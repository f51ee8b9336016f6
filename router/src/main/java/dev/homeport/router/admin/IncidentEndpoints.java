package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.router.placement.AppliedWrites;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.IncidentCodec;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code /v1/incidents}. Open ones are answered from memory, so that they can be seen while
 * ZooKeeper is away; closed ones are read there.
 */
final class IncidentEndpoints {
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(2);

    private final AdminParts parts;
    private final PictureTaker pictures;
    private final AppliedWrites applied;

    /** What may be asked for. */
    private enum State {
        OPEN,
        CLOSED
    }

    IncidentEndpoints(AdminParts parts, PictureTaker pictures) {
        this.parts = parts;
        this.pictures = pictures;
        this.applied = new AppliedWrites(parts.source());
    }

    /** The newest first. */
    Answer list(Call call) throws Refusal, TopologyException {
        Optional<State> state = call.wordParameter("state", State.class);
        Optional<ClusterId> cluster = call.parameter("cluster", ClusterId::new);
        List<Incident> found =
                state.equals(Optional.of(State.OPEN))
                        ? pictures.take().fleet().incidents()
                        : parts.incidents().all();
        ObjectNode json = Json.object();
        ArrayNode incidents = json.putArray("incidents");
        found.stream()
                .filter(one -> state.isEmpty() || one.isOpen() == (state.get() == State.OPEN))
                .filter(one -> cluster.isEmpty() || cluster.get().equals(one.cluster()))
                .sorted(Comparator.comparing(Incident::id).reversed())
                .forEach(one -> incidents.add(json(one)));
        return Answer.ok(json);
    }

    Answer get(Call call) throws Refusal, TopologyException {
        IncidentId id = call.id(IncidentId::new);
        Optional<Incident> open =
                pictures.take().fleet().incidents().stream()
                        .filter(one -> one.id().equals(id))
                        .findFirst();
        Incident incident =
                open.isPresent()
                        ? open.get()
                        : parts.incidents()
                                .find(id)
                                .orElseThrow(
                                        () ->
                                                Refusal.notFound(
                                                        "unknown_incident",
                                                        "there is no incident " + id));
        return Answer.ok(json(incident));
    }

    Answer close(Call call) throws Refusal, TopologyException {
        IncidentId id = call.id(IncidentId::new);
        String reason =
                call.body(
                        fields -> {
                            String text = Reasons.read(fields);
                            return fields.build(() -> text);
                        });
        Written<Incident> written = parts.writer().closeIncident(id, call.caller().name(), reason);
        ObjectNode json = json(written.value());
        json.put("zxid", written.zxid());
        json.put("applied", applied.await(written.zxid(), APPLY_PATIENCE));
        return Answer.ok(json)
                .changing(
                        Changed.of(id)
                                .with("cluster", written.value().cluster())
                                .with("limit", Words.of(written.value().limit()) + " -> none"));
    }

    static ObjectNode json(Incident incident) {
        ObjectNode json = Json.object().put("id", incident.id().value());
        json.put("state", incident.isOpen() ? "open" : "closed");
        IncidentCodec.write(incident, json);
        return json;
    }
}
