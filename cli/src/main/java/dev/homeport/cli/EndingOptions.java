package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How the sessions end that a verb refuses, and what their clients are told. */
final class EndingOptions {
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

    /** Adds what was said of it to the body of a request. */
    void putInto(ObjectNode body) {
        retryAfter.ifPresent(seconds -> body.put("retryAfter", seconds));
        if (patience != null && patience.isNow) {
            body.put("now", true);
        } else {
            deadline().ifPresent(seconds -> body.put("deadline", seconds));
        }
    }

    boolean hasRetryAfter() {
        return retryAfter.isPresent();
    }

    /** In seconds, 0 for now. */
    Optional<Integer> deadline() {
        if (patience == null) {
            return Optional.empty();
        }
        return patience.isNow ? Optional.of(0) : patience.deadline;
    }
}
