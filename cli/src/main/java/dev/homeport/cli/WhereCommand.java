package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Where a project lives. */
@Command(name = "where", description = "Where a project lives, and whether it is served.")
final class WhereCommand extends ApiCommand {
    @Parameters(paramLabel = "PROJECT")
    private String project;

    @Override
    int run(RestClient client) {
        JsonNode answer = client.get("/v1/projects/" + Texts.encoded(project));
        return show(answer, () -> ProjectTable.of(List.of(answer)).print(out()));
    }
}
