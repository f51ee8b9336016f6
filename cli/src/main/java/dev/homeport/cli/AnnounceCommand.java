package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says that data of a project will be deleted. */
@Command(
        name = "announce",
        description = {
            "Says that data of a project will be deleted, so that nobody takes it for a loss.",
            "What the guard's rules say goes on to apply."
        })
final class AnnounceCommand extends ApiCommand {
    @Parameters(paramLabel = "PROJECT")
    private String project;

    @Option(
            names = "--tenant",
            paramLabel = "TENANT",
            description = "only the data of this one, as its tables' names tell")
    private Optional<String> tenant;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "how long, such as 10m or 2h; 1h by default")
    private String lasts;

    @Option(names = "--reason", required = true, description = "why")
    private String reason;

    @Override
    int run(RestClient client) {
        ObjectNode body = RestClient.object().put("project", project);
        tenant.ifPresent(name -> body.put("tenant", name));
        body.put("for", lasts).put("reason", reason);
        JsonNode answer = client.post("/v1/announcements", body);
        String whose = answer.path("tenant").asText("");
        return show(
                answer,
                () ->
                        out().println(
                                        "%s: deletions of %s%s are announced until %s."
                                                .formatted(
                                                        answer.path("id").asText(),
                                                        answer.path("project").asText(),
                                                        whose.isEmpty() ? "" : ", tenant " + whose,
                                                        answer.path("until").asText())));
    }
}
