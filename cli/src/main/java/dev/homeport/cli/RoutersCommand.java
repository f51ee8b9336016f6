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
                    rejected(router));
        }
        table.print(out());
        if (!answer.path("notHeardOf").isEmpty()) {
            out().println();
            out().println(
                            Texts.plain(
                                    "Nothing was heard of these for up to ten minutes: "
                                            + Texts.joined(answer.path("notHeardOf"))
                                            + "."));
        }
    }

    private static String rejected(JsonNode router) {
        int told = router.path("rejectedEdits").asInt();
        return router.path("rejectedMayBeMore").asBoolean()
                ? told + " or more"
                : String.valueOf(told);
    }
}
