package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings back what is in quarantine. */
@Command(
        name = "undrop",
        description = {
            "Brings back a table that was dropped or truncated: homeport undrop p42 orders",
            "The newest of that name, unless #ID says which. Nothing is overwritten: --as gives it"
                    + " another name."
        })
final class UndropCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "PROJECT")
    private String project;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TABLE",
            description = "table, schema.table or #ID")
    private Optional<String> table;

    @Option(names = "--as", paramLabel = "NAME", description = "what it will be called")
    private Optional<String> as;

    @Option(names = "--schema", description = "a whole schema that was dropped")
    private Optional<String> schema;

    @Option(names = "--incident", paramLabel = "ID", description = "what it belongs to")
    private Optional<String> incident;

    @Override
    int run(RestClient client) {
        if (table.isPresent() == schema.isPresent()) {
            throw new CommandException(
                    ExitCode.USAGE, "expected homeport undrop PROJECT TABLE, or --schema NAME");
        }
        ObjectNode body = RestClient.object();
        table.ifPresent(name -> body.put("table", name));
        schema.ifPresent(name -> body.put("schema", name));
        as.ifPresent(name -> body.put("as", name));
        incident.ifPresent(id -> body.put("incident", id));
        JsonNode answer = client.post("/v1/projects/" + Texts.encoded(project) + "/undrop", body);
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        if (schema.isPresent()) {
            out().println(
                            "Schema %s is back with %s."
                                    .formatted(
                                            answer.path("schema").asText(),
                                            Texts.count(answer.path("tables").size(), "table")));
        } else {
            out().println(
                            "%s.%s is back (#%s)."
                                    .formatted(
                                            answer.path("schema").asText(),
                                            answer.path("table").asText(),
                                            answer.path("id").asText()));
        }
        answer.path("back").forEach(one -> out().println("  with " + Texts.plain(one.asText())));
        answer.path("missing")
                .forEach(one -> out().println("  without " + Texts.plain(one.asText())));
        if (!answer.path("others").isEmpty()) {
            out().println(
                            "Older ones of that name are kept, too: #"
                                    + Texts.joined(answer.path("others")).replace(", ", ", #"));
        }
    }
}
