package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes one project offline, or back, or deletes it. */
@Command(
        name = "project",
        description = {
            "Takes one project offline or back: homeport project offline p42 --reason ...",
            "Deleted, it refuses all logins for good and is never placed anew; its data stay."
        })
final class ProjectCommand extends ApiCommand {
    /** What may be done to a project. */
    enum Verb {
        offline,
        online,
        delete
    }

    @Parameters(index = "0", paramLabel = "offline|online|delete")
    private Verb verb;

    @Parameters(index = "1", paramLabel = "PROJECT")
    private String project;

    @Option(names = "--reason", required = true, description = "why")
    private String reason;

    @Option(names = "--yes", description = "do not ask")
    private boolean isConfirmed;

    @Override
    int run(RestClient client) {
        String path = "/v1/projects/" + Texts.encoded(project);
        if (verb != Verb.online && !isConfirmed) {
            confirm(client.get(path));
        }
        JsonNode answer =
                verb == Verb.delete
                        ? client.delete(path + "?reason=" + Texts.encoded(reason))
                        : client.post(path + "/" + verb, RestClient.object().put("reason", reason));
        return show(answer, () -> ProjectTable.of(List.of(answer)).print(out()));
    }

    private void confirm(JsonNode found) {
        Confirmation.ask(
                surroundings(),
                "All logins of project %s on cluster %s will be refused%s. Go on?"
                        .formatted(
                                found.path("id").asText(),
                                found.path("cluster").asText(),
                                verb == Verb.delete ? ", for good" : ""));
    }
}
