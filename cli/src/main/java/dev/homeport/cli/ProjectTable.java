package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Projects, one line each. */
final class ProjectTable {
    private ProjectTable() {}

    static Table of(Iterable<JsonNode> projects) {
        Table table = new Table("PROJECT", "CLUSTER", "STATE", "AVAILABLE", "SINCE", "NOTE");
        for (JsonNode project : projects) {
            table.add(
                    project.path("id").asText(),
                    project.path("cluster").asText(),
                    project.path("state").asText(),
                    available(project),
                    project.path("since").asText(""),
                    note(project));
        }
        return table;
    }

    private static String available(JsonNode project) {
        return project.path("available").asBoolean()
                ? "yes"
                : "no, %s (%s)"
                        .formatted(
                                project.path("limit").asText(), project.path("limitedBy").asText());
    }

    private static String note(JsonNode project) {
        return project.path("error").asText(project.path("reason").asText(""));
    }
}
