package dev.homeport.sandbox.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Waits for what only shows when it is asked for. */
final class Poll {
    /** From one question to the next. */
    static final Duration INTERVAL = Duration.ofMillis(10);

    /** After that the drill believes that it will not happen. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private Poll() {}

    /** Asks until there is an answer; empty where there is none in time. */
    static <T> Optional<T> until(Duration patience, Callable<Optional<T>> question)
            throws InterruptedException {
        Instant deadline = Instant.now().plus(patience);
        while (true) {
            Optional<T> answer = call(question);
            if (answer.isPresent() || Instant.now().isAfter(deadline)) {
                return answer;
            }
            Thread.sleep(INTERVAL);
        }
    }

    /**
     * Waits until it holds.
     *
     * @throws DrillException with that text if it does not in time
     */
    static void require(String failure, Callable<Boolean> condition) throws InterruptedException {
        Optional<Boolean> holds =
                until(PATIENCE, () -> Optional.of(condition.call()).filter(Boolean::booleanValue));
        if (holds.isEmpty()) {
            throw new DrillException(failure);
        }
    }

    private static <T> T call(Callable<T> question) throws InterruptedException {
        try {
            return question.call();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new DrillException(String.valueOf(e.getMessage()), e);
        }
    }
}
