package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** The fleet at a glance: what is wrong comes first. */
@Command(
        name = "status",
        description =
                "The fleet at a glance: what is wrong, since when, whom it affects, what to do.")
final class StatusCommand extends ApiCommand {
    private static final List<String> STATES =
            List.of("serving", "provisioning", "moving", "offline", "restoring", "deleted");

    @Override
    int run(RestClient client) {
        JsonNode status = client.get("/v1/status");
        return show(status, () -> print(status));
    }

    private void print(JsonNode status) {
        status.path("problems").forEach(this::printProblem);
        if (status.path("problems").isEmpty()) {
            out().println("All is well.");
            out().println();
        }
        Table clusters = ClusterTable.of(status.path("clusters"));
        if (!clusters.isEmpty()) {
            clusters.print(out());
            out().println();
        }
        out().println(totals(status));
        out().println(source(status));
    }

    private void printProblem(JsonNode problem) {
        out().println(
                        "%-9s %s %s"
                                .formatted(
                                        Texts.upper(problem.path("severity").asText()),
                                        Texts.plain(problem.path("subject").asText()),
                                        Texts.plain(problem.path("what").asText())));
        String since = problem.path("since").asText("");
        if (!since.isEmpty()) {
            printDetail("since", Texts.since(since, surroundings().clock().instant()));
        }
        printDetail("affects", problem.path("affects").asText());
        printDetail("do", problem.path("advice").asText());
        out().println();
    }

    private void printDetail(String word, String text) {
        out().println("          %-8s %s".formatted(word, Texts.plain(text)));
    }

    private static String totals(JsonNode status) {
        JsonNode projects = status.path("projects");
        List<String> states = new ArrayList<>();
        for (String state : STATES) {
            if (projects.path(state).asInt() > 0) {
                states.add(projects.path(state).asInt() + " " + state);
            }
        }
        return "%s%s; %s, %d in a transaction; %s, %s"
                .formatted(
                        Texts.count(projects.path("total").asInt(), "project"),
                        states.isEmpty() ? "" : " (" + String.join(", ", states) + ")",
                        Texts.count(status.path("sessions").asInt(), "session"),
                        status.path("transactions").asInt(),
                        Texts.count(status.path("routers").asInt(), "router"),
                        Texts.count(status.path("agents").asInt(), "agent"));
    }

    private static String source(JsonNode status) {
        JsonNode map = status.path("map");
        String age =
                map.path("ageSeconds").isNumber()
                        ? "its map is %.1f s old".formatted(map.path("ageSeconds").asDouble())
                        : "it has no map";
        String notReady = status.path("notReadyReason").asText("");
        return "asked router %s: %s, ZooKeeper is %s%s"
                .formatted(
                        status.path("router").asText(),
                        age,
                        map.path("connection").asText(),
                        status.path("ready").asBoolean()
                                ? ""
                                : "; NOT READY: " + Texts.plain(notReady));
    }
}
