package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where new projects would go, and why. */
@Command(
        name = "placement",
        description = {
            "Where new projects would go, and why; nothing is placed.",
            "homeport placement explain p99 shows every cluster that is considered;",
            "homeport placement simulate --projects 100000 tries the policy in force."
        })
final class PlacementCommand extends ApiCommand {
    /** What is asked. */
    enum Question {
        explain,
        simulate
    }

    @Parameters(index = "0", paramLabel = "explain|simulate")
    private Question question;

    @Parameters(index = "1", arity = "0..1", paramLabel = "PROJECT")
    private String project;

    @Option(
            names = "--projects",
            paramLabel = "N",
            description = "simulate: that many, 1 to 1000000 (default 1000)")
    private Integer projects;

    @Option(
            names = "--prefix",
            description = "simulate: how their ids begin, as rules see them (default sample-)")
    private String prefix;

    @Override
    int run(RestClient client) {
        return switch (question) {
            case explain -> explain(client);
            case simulate -> simulate(client);
        };
    }

    private int explain(RestClient client) {
        if (project == null) {
            throw new CommandException(ExitCode.USAGE, "placement explain needs a project");
        }
        JsonNode answer = client.get("/v1/placement/explain?project=" + Texts.encoded(project));
        return show(answer, () -> printExplanation(answer));
    }

    private void printExplanation(JsonNode answer) {
        String id = answer.path("project").asText();
        if (answer.has("home")) {
            out().println(
                            Texts.plain(
                                    "%s lives on %s already (%s); were it new:"
                                            .formatted(
                                                    id,
                                                    answer.path("home").asText(),
                                                    answer.path("state").asText())));
        }
        out().println(
                        Texts.plain(
                                answer.has("chosen")
                                        ? "%s would go to %s: %s"
                                                .formatted(
                                                        id,
                                                        answer.path("chosen").asText(),
                                                        answer.path("reason").asText())
                                        : "%s would go nowhere: %s"
                                                .formatted(id, answer.path("reason").asText())));
        if (answer.has("rule")) {
            out().println("Rule " + answer.path("rule").asInt() + " of the policy speaks of it.");
        }
        out().println();
        Table table = new Table("CLUSTER", "FIT", "TIER", "WEIGHT", "PROJECTS", "DATA", "WHY");
        for (JsonNode one : answer.path("clusters")) {
            table.add(
                    one.path("id").asText(),
                    one.path("fit").asBoolean() ? "yes" : "no",
                    one.path("tier").asText(""),
                    one.path("weight").asText(),
                    of(one, "residents", "capacity"),
                    of(one, "dataBytes", "capacityBytes"),
                    one.path("why").asText());
        }
        table.print(out());
    }

    private int simulate(RestClient client) {
        StringBuilder path = new StringBuilder("/v1/placement/simulate?projects=");
        path.append(projects == null ? 1000 : projects);
        if (prefix != null) {
            path.append("&prefix=").append(Texts.encoded(prefix));
        }
        JsonNode answer = client.get(path.toString());
        return show(answer, () -> printSimulation(answer));
    }

    private void printSimulation(JsonNode answer) {
        int all = answer.path("projects").asInt();
        Table table = new Table("CLUSTER", "NEW", "SHARE", "PROJECTS THEN", "DATA THEN");
        for (JsonNode one : answer.path("clusters")) {
            int placed = one.path("placed").asInt();
            table.add(
                    one.path("id").asText(),
                    placed,
                    Math.round(100f * placed / all) + " %",
                    of(one, "residents", "capacity"),
                    of(one, "dataBytes", "capacityBytes"));
        }
        table.print(out());
        out().println();
        for (JsonNode step : answer.path("steps")) {
            out().println(
                            Texts.plain(
                                    step.path("projects").asText()
                                            + " to clusters that are "
                                            + step.path("step").asText()));
        }
        if (answer.path("refused").asInt() > 0) {
            out().println(answer.path("refused").asText() + " find no cluster");
        }
    }

    /** {@code 5 of 10}, or what is known of it. */
    private static String of(JsonNode one, String what, String most) {
        if (!one.has(what)) {
            return one.has(most) ? "? of " + amount(one, most) : "";
        }
        return one.has(most) ? amount(one, what) + " of " + amount(one, most) : amount(one, what);
    }

    private static String amount(JsonNode one, String what) {
        long value = one.path(what).asLong();
        return what.endsWith("Bytes") ? QuarantineCommand.size(value) : Long.toString(value);
    }
}
