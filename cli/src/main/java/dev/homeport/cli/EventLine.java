package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** An event of the fleet in one line for people. Pure. */
final class EventLine {
    private static final int MOST_CHARS = 200;

    private EventLine() {}

    /**
     * What happened, without the time.
     *
     * @param name of the event
     * @param data missing where it could not be read
     */
    static String of(String name, JsonNode data) {
        return Texts.cut(
                data.isMissingNode() && !name.equals("missed")
                        ? name + ", which could not be read"
                        : text(name, data),
                MOST_CHARS);
    }

    private static String text(String name, JsonNode data) {
        return switch (name) {
            case "cluster-availability" ->
                    availability("cluster " + data.path("cluster").asText(), data);
            case "project-availability" ->
                    availability(
                            "project %s on %s"
                                    .formatted(
                                            data.path("project").asText(),
                                            data.path("cluster").asText()),
                            data);
            case "projects-changed" ->
                    "%s more changed: %s"
                            .formatted(
                                    Texts.count(data.path("projects").asLong(), "project"),
                                    data.path("reason").asText("no reason given"));
            case "incident-opened" -> incident("OPENED", data);
            case "incident-amended" -> incident("amended", data);
            case "incident-closed" -> incident("closed", data);
            case "missed" -> "MISSED some events: " + data.path("reason").asText("no reason given");
            default -> name + " " + data;
        };
    }

    /** The cluster that it is about; empty where it may be about any. */
    static Optional<String> cluster(JsonNode data) {
        return Optional.ofNullable(data.path("cluster").textValue());
    }

    private static String availability(String of, JsonNode data) {
        String by = data.path("limitedBy").asText("");
        String reason = data.path("reason").asText("");
        return "%s: %s -> %s%s%s"
                .formatted(
                        of,
                        limit(data.path("before")),
                        limit(data.path("after")),
                        by.isEmpty() ? "" : " (" + by + ")",
                        reason.isEmpty() ? "" : ": " + reason);
    }

    private static String limit(JsonNode limit) {
        return limit.isTextual() ? limit.textValue() : "none";
    }

    private static String incident(String what, JsonNode data) {
        return "incident %s on cluster %s %s: %s, %s lost, projects %s"
                .formatted(
                        data.path("id").asText(),
                        data.path("cluster").asText(),
                        what,
                        data.path("kind").asText(),
                        Texts.count(data.path("tablesLost").asInt(), "table"),
                        IncidentCommand.projects(data.path("scope")));
    }
}
