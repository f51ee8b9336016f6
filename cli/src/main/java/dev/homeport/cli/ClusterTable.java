package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Clusters, one line each. */
final class ClusterTable {
    private ClusterTable() {}

    static Table of(JsonNode clusters) {
        Table table =
                new Table(
                        "CLUSTER",
                        "INTENT",
                        "HEALTH",
                        "PRIMARY",
                        "PROJECTS",
                        "SESSIONS",
                        "NEW PROJECTS");
        for (JsonNode cluster : clusters) {
            table.add(
                    cluster.path("id").asText(),
                    cluster.path("intent").asText(),
                    cluster.path("health").asText(),
                    cluster.path("primary").asText(""),
                    cluster.path("residents").asInt(),
                    cluster.path("sessions").asInt(),
                    cluster.path("acceptsProjects").asBoolean()
                            ? "yes"
                            : "no, " + cluster.path("acceptsProjectsReason").asText());
        }
        return table;
    }
}
