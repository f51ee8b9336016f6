package dev.homeport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What happens in the fleet, as it happens. */
@Command(
        name = "watch",
        description = {
            "What happens in the fleet, as it happens: availability of clusters and projects,"
                    + " incidents. A line for each event, until Ctrl-C.",
            "A connection that is lost is made again, and nothing is missed by that; where events"
                    + " are missing all the same, the state is shown anew."
        })
final class WatchCommand extends ApiCommand implements EventFollower.Listener {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TIME = Pattern.compile("([1-9]\\d{0,5})(s|m|h)");

    @Option(names = "--cluster", description = "only what is about this one, or may be about any")
    private Optional<String> cluster;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "end by itself after that time, such as 30s, 10m or 2h")
    private Optional<String> time;

    private RestClient client;

    @Override
    int run(RestClient client) {
        this.client = client;
        Optional<Duration> length = time.map(WatchCommand::duration);
        Thread onSignal = new Thread(this::endWell, "ctrl-c");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            new EventFollower(client, this).follow(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            removeHook(onSignal);
        }
        return ExitCode.OK;
    }

    private static Duration duration(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--for must be a time such as 30s, 10m or 2h, was " + Texts.cut(text, 60));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** Ctrl-C is how a watch ends, and no failure. */
    private void endWell() {
        out().flush();
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already.
        }
    }

    @Override
    public void onConnected(Target router, boolean isFirst) {
        say(
                isFirst
                        ? "listening to %s; Ctrl-C ends it".formatted(router.url())
                        : "listening again, to " + router.url());
        if (isFirst) {
            // After the stream has begun, so that nothing falls between the two.
            showState();
        }
    }

    @Override
    public void onEvent(EventReader.Event event) {
        JsonNode data = data(event);
        boolean isMissed = event.name().equals("missed");
        Optional<String> about = EventLine.cluster(data);
        // What names no cluster may be about any: it passes.
        if (cluster.isPresent() && about.isPresent() && !cluster.equals(about)) {
            return;
        }
        print(event.name(), event.id(), data, EventLine.of(event.name(), data));
        if (isMissed) {
            showState();
        }
    }

    @Override
    public void onLost(String why, Duration until) {
        say("%s; again in %d ms".formatted(Texts.cut(why, 200), until.toMillis()));
    }

    /** Where things stand. A router that is away now is no reason to end. */
    private void showState() {
        try {
            JsonNode status = client.get("/v1/status");
            if (isJson()) {
                print("status", Optional.empty(), status, "");
                return;
            }
            for (JsonNode one : status.path("clusters")) {
                String id = one.path("id").asText();
                if (cluster.filter(wanted -> !wanted.equals(id)).isEmpty()) {
                    print("", Optional.empty(), one, state(one));
                }
            }
        } catch (CommandException e) {
            if (e.exitCode() == ExitCode.UNAUTHORIZED) {
                throw e;
            }
            say("the state cannot be read: " + e.getMessage());
        }
    }

    private static String state(JsonNode cluster) {
        return "cluster %s: %s now; intent %s, health %s"
                .formatted(
                        cluster.path("id").asText(),
                        cluster.path("availability").asText(),
                        cluster.path("intent").asText(),
                        cluster.path("health").asText());
    }

    private void print(String name, Optional<String> id, JsonNode data, String line) {
        Instant now = surroundings().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        if (isJson()) {
            ObjectNode json = RestClient.object().put("time", now.toString());
            json.put("event", name);
            id.ifPresent(one -> json.put("id", one));
            json.set("data", data);
            out().println(json);
        } else {
            out().println(now + "  " + line);
        }
        out().flush();
    }

    private void say(String text) {
        err().println("homeport: " + Texts.plain(text));
        err().flush();
    }

    private static JsonNode data(EventReader.Event event) {
        if (!event.isCut()) {
            try {
                return JSON.readTree(event.data());
            } catch (JsonProcessingException e) {
                // Shown below as what it is: something that cannot be read.
            }
        }
        return MissingNode.getInstance();
    }
}
