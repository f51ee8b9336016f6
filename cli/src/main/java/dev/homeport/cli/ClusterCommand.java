package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One cluster with everything that is known of it. */
@Command(name = "cluster", description = "One cluster: what is wanted of it, how it is, and why.")
final class ClusterCommand extends ApiCommand {
    private static final int LINE_CHARS = 100;

    @Parameters(paramLabel = "CLUSTER")
    private String cluster;

    @Override
    int run(RestClient client) {
        JsonNode answer = client.get("/v1/clusters/" + Texts.encoded(cluster));
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        Instant now = surroundings().clock().instant();
        Table facts = new Table("CLUSTER", answer.path("id").asText());
        facts.add("family", answer.path("family").asText());
        facts.add("intent", intent(answer));
        facts.add("  since", Texts.since(answer.path("since").asText(""), now));
        facts.add("health", answer.path("health").asText());
        facts.add("  because", answer.path("healthReason").asText());
        facts.add("  since", Texts.since(answer.path("healthSince").asText(""), now));
        answer.path("healthEvidence").forEach(line -> facts.add("  seen", line.asText()));
        facts.add("primary", answer.path("primary").asText(""));
        facts.add("epoch", answer.path("epoch").asText());
        facts.add("projects", answer.path("residents").asText());
        facts.add(
                "sessions",
                "%d, %d in a transaction"
                        .formatted(
                                answer.path("sessions").asInt(),
                                answer.path("transactions").asInt()));
        facts.add(
                "new projects",
                (answer.path("acceptsProjects").asBoolean() ? "yes: " : "no: ")
                        + answer.path("acceptsProjectsReason").asText());
        facts.print(out());
        out().println();
        Table instances = new Table("INSTANCE", "ADDRESS", "ROLE", "VERSION");
        for (JsonNode instance : answer.path("instances")) {
            instances.add(
                    instance.path("id").asText(),
                    instance.path("host").asText() + ":" + instance.path("port").asInt(),
                    instance.path("role").asText(),
                    instance.path("version").asText(""));
        }
        instances.print(out());
        JsonNode capabilities = answer.path("capabilities");
        if (capabilities.isArray()) {
            out().println();
            out().println("CAPABILITIES OF ALL INSTANCES");
            List<String> names = new ArrayList<>();
            capabilities.forEach(name -> names.add(name.asText()));
            Texts.lines(names, LINE_CHARS).forEach(out()::println);
        }
    }

    private static String intent(JsonNode answer) {
        String reason = answer.path("reason").asText("");
        String by = answer.path("by").asText("");
        return answer.path("intent").asText()
                + (by.isEmpty() ? "" : " by " + by)
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}
