package dev.homeport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the guard goes by. */
@Command(
        name = "guard",
        description = {
            "What the guard does with statements that destroy data.",
            "homeport guard put FILE replaces it (YAML, or JSON as -o json shows it);",
            "homeport guard observe on lets everything pass and only logs, until observe off."
        })
final class GuardCommand extends ApiCommand {
    private static final String PATH = "/v1/guard";
    private static final YAMLMapper YAML =
            new YAMLMapper(
                    YAMLFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build());

    /** What may be done with it. */
    enum Verb {
        get,
        put,
        observe
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "get|put|observe", defaultValue = "get")
    private Verb verb;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE|on|off")
    private Optional<String> value;

    @Override
    int run(RestClient client) {
        return switch (verb) {
            case get -> get(client);
            case put -> put(client, read(required("a file")));
            case observe -> observe(client, required("on or off"));
        };
    }

    private int get(RestClient client) {
        JsonNode guard = client.get(PATH);
        return show(
                guard,
                () -> {
                    print(guard);
                    printPermits(client);
                });
    }

    private int put(RestClient client, String body) {
        return shown(client.put(PATH, body));
    }

    private int observe(RestClient client, String word) {
        if (!word.equals("on") && !word.equals("off")) {
            throw new CommandException(ExitCode.USAGE, "observe must be on or off, was " + word);
        }
        FleetRecords fleet = new FleetRecords(client);
        boolean isOn = word.equals("on");
        JsonNode guard;
        try {
            guard = writeObserve(fleet, isOn);
        } catch (RefusedException e) {
            if (!e.isConflict()) {
                throw e;
            }
            // Somebody else was faster: one field says the same over whatever they wrote.
            guard = writeObserve(fleet, isOn);
        }
        return shown(guard);
    }

    private int shown(JsonNode guard) {
        return show(guard, () -> print(guard));
    }

    /** Changes one field of the guard as it stands, unless others write meanwhile. */
    private static JsonNode writeObserve(FleetRecords fleet, boolean isOn) {
        FleetRecord standing = fleet.read(RecordName.GUARD);
        ObjectNode wanted = standing.body().deepCopy().put("observe", isOn);
        return fleet.write(RecordName.GUARD, Optional.of(standing), wanted, Optional.empty());
    }

    private String required(String what) {
        return value.orElseThrow(
                () ->
                        new CommandException(
                                ExitCode.USAGE, "guard %s needs %s".formatted(verb, what)));
    }

    private String read(String file) {
        Path path = surroundings().directory().resolve(file);
        try {
            return YAML.readTree(Files.readString(path)).toString();
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "%s is neither YAML nor JSON: %s".formatted(file, e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "%s cannot be read: %s".formatted(file, e.getClass().getSimpleName()),
                    e);
        }
    }

    private void print(JsonNode guard) {
        if (guard.path("observe").asBoolean()) {
            out().println("The guard ONLY OBSERVES: whatever a rule says is logged, no more.");
            out().println();
        }
        Table rules = new Table("RULE", "SPEAKS OF", "SAYS");
        int number = 0;
        for (JsonNode rule : guard.path("rules")) {
            rules.add(number++, conditions(rule), actions(rule.path("actions")));
        }
        rules.add("else", "everything", "the defaults, see guard.md");
        rules.print(out());
        out().println();
        Table settings = new Table("SETTING", "");
        for (String name : List.of("retention", "quotaBytes", "generations", "memory")) {
            settings.add(name, guard.path(name).asText());
        }
        JsonNode burst = guard.path("burst");
        settings.add(
                "burst",
                "%d tables of a project, %d of a tenant, within %s"
                        .formatted(
                                burst.path("tables").asInt(),
                                burst.path("tenantTables").asInt(),
                                burst.path("window").asText()));
        settings.add("sharedTables", Texts.joined(guard.path("sharedTables")));
        settings.add("tenantPattern", guard.path("tenantPattern").asText(""));
        settings.print(out());
    }

    private void printPermits(RestClient client) {
        Table approvals =
                new Table("APPROVAL", "PROJECT", "LEFT", "CLASSES", "TABLES", "UNTIL", "BY");
        for (JsonNode one : client.get("/v1/approvals").path("approvals")) {
            if (one.path("good").asBoolean()) {
                approvals.add(
                        one.path("id").asText(),
                        one.path("project").asText(),
                        one.path("statements").asText(),
                        Texts.joined(one.path("classes")),
                        Texts.joined(one.path("tables")),
                        one.path("until").asText(),
                        one.path("by").asText(""));
            }
        }
        Table announcements = new Table("ANNOUNCEMENT", "PROJECT", "TENANT", "UNTIL", "BY");
        for (JsonNode one : client.get("/v1/announcements").path("announcements")) {
            if (one.path("good").asBoolean()) {
                announcements.add(
                        one.path("id").asText(),
                        one.path("project").asText(),
                        one.path("tenant").asText(""),
                        one.path("until").asText(),
                        one.path("by").asText(""));
            }
        }
        for (Table table : List.of(approvals, announcements)) {
            if (!table.isEmpty()) {
                out().println();
                table.print(out());
            }
        }
    }

    private static String conditions(JsonNode rule) {
        List<String> conditions = new ArrayList<>();
        for (String name : List.of("projects", "clusters", "users", "schemas", "tables")) {
            if (rule.path(name).size() > 0) {
                conditions.add(name + " " + Texts.joined(rule.path(name)));
            }
        }
        return conditions.isEmpty() ? "everything" : String.join("; ", conditions);
    }

    private static String actions(JsonNode actions) {
        List<String> said = new ArrayList<>();
        actions.fieldNames()
                .forEachRemaining(name -> said.add(name + ": " + actions.path(name).asText()));
        return String.join(", ", said);
    }
}
