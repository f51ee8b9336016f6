package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where new projects go. */
@Command(
        name = "policy",
        description = "Where new projects go and how their schema is made; --set replaces it.")
final class PolicyCommand extends ApiCommand {
    @Option(
            names = "--set",
            paramLabel = "FILE",
            description = "JSON with preferred, fallback and provision, as -o json shows it")
    private Optional<Path> file;

    @Override
    int run(RestClient client) {
        JsonNode answer =
                file.isPresent()
                        ? client.put("/v1/placement-policy", read(file.get()))
                        : client.get("/v1/placement-policy");
        return show(answer, () -> print(answer));
    }

    private String read(Path path) {
        try {
            return Files.readString(surroundings().directory().resolve(path));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "%s cannot be read: %s".formatted(path, e.getClass().getSimpleName()),
                    e);
        }
    }

    private void print(JsonNode answer) {
        Table table = new Table("POLICY", "");
        table.add("preferred", Texts.joined(answer.path("preferred")));
        table.add("fallback", Texts.joined(answer.path("fallback")));
        answer.path("provision").forEach(sql -> table.add("provision", sql.asText()));
        table.print(out());
        if (answer.path("preferred").isEmpty() && answer.path("fallback").isEmpty()) {
            out().println();
            out().println("While both lists are empty, every cluster counts as preferred.");
        }
    }
}
