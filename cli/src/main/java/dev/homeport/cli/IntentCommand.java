package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands share that change what is wanted of a cluster. */
abstract class IntentCommand extends ApiCommand {
    @Parameters(paramLabel = "CLUSTER")
    private String cluster;

    @Option(
            names = "--reason",
            required = true,
            description = "why; the people who are refused get to see it")
    private String reason;

    private final String verb;

    IntentCommand(String verb) {
        this.verb = verb;
    }

    /** Adds what this verb says beside the reason. */
    void complete(ObjectNode body) {}

    /**
     * Ends the command if the people around do not want what is about to happen.
     *
     * @return the ETag of what they have agreed to change; empty where nobody was asked
     */
    Optional<String> confirm(RestClient client, String path) {
        return Optional.empty();
    }

    final String cluster() {
        return cluster;
    }

    @Override
    final int run(RestClient client) {
        String path = "/v1/clusters/" + Texts.encoded(cluster) + "/" + verb;
        Optional<String> seen = confirm(client, path);
        ObjectNode body = RestClient.object().put("reason", reason);
        complete(body);
        JsonNode answer = client.post(path, body, seen);
        return show(answer, () -> print(answer));
    }

    private void print(JsonNode answer) {
        out().println(
                        "%s is %s now."
                                .formatted(
                                        answer.path("id").asText(),
                                        answer.path("intent").asText()));
        if (!answer.path("applied").asBoolean()) {
            err().println(
                            "It is written, but the router that was asked does not act on it yet;"
                                    + " see homeport status.");
            err().flush();
        }
    }

    /** Text of the answer to "what would happen". */
    static Optional<String> where(JsonNode shares) {
        StringBuilder text = new StringBuilder();
        shares.fieldNames()
                .forEachRemaining(
                        name ->
                                text.append(text.isEmpty() ? "" : ", ")
                                        .append(name)
                                        .append(' ')
                                        .append(shares.path(name).asInt())
                                        .append('%'));
        return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
    }
}
