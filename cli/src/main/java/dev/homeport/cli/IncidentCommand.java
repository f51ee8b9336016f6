package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One incident with everything that is known of it; or closes it. */
@Command(
        name = "incident",
        description = {
            "One incident: what is missing, whose it is, what it rests on.",
            "homeport incident close ID --reason ... ends what it limits."
        })
final class IncidentCommand extends ApiCommand {
    private static final String CLOSE = "close";
    private static final int NAMED = 3;

    @Parameters(arity = "1..2", paramLabel = "[close] ID")
    private List<String> words;

    @Option(names = "--reason", description = "why it may be closed")
    private Optional<String> reason;

    @Override
    int run(RestClient client) {
        boolean isClosing = words.size() == 2;
        if (isClosing && !words.getFirst().equals(CLOSE)) {
            throw new CommandException(
                    ExitCode.USAGE, "expected homeport incident [close] ID, was " + words);
        }
        if (isClosing != reason.isPresent()) {
            throw new CommandException(
                    ExitCode.USAGE, "--reason belongs to homeport incident close ID");
        }
        String path = "/v1/incidents/" + Texts.encoded(words.getLast());
        JsonNode answer =
                isClosing
                        ? client.post(
                                path + "/close", RestClient.object().put("reason", reason.get()))
                        : client.get(path);
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode incident) {
        Instant now = surroundings().clock().instant();
        JsonNode scope = incident.path("scope");
        Table facts = new Table("INCIDENT", incident.path("id").asText());
        facts.add("state", state(incident));
        facts.add("kind", incident.path("kind").asText());
        facts.add("cluster", incident.path("cluster").asText());
        facts.add("limit", incident.path("limit").asText());
        facts.add("happened", Texts.since(incident.path("happened").asText(""), now));
        facts.add("opened", Texts.since(incident.path("opened").asText(""), now));
        facts.add("by", incident.path("actor").asText(""));
        facts.add("GTID before", incident.path("gtidBefore").asText(""));
        facts.add(
                "projects",
                scope.path("wholeCluster").asBoolean()
                        ? "all of the cluster"
                        : Texts.joined(scope.path("projects")));
        facts.add("tenants", Texts.joined(scope.path("tenants")));
        facts.add("tables lost", incident.path("tablesLost").asText());
        facts.add("rows lost", rows(incident.path("rowsLost").asLong(-1)));
        scope.path("tables")
                .forEach(
                        table ->
                                facts.add(
                                        "  table",
                                        table.path("schema").asText()
                                                + "."
                                                + table.path("table").asText()));
        incident.path("evidence").forEach(line -> facts.add("  seen", line.asText()));
        facts.print(out());
    }

    private static String state(JsonNode incident) {
        JsonNode closed = incident.path("closed");
        return incident.path("state").asText()
                + (closed.isMissingNode()
                        ? ""
                        : " by %s at %s: %s"
                                .formatted(
                                        closed.path("by").asText(),
                                        closed.path("at").asText(),
                                        closed.path("reason").asText()));
    }

    private static String rows(long lost) {
        return lost < 0 ? "nobody knows" : "about " + lost;
    }

    /** The first of them, and how many more. */
    static String projects(JsonNode scope) {
        if (scope.path("wholeCluster").asBoolean()) {
            return "all";
        }
        List<String> names = new ArrayList<>();
        scope.path("projects").forEach(name -> names.add(name.asText()));
        return names.size() <= NAMED
                ? String.join(", ", names)
                : "%s and %d more"
                        .formatted(
                                String.join(", ", names.subList(0, NAMED)), names.size() - NAMED);
    }
}
