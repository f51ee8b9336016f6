package dev.homeport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Any request to the REST interface, for what has no command of its own. */
@Command(
        name = "api",
        description = {
            "Any request to a router's REST interface: homeport api GET /v1/clusters",
            "The answer is printed as it is. The router's own rules are all that is between you"
                    + " and the fleet: nobody asks."
        })
final class RawCommand extends ApiCommand {
    /** What may be asked. */
    enum Method {
        GET,
        PUT,
        POST,
        DELETE
    }

    @Parameters(index = "0", paramLabel = "GET|PUT|POST|DELETE")
    private Method method;

    @Parameters(index = "1", paramLabel = "PATH", description = "such as /v1/status")
    private String path;

    @Option(names = "--body", paramLabel = "JSON", description = "what is sent; {} by default")
    private Optional<String> body;

    @Override
    int run(RestClient client) {
        if (!path.startsWith("/")) {
            throw new CommandException(
                    ExitCode.USAGE, "a path begins with /, such as /v1/status; was " + path);
        }
        boolean hasBody = method == Method.PUT || method == Method.POST;
        if (body.isPresent() && !hasBody) {
            throw new CommandException(ExitCode.USAGE, method + " has no body");
        }
        body.ifPresent(RawCommand::requireJson);
        JsonNode answer =
                client.send(
                        method.name(),
                        path,
                        hasBody ? Optional.of(body.orElse("{}")) : Optional.empty());
        out().println(answer.toPrettyString());
        return ExitCode.OK;
    }

    private static void requireJson(String text) {
        try {
            new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCode.USAGE, "--body is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
