package dev.homeport.router.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.router.session.SessionRegistry;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import java.util.Optional;

/**
 * The JSON of {@code GET /v1/connections/{id}}. Fields that it does not know are of a later
 * version.
 */
final class PeerAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST_ID = 0xffff_ffffL;

    private PeerAnswer() {}

    /** Whose the connection is; empty if the text does not say. */
    static Optional<SessionRegistry.Target> read(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            long id = json.path("backendConnectionId").asLong(-1);
            if (id < 0 || id > MOST_ID || !json.path("user").isTextual()) {
                return Optional.empty();
            }
            return Optional.of(
                    new SessionRegistry.Target(
                            new ProjectId(json.path("project").asText()),
                            json.path("user").textValue(),
                            new Instance(
                                    new InstanceId(json.path("instance").asText()),
                                    json.path("host").asText(),
                                    json.path("port").asInt()),
                            (int) id));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
