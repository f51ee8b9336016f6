package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Projects, page by page. */
@Command(name = "projects", description = "Projects with their home and state, page by page.")
final class ProjectsCommand extends ApiCommand {
    @Option(names = "--cluster", description = "only those that live there")
    private Optional<String> cluster;

    @Option(names = "--state", description = "only those in that state, such as provisioning")
    private Optional<String> state;

    @Option(names = "--after", paramLabel = "PROJECT", description = "go on after this one")
    private Optional<String> after;

    @Option(names = "--limit", defaultValue = "100", description = "1 to 1000, 100 by default")
    private int limit;

    @Override
    int run(RestClient client) {
        List<String> query = new ArrayList<>();
        cluster.ifPresent(value -> query.add("cluster=" + Texts.encoded(value)));
        state.ifPresent(value -> query.add("state=" + Texts.encoded(value)));
        after.ifPresent(value -> query.add("after=" + Texts.encoded(value)));
        query.add("limit=" + limit);
        JsonNode answer = client.get("/v1/projects?" + String.join("&", query));
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        ProjectTable.of(answer.path("projects")).print(out());
        String next = answer.path("next").asText("");
        if (!next.isEmpty()) {
            out().println();
            out().println("There are more: add --after " + Texts.plain(next));
        }
    }
}
