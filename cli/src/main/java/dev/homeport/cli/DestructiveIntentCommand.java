package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Verbs that end sessions: they show whom it hits, and ask. */
abstract class DestructiveIntentCommand extends IntentCommand {
    @Option(names = "--yes", description = "do not ask")
    private boolean isConfirmed;

    @Mixin private EndingOptions ending;

    DestructiveIntentCommand(String verb) {
        super(verb);
    }

    @Override
    final void complete(ObjectNode body) {
        ending.putInto(body);
    }

    @Override
    final Optional<String> confirm(RestClient client, String path) {
        RestClient.Reply radius = client.tried("POST", path);
        printRadius(radius.body());
        if (isConfirmed) {
            // Nobody has looked, so nothing has to be as it was shown.
            return Optional.empty();
        }
        return Optional.of(
                Confirmation.ofShown(
                        surroundings(), "Go on with %s?".formatted(cluster()), radius));
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
