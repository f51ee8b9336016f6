package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How a login would be routed. */
@Command(name = "route", description = "How a login would be routed, and why. Opens no connection.")
final class RouteCommand extends ApiCommand {
    @Option(names = "--user", required = true, description = "as the client sends it: app+p42")
    private String user;

    @Option(names = "--schema", description = "the default schema of the login")
    private Optional<String> schema;

    @Option(names = "--sni", description = "the server name of the TLS handshake")
    private Optional<String> serverName;

    @Option(names = "--listener", description = "its name; the first one by default")
    private Optional<String> listener;

    @Option(
            names = "--attribute",
            paramLabel = "NAME=VALUE",
            description = "a connection attribute, such as _server_host=p42.db.example.com")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Override
    int run(RestClient client) {
        StringBuilder query = new StringBuilder("user=").append(Texts.encoded(user));
        schema.ifPresent(value -> query.append("&schema=").append(Texts.encoded(value)));
        serverName.ifPresent(value -> query.append("&sni=").append(Texts.encoded(value)));
        listener.ifPresent(value -> query.append("&listener=").append(Texts.encoded(value)));
        attributes.forEach(
                (name, value) ->
                        query.append("&attribute.")
                                .append(Texts.encoded(name))
                                .append('=')
                                .append(Texts.encoded(value)));
        JsonNode answer = client.get("/v1/route?" + query);
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        Table keys = new Table("KEY", "MATCHED", "WHY");
        for (JsonNode key : answer.path("keys")) {
            keys.add(
                    key.path("key").asText(),
                    key.path("matched").asBoolean() ? "yes" : "no",
                    key.path("why").asText());
        }
        keys.print(out());
        out().println();
        Table result = new Table("RESULT", "");
        result.add("project", answer.path("project").asText(""));
        result.add("user sent on", answer.path("user").asText(""));
        result.add("cluster", answer.path("cluster").asText(""));
        result.add("instance", answer.path("instance").asText(""));
        JsonNode error = answer.path("error");
        result.add(
                "client gets",
                error.isObject()
                        ? "ERROR %d (%s): %s"
                                .formatted(
                                        error.path("code").asInt(),
                                        error.path("sqlState").asText(),
                                        error.path("text").asText())
                        : "the login of that instance");
        result.print(out());
    }
}
