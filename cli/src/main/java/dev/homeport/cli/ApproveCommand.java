package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets some destructive statements of a project pass that a rule wants approved. */
@Command(
        name = "approve",
        description = "Lets some statements of a project pass that a rule of the guard holds back.")
final class ApproveCommand extends ApiCommand {
    @Parameters(paramLabel = "PROJECT")
    private String project;

    @Option(
            names = "--class",
            paramLabel = "CLASS",
            required = true,
            split = ",",
            description = "such as drop-table or truncate; several with commas")
    private List<String> classes;

    @Option(
            names = "--tables",
            paramLabel = "PATTERN",
            required = true,
            split = ",",
            description = "such as 'tmp_*' or app.users; '*' for all")
    private List<String> tables;

    @Option(
            names = "--statements",
            paramLabel = "N",
            defaultValue = "1",
            description = "how many; 1 by default")
    private int statements;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "how long, such as 30s or 2h; 10m by default")
    private String lasts;

    @Option(names = "--reason", required = true, description = "why")
    private String reason;

    @Override
    int run(RestClient client) {
        ObjectNode body = RestClient.object().put("project", project);
        ArrayNode classesJson = body.putArray("classes");
        classes.forEach(classesJson::add);
        ArrayNode tablesJson = body.putArray("tables");
        tables.forEach(tablesJson::add);
        body.put("statements", statements).put("for", lasts).put("reason", reason);
        JsonNode answer = client.post("/v1/approvals", body);
        return show(
                answer,
                () ->
                        out().println(
                                        "%s lets %s of %s pass until %s."
                                                .formatted(
                                                        answer.path("id").asText(),
                                                        Texts.count(
                                                                answer.path("statements").asInt(),
                                                                "statement"),
                                                        answer.path("project").asText(),
                                                        answer.path("until").asText())));
    }
}
