package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a project a home. */
@Command(
        name = "place",
        description = {
            "Gives a project a home and makes its schema there.",
            "Asked again it goes on where an earlier attempt stopped, or says where the home is."
        })
final class PlaceCommand extends ApiCommand {
    @Parameters(paramLabel = "PROJECT")
    private String project;

    @Option(names = "--cluster", description = "this one, instead of what the policy chooses")
    private Optional<String> cluster;

    @Option(
            names = "--adopt",
            description = "take a schema of that name although there is something in it")
    private boolean isAdopted;

    @Override
    int run(RestClient client) {
        ObjectNode body = RestClient.object().put("id", project);
        cluster.ifPresent(value -> body.put("cluster", value));
        if (isAdopted) {
            body.put("adopt", true);
        }
        JsonNode answer = client.post("/v1/projects", body);
        return show(answer, () -> ProjectTable.of(List.of(answer)).print(out()));
    }
}
