package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            description =
                    "JSON with preferred, fallback, rules, pinned, provision and unknownProjects, as"
                            + " -o json shows it")
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

    /** A list of texts alone is one tier. */
    private static void addTiers(Table table, String name, JsonNode tiers) {
        boolean isOne = true;
        for (JsonNode tier : tiers) {
            isOne &= tier.isTextual();
        }
        if (isOne) {
            table.add(name, Texts.joined(tiers));
            return;
        }
        int number = 0;
        for (JsonNode tier : tiers) {
            number++;
            table.add(name + (number == 1 ? "" : ", tier " + number), tier(tier));
        }
    }

    private static String tier(JsonNode tier) {
        if (tier.isTextual()) {
            return tier.asText();
        }
        if (tier.isArray()) {
            return Texts.joined(tier);
        }
        String clusters =
                tier.path("clusters").isEmpty() ? "all" : Texts.joined(tier.path("clusters"));
        return tier.path("labels").isEmpty()
                ? clusters
                : clusters + " with " + labels(tier.path("labels"));
    }

    private static String rule(JsonNode rule) {
        String text = Texts.joined(rule.path("projects")) + ":";
        if (!rule.path("require").isEmpty()) {
            text += " require " + labels(rule.path("require"));
        }
        if (!rule.path("avoid").isEmpty()) {
            text += " avoid " + labels(rule.path("avoid"));
        }
        return text;
    }

    private static String labels(JsonNode labels) {
        List<String> all = new ArrayList<>();
        labels.fieldNames()
                .forEachRemaining(name -> all.add(name + "=" + labels.path(name).asText()));
        return String.join(", ", all);
    }

    private void print(JsonNode answer) {
        Table table = new Table("POLICY", "");
        addTiers(table, "preferred", answer.path("preferred"));
        addTiers(table, "fallback", answer.path("fallback"));
        int number = 0;
        for (JsonNode rule : answer.path("rules")) {
            number++;
            table.add("rule " + number, rule(rule));
        }
        JsonNode pinned = answer.path("pinned");
        pinned.fieldNames()
                .forEachRemaining(
                        project ->
                                table.add(
                                        "pinned",
                                        project + " to " + pinned.path(project).asText()));
        answer.path("provision").forEach(sql -> table.add("provision", sql.asText()));
        // Left out of the record where it is the default.
        table.add("unknownProjects", answer.path("unknownProjects").asText("refuse"));
        table.print(out());
        if (answer.path("preferred").isEmpty() && answer.path("fallback").isEmpty()) {
            out().println();
            out().println("While both lists are empty, every cluster counts as preferred.");
        }
    }
}
