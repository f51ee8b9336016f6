package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code shutdown}: what SIGTERM does.
 *
 * @param deadline how long running transactions may go on after the router stopped accepting; 0s
 *     closes them at once
 */
public record ShutdownConfig(Duration deadline) {
    public static final ShutdownConfig DEFAULT = new ShutdownConfig(Duration.ofSeconds(30));

    public ShutdownConfig {
        requireNonNull(deadline, "deadline");
    }

    static Optional<ShutdownConfig> read(Fields fields) {
        Duration deadline = fields.duration("deadline", DEFAULT.deadline);
        return fields.build(() -> new ShutdownConfig(deadline));
    }
}
