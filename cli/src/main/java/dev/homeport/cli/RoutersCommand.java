package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** Routers that are registered. */
@Command(name = "routers", description = "Routers that are registered in ZooKeeper.")
final class RoutersCommand extends ApiCommand {
    @Override
    int run(RestClient client) {
        JsonNode answer = client.get("/v1/routers");
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        Table table =
                new Table(
                        "ROUTER",
                        "NUMBER",
                        "MYSQL",
                        "ADMIN",
                        "VERSION",
                        "SESSIONS",
                        "REJECTED EDITS");
        for (JsonNode router : answer.path("routers")) {
            int sessions = 0;
            for (JsonNode count : router.path("sessions")) {
                sessions += count.asInt();
            }
            table.add(
                    router.path("id").asText(),
                    router.path("numbers").path(0).asText("-"),
                    router.path("mysqlAddress").asText(),
                    router.path("adminUrl").asText(),
                    router.path("version").asText(),
                    sessions,
                    router.path("rejectedEdits").asInt());
        }
        table.print(out());
    }
}
