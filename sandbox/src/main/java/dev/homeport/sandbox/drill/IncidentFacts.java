package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What an incident said.
 *
 * @param gtidBefore empty where it has none
 */
record IncidentFacts(
        String id,
        String kind,
        String limit,
        List<String> projects,
        boolean wholeCluster,
        String gtidBefore,
        String actor,
        int tablesLost) {
    IncidentFacts {
        projects = List.copyOf(projects);
    }

    static IncidentFacts of(JsonNode incident) {
        return new IncidentFacts(
                incident.path("id").asText(),
                incident.path("kind").asText(),
                incident.path("limit").asText(),
                Incidents.projects(incident),
                incident.at("/scope/wholeCluster").asBoolean(),
                incident.path("gtidBefore").asText(""),
                incident.path("actor").asText(""),
                incident.path("tablesLost").asInt());
    }
}
