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

    private static final int LINE_CHARS = 90;
    private static final int MOST_EVIDENCE = 5;

    @Override
    int run(RestClient client) {
        JsonNode status = client.get("/v1/status");
        return show(status, () -> print(status));
    }

    private void print(JsonNode status) {
        status.path("problems").forEach(problem -> printProblem(problem, status));
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
        if (!status.path("problems").isEmpty()) {
            out().println(numbers(status.path("problems")));
        }
    }

    private void printProblem(JsonNode problem, JsonNode status) {
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
        evidence(problem, status).forEach(line -> printDetail("seen", line));
        printDetail("affects", problem.path("affects").asText());
        printDetail("do", problem.path("advice").asText());
        out().println();
    }

    private void printDetail(String word, String text) {
        String first = "          %-8s ".formatted(word);
        String others = " ".repeat(first.length());
        boolean isFirst = true;
        for (String line : Texts.lines(List.of(text.split("\\s+")), LINE_CHARS)) {
            out().println((isFirst ? first : others) + line);
            isFirst = false;
        }
    }

    /** What the agents saw, where that is why a cluster is a problem. */
    private static List<String> evidence(JsonNode problem, JsonNode status) {
        List<String> seen = new ArrayList<>();
        if (problem.path("severity").asText().equals("notice")) {
            return seen;
        }
        for (JsonNode cluster : status.path("clusters")) {
            if (problem.path("subject").asText().equals("cluster " + cluster.path("id").asText())) {
                cluster.path("healthEvidence").forEach(line -> seen.add(line.asText()));
            }
        }
        return seen.subList(0, Math.min(seen.size(), MOST_EVIDENCE));
    }

    /** {@code 1 critical, 2 warnings}: what has scrolled away is known to be there. */
    private static String numbers(JsonNode problems) {
        List<String> numbers = new ArrayList<>();
        for (String severity : List.of("critical", "warning", "notice")) {
            int number = 0;
            for (JsonNode problem : problems) {
                number += problem.path("severity").asText().equals(severity) ? 1 : 0;
            }
            if (number > 0) {
                numbers.add(
                        severity.equals("critical")
                                ? number + " " + severity
                                : Texts.count(number, severity));
            }
        }
        return "Problems, the worst first: " + String.join(", ", numbers) + ".";
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
