package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.sandbox.fleet.AdminClient;
import java.util.List;
import java.util.stream.StreamSupport;

/** Incidents of the drilled cluster, as an operator sees and closes them. Thread-safe. */
final class Incidents {
    private static final int CONFLICT = 409;

    private final DrilledFleet fleet;

    Incidents(DrilledFleet fleet) {
        this.fleet = fleet;
    }

    /** All that are open. */
    List<JsonNode> open() {
        JsonNode answer = fleet.get("/v1/incidents?state=open&cluster=" + fleet.cluster());
        return StreamSupport.stream(answer.path("incidents").spliterator(), false).toList();
    }

    /** Whether it is a loss of data that names the project. */
    static boolean isLossOf(JsonNode incident, String project) {
        return incident.path("kind").asText().equals("data-loss") && names(incident, project);
    }

    /** Whether it says that a statement of the project looked like a mistake. */
    static boolean isSuspicionOf(JsonNode incident, String project) {
        return incident.path("kind").asText().equals("suspicious-drop") && names(incident, project);
    }

    static boolean names(JsonNode incident, String project) {
        return projects(incident).contains(project);
    }

    static List<String> projects(JsonNode incident) {
        return StreamSupport.stream(incident.at("/scope/projects").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Closes all open ones that name the project. */
    void closeOf(String project, String reason) {
        for (JsonNode incident : open()) {
            if (names(incident, project)) {
                close(incident.path("id").asText(), reason);
            }
        }
    }

    private void close(String id, String reason) {
        var answer =
                fleet.admin()
                        .post(
                                "/v1/incidents/" + id + "/close",
                                AdminClient.object().put("reason", reason));
        // Somebody else may have closed it meanwhile.
        if (answer.status() != CONFLICT) {
            DrilledFleet.good("close of incident " + id, answer);
        }
    }
}
