package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What is held of a project. */
@Command(
        name = "quarantine",
        description = "Tables of a project that were dropped or truncated and are kept.")
final class QuarantineCommand extends ApiCommand {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    @Parameters(paramLabel = "PROJECT")
    private String project;

    @Override
    int run(RestClient client) {
        JsonNode answer = client.get("/v1/projects/" + Texts.encoded(project) + "/quarantine");
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        JsonNode tables = answer.path("tables");
        if (tables.isEmpty()) {
            out().println("Nothing of project " + answer.path("project").asText() + " is kept.");
            return;
        }
        Table table =
                new Table("ID", "TABLE", "BY", "STATEMENT", "ROWS", "SIZE", "KEPT UNTIL", "NOTE");
        for (JsonNode one : tables) {
            table.add(
                    "#" + one.path("id").asText(),
                    one.path("schema").asText() + "." + one.path("table").asText(),
                    one.path("user").asText(),
                    one.path("statement").asText(),
                    "~" + one.path("rows").asText(),
                    size(one.path("bytes").asLong()),
                    one.path("keepUntil").asText(),
                    one.path("note").asText(""));
        }
        table.print(out());
        out().println();
        out().println(
                        "%s in all. Bring one back with: homeport undrop %s TABLE [--as NAME]"
                                .formatted(
                                        size(answer.path("bytes").asLong()),
                                        answer.path("project").asText()));
    }

    static String size(long bytes) {
        double left = bytes;
        int unit = 0;
        while (left >= 1024 && unit < UNITS.length - 1) {
            left /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", left, UNITS[unit]);
    }
}
