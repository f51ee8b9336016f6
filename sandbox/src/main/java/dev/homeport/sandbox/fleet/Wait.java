package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits for things that only show when they are asked for. */
final class Wait {
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Wait() {}

    /**
     * Asks until there is an answer.
     *
     * @param failure makes the message where there is none in time
     */
    static <T> T forAnswer(
            Duration patience, Supplier<Optional<T>> question, Supplier<String> failure) {
        Instant deadline = Instant.now().plus(patience);
        while (true) {
            Optional<T> answer = question.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (Instant.now().isAfter(deadline)) {
                throw new SandboxException(failure.get());
            }
            try {
                Thread.sleep(INTERVAL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SandboxException("interrupted", e);
            }
        }
    }
}
