package dev.homeport.router.guard.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A short run of what {@link DisguiseMain} does at length. */
@Timeout(300)
class DisguiseIT {
    private static final int TEXTS = 1500;

    @TempDir static Path directory;

    static Stream<DisguiseServers.Choice> servers() {
        return new DisguiseServers(directory).all().stream();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void knewOfEverythingThatTheServerDestroyed(DisguiseServers.Choice choice) throws IOException {
        try (DisguiseServers.Running running = choice.start().get()) {
            // Given: other texts than for the other servers, but the same every time
            var fuzzer = new DisguiseFuzzer(running.server().port(), running.login());
            // When
            var summary = fuzzer.run(1_000_000L * choice.name().length(), TEXTS);
            // Then
            System.out.println(choice + ": " + summary);
            assertThat(summary.failures()).isEmpty();
            assertThat(summary.destroyed()).isGreaterThan(TEXTS / 10);
        }
    }
}
