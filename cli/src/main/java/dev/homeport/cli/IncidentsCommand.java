package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Incidents, the newest first. */
@Command(name = "incidents", description = "Open incidents; --all shows the closed ones, too.")
final class IncidentsCommand extends ApiCommand {
    @Option(names = "--all", description = "closed ones, too")
    private boolean isAll;

    @Option(names = "--cluster", description = "only of this one")
    private Optional<String> cluster;

    @Override
    int run(RestClient client) {
        String state = isAll ? "" : "state=open";
        String of = cluster.map(id -> "cluster=" + Texts.encoded(id)).orElse("");
        String query = state + (state.isEmpty() || of.isEmpty() ? "" : "&") + of;
        JsonNode answer = client.get("/v1/incidents" + (query.isEmpty() ? "" : "?" + query));
        return show(answer, () -> print(answer.path("incidents")));
    }

    private void print(JsonNode incidents) {
        if (incidents.isEmpty()) {
            out().println(isAll ? "There are no incidents." : "No incident is open.");
            return;
        }
        Table table =
                new Table(
                        "INCIDENT",
                        "STATE",
                        "KIND",
                        "CLUSTER",
                        "LIMIT",
                        "TABLES",
                        "PROJECTS",
                        "SINCE");
        for (JsonNode one : incidents) {
            table.add(
                    one.path("id").asText(),
                    one.path("state").asText(),
                    one.path("kind").asText(),
                    one.path("cluster").asText(),
                    one.path("limit").asText(),
                    one.path("tablesLost").asText(),
                    IncidentCommand.projects(one.path("scope")),
                    Texts.since(one.path("happened").asText(""), surroundings().clock().instant()));
        }
        table.print(out());
    }
}
