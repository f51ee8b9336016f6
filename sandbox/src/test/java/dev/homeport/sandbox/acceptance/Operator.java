package dev.homeport.sandbox.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Asks any router for acts, and writes down what it was told. One thread. */
final class Operator {
    /**
     * How long an act may wait somewhere in ZooKeeper of which no answer came: in the log of a
     * member that was killed, or before one that hangs, for 8 s at most, and until there is a
     * leader again.
     */
    private static final Duration LONGEST_DOUBT = Duration.ofSeconds(15);

    private static final int UNAVAILABLE = 503;
    private static final int SHOWN_CHARS = 200;

    private final RunningFleet fleet;
    private final Tally tally;
    private final SplittableRandom random;
    private boolean isInDoubt;

    /** What became of an act. */
    enum Outcome {
        DONE,
        /** There is nothing to do, or it is in another state than that takes. */
        UNFIT,
        REFUSED,
        /** It may have happened, and may still happen. */
        IN_DOUBT
    }

    Operator(RunningFleet fleet, Tally tally, SplittableRandom random) {
        this.fleet = fleet;
        this.tally = tally;
        this.random = random;
    }

    /**
     * Posts it.
     *
     * @param path of the verb
     */
    Outcome ask(String path) {
        ObjectNode body = AdminClient.object().put("reason", "storm");
        return noted(asked("POST " + path, admin -> admin.post(path, body)));
    }

    /**
     * Deletes it; a doubt about that is for the caller to remember.
     *
     * @param path of what there is
     */
    Outcome delete(String path) {
        return asked("DELETE " + path, admin -> admin.delete(path));
    }

    private Outcome asked(String what, Function<AdminClient, Answer> request) {
        String router = any(fleet.routers());
        try {
            Answer answer = request.apply(fleet.admin(router));
            tally.note(
                    "%s on %s: %d %s"
                            .formatted(what, router, answer.status(), start(answer.body())));
            return outcome(answer);
        } catch (UncheckedIOException e) {
            tally.note("%s on %s: %s".formatted(what, router, e));
            return Outcome.IN_DOUBT;
        }
    }

    private static Outcome outcome(Answer answer) {
        if (answer.isOk()) {
            return Outcome.DONE;
        }
        if (answer.status() == UNAVAILABLE) {
            return Outcome.IN_DOUBT;
        }
        if (answer.status() / 100 != 4) {
            throw new AssertionError("%d %s".formatted(answer.status(), answer.body()));
        }
        return answer.body().toString().contains("cannot be asked to")
                ? Outcome.UNFIT
                : Outcome.REFUSED;
    }

    private Outcome noted(Outcome outcome) {
        isInDoubt |= outcome == Outcome.IN_DOUBT;
        return outcome;
    }

    /** Until nothing that was asked for can happen any more; returns whether that took time. */
    boolean settle() throws InterruptedException {
        boolean wasInDoubt = isInDoubt;
        if (wasInDoubt) {
            // Nothing can be waited for: it may be that it never happens.
            Thread.sleep(LONGEST_DOUBT);
            isInDoubt = false;
        }
        return wasInDoubt;
    }

    private static String start(JsonNode body) {
        String text = body.toString();
        return text.substring(0, Math.min(text.length(), SHOWN_CHARS));
    }

    private String any(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
