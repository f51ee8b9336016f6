package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Verbs that end sessions: they show whom it hits, and ask. */
abstract class DestructiveIntentCommand extends IntentCommand {
    @Option(names = "--yes", description = "do not ask")
    private boolean isConfirmed;

    @Option(
            names = "--retry-after",
            paramLabel = "SECONDS",
            description = "tell clients when to come back")
    private Optional<Integer> retryAfter;

    @ArgGroup private Patience patience;

    /** How long transactions may go on. */
    private static final class Patience {
        @Option(
                names = "--deadline",
                paramLabel = "SECONDS",
                description = "how long transactions may go on")
        private Optional<Integer> deadline;

        @Option(names = "--now", description = "close sessions in transactions at once")
        private boolean isNow;
    }

    DestructiveIntentCommand(String verb) {
        super(verb);
    }

    @Override
    final void complete(ObjectNode body) {
        retryAfter.ifPresent(seconds -> body.put("retryAfter", seconds));
        if (patience == null) {
            return;
        }
        if (patience.isNow) {
            body.put("now", true);
        } else {
            patience.deadline.ifPresent(seconds -> body.put("deadline", seconds));
        }
    }

    @Override
    final void confirm(RestClient client, String path) {
        JsonNode radius = client.post(path + "?dryRun=true", RestClient.object());
        printRadius(radius);
        if (!isConfirmed) {
            Confirmation.ask(surroundings(), "Go on with %s?".formatted(cluster()));
        }
    }

    private void printRadius(JsonNode radius) {
        PrintWriter err = err();
        err.println(
                "%s goes from %s to %s. This hits %s, %s, %s."
                        .formatted(
                                radius.path("cluster").asText(),
                                radius.path("from").asText(),
                                radius.path("to").asText(),
                                Texts.count(radius.path("residents").asInt(), "project"),
                                Texts.count(radius.path("sessions").asInt(), "open session"),
                                Texts.count(
                                        radius.path("transactions").asInt(), "open transaction")));
        err.println(
                where(radius.path("newProjectsPercent"))
                        .map(text -> "New projects would go to: " + text + ".")
                        .orElse("New projects could NOT be placed anywhere."));
        Radius.printUncounted(radius, err);
    }
}
