package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes one project offline, or back, or deletes it. */
@Command(
        name = "project",
        description = {
            "Takes one project offline or back: homeport project offline p42 --reason ...",
            "Deleted, it refuses all logins for good and is never placed anew; its data stay."
        })
final class ProjectCommand extends ApiCommand {
    /** What may be done to a project. */
    enum Verb {
        offline,
        online,
        delete
    }

    @Parameters(index = "0", paramLabel = "offline|online|delete")
    private Verb verb;

    @Parameters(index = "1", paramLabel = "PROJECT")
    private String project;

    @Option(names = "--reason", required = true, description = "why")
    private String reason;

    @Option(names = "--yes", description = "do not ask")
    private boolean isConfirmed;

    @Mixin private EndingOptions ending;

    @Override
    int run(RestClient client) {
        requireFitting();
        String path = "/v1/projects/" + Texts.encoded(project);
        Optional<String> seen =
                verb == Verb.online ? Optional.empty() : confirm(radius(client, path));
        JsonNode answer =
                verb == Verb.delete ? delete(client, path, seen) : change(client, path, seen);
        return show(answer, () -> ProjectTable.of(List.of(answer)).print(out()));
    }

    /** Of what ends sessions a verb takes only what it has a use for. */
    private void requireFitting() {
        if (verb == Verb.online && ending.deadline().isPresent()) {
            throw new CommandException(
                    ExitCode.USAGE, "online ends no session: leave --deadline and --now away");
        }
        if (verb != Verb.offline && ending.hasRetryAfter()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--retry-after is for offline: after %s there is nothing to wait for"
                            .formatted(verb));
        }
    }

    private JsonNode delete(RestClient client, String path, Optional<String> seen) {
        String deadline = ending.deadline().map(seconds -> "&deadline=" + seconds).orElse("");
        return client.delete(path + "?reason=" + Texts.encoded(reason) + deadline, seen);
    }

    private JsonNode change(RestClient client, String path, Optional<String> seen) {
        ObjectNode body = RestClient.object().put("reason", reason);
        ending.putInto(body);
        return client.post(path + "/" + verb, body, seen);
    }

    private RestClient.Reply radius(RestClient client, String path) {
        return verb == Verb.delete
                ? client.tried("DELETE", path)
                : client.tried("POST", path + "/" + verb);
    }

    /** The ETag of what somebody has agreed to change; empty where nobody was asked. */
    private Optional<String> confirm(RestClient.Reply reply) {
        JsonNode radius = reply.body();
        err().println(
                        "%s on %s goes from %s to %s. All its logins will be refused%s."
                                .formatted(
                                        radius.path("project").asText(),
                                        radius.path("cluster").asText(),
                                        radius.path("from").asText(),
                                        radius.path("to").asText(),
                                        verb == Verb.delete ? ", for good" : ""));
        err().println(
                        "This hits at most %s and %s, which are all of that cluster; how many are"
                                        .formatted(
                                                Texts.count(
                                                        radius.path("sessionsAtMost").asInt(),
                                                        "open session"),
                                                Texts.count(
                                                        radius.path("transactionsAtMost").asInt(),
                                                        "open transaction"))
                                + " the project's is not known.");
        Radius.printUncounted(radius, err());
        if (isConfirmed) {
            // Nobody has looked, so nothing has to be as it was shown.
            return Optional.empty();
        }
        return Optional.of(
                Confirmation.ofShown(
                        surroundings(),
                        "Go on with %s?".formatted(radius.path("project").asText()),
                        reply));
    }
}
