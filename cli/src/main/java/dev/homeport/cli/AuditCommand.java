package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who did what to the fleet, the newest first. */
@Command(
        name = "audit",
        description = {
            "Who changed what, when, why and from where, the newest first.",
            "What was edited in ZooKeeper by hand is not in it."
        })
final class AuditCommand extends ApiCommand {
    private static final int DEFAULT_LIMIT = 20;

    @Option(
            names = "--target",
            paramLabel = "ID",
            description = "only what concerns this project, cluster or incident")
    private Optional<String> target;

    @Option(names = "--by", paramLabel = "NAME", description = "only what this token did")
    private Optional<String> by;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "so many entries, 1 to 1000 (default: ${DEFAULT-VALUE})")
    private int limit = DEFAULT_LIMIT;

    @Option(
            names = "--after",
            paramLabel = "NUMBER",
            description = "go on behind this entry, as the last answer says")
    private Optional<Long> after;

    @Override
    int run(RestClient client) {
        List<String> query = new ArrayList<>();
        query.add("limit=" + limit);
        target.ifPresent(id -> query.add("target=" + Texts.encoded(id)));
        by.ifPresent(name -> query.add("by=" + Texts.encoded(name)));
        after.ifPresent(number -> query.add("after=" + number));
        JsonNode answer = client.get("/v1/audit?" + String.join("&", query));
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        if (answer.path("entries").isEmpty()) {
            out().println("Nothing is recorded.");
            return;
        }
        Table table =
                new Table("AT", "BY", "FROM", "DID", "TARGET", "OUTCOME", "CHANGES", "REASON");
        for (JsonNode one : answer.path("entries")) {
            table.add(
                    one.path("at").asText(),
                    one.path("by").asText(),
                    one.path("address").asText(""),
                    did(one),
                    one.path("target").asText(""),
                    outcome(one.path("status").asInt()),
                    changes(one.path("changes")),
                    one.path("reason").asText(""));
        }
        table.print(out());
        if (answer.hasNonNull("next")) {
            out().println();
            out().println("There are older ones: add --after " + answer.path("next").asText());
        }
    }

    /** {@code POST /v1/clusters/{id}/drain} is a drain; the rest says method and record. */
    private static String did(JsonNode entry) {
        String method = entry.path("method").asText();
        String route = entry.path("route").asText();
        String last = route.substring(route.lastIndexOf('/') + 1);
        if (method.equals("POST") && !last.startsWith("{") && route.contains("{")) {
            return last;
        }
        return method + " " + route.replaceFirst("^/v1/", "").replaceFirst("/\\{id\\}$", "");
    }

    private static String outcome(int status) {
        return status < 500 ? "done" : "unknown";
    }

    private static String changes(JsonNode changes) {
        List<String> all = new ArrayList<>();
        changes.fieldNames()
                .forEachRemaining(name -> all.add(name + ": " + changes.path(name).asText()));
        return String.join(", ", all);
    }
}
