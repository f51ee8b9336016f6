package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** Agents that are registered, and what each of them sees. */
@Command(name = "agents", description = "Agents that are registered, and what each of them sees.")
final class AgentsCommand extends ApiCommand {
    @Override
    int run(RestClient client) {
        JsonNode answer = client.get("/v1/agents");
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        Table table =
                new Table(
                        "CLUSTER", "AGENT", "INSTANCE", "ANSWERS", "WRITABLE", "REPLICA", "DETAIL");
        for (JsonNode agent : answer.path("agents")) {
            for (JsonNode instance : agent.path("instances")) {
                table.add(
                        agent.path("cluster").asText(),
                        agent.path("id").asText(),
                        instance.path("id").asText(),
                        instance.path("reachability").asText(),
                        instance.path("writable").asBoolean() ? "yes" : "no",
                        instance.path("replicates").asBoolean() ? "yes" : "no",
                        instance.path("detail").asText());
            }
        }
        table.print(out());
    }
}
